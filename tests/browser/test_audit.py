"""An auditor goes through a blind and an open sample by keyboard, the coder answers, the dispute is settled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filled import finalize
from tests.browser.workbench import NARROW, WIDE, Workbench, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def draw(page: Page, *, rule_coder: str = "", blind: bool = True, name: str = "May", size: int = 20) -> None:
    page.get_by_role("button", name="Draw a sample").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("How many").fill(str(size))
    if rule_coder:
        dialog.get_by_label("By rule").check()
        dialog.get_by_label("Coder", exact=True).select_option(rule_coder)
    dialog.get_by_label("Blind").set_checked(blind)
    dialog.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def add(page: Page, code: str) -> None:
    page.keyboard.press("n")
    page.keyboard.type(code)
    expect(page.get_by_role("option", name=code).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".lines").get_by_role("button", name=code, exact=True)).to_be_visible()
    page.locator("#item-title").click()


def saved(page: Page):
    return page.expect_response(lambda r: r.request.method == "PUT" and r.url.endswith("/codes"))


def test_an_auditor_codes_a_sample_blind_and_then_judges_what_differs(workbench: Workbench):
    finalize(workbench, 3, external_id="blind")
    page = workbench.page("/audit", "auditor")
    draw(page, name="Blind sample")
    page.get_by_text("How it was drawn").click()
    page.get_by_role("button", name="Draw again and compare").click()
    expect(page.get_by_text("Drawn again: the same charts.")).to_be_visible()
    page.get_by_role("link", name="Go on with chart 1").click()
    for number in (1, 2, 3):
        expect(page.locator("#item-state")).to_have_text("blind")
        content = page.content()
        assert not [code for code in ("I10", "E11.40", "E11.9", "20610", "R07.9") if code in content]
        for code in ("I10", "E11.40"):
            with saved(page):
                add(page, code)
        if number == 1:
            page.reload()
            expect(page.locator(".lines > li")).to_have_count(2)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#item-state")).to_have_text("coded")
        expect(page.locator(".beside")).to_contain_text("20610")
        expect(page.get_by_label("Category of 20610")).to_have_value("unsupported")
        page.get_by_label("Grade of 20610").select_option("minor")
        page.get_by_label("Comment on 20610").fill("The injection is planned, not done.")
        page.locator("#item-title").click()
        page.keyboard.press("Control+Enter")
        if number < 3:
            page.wait_for_url(f"**/{number + 1}")
    expect(page.get_by_text("3 of 3")).to_be_visible()
    page.goto(f"{workbench.url}/audit")
    expect(page.locator("tbody tr").first).to_contain_text("3 of 3")


def test_an_open_audit_is_answered_and_settled(workbench: Workbench):
    finalize(workbench, 1, by="coder2", external_id="open")
    page = workbench.page("/audit", "auditor")
    draw(page, name="Open sample", rule_coder="coder2", blind=False)
    page.get_by_role("link", name="Go on with chart 1").click()
    expect(page.locator(".beside")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".beside tr[aria-current=true]")).to_contain_text("E11.40")
    expect(page.locator("#record mark")).to_have_text("diabetes with neuropathy")
    page.keyboard.press("x")
    expect(page.get_by_label("Category of E11.40")).to_have_value("unsupported")
    add(page, "E11.9")
    expect(page.get_by_label("Category of E11.40 → E11.9")).to_have_value("specificity")
    page.get_by_label("Category of E11.40 → E11.9").select_option("unsupported")
    expect(page.get_by_label("Category of E11.9")).to_have_value("missed")
    page.get_by_label("Category of E11.40").select_option("wrong_code")
    page.get_by_label("Comment on E11.40 → E11.9").fill("No neuropathy is assessed.")
    page.get_by_label("Modifiers").fill("rt")
    page.get_by_label("Modifiers").blur()
    expect(page.get_by_label("Category of 20610")).to_have_value("modifier")
    expect(page.get_by_label("Comment on E11.40 → E11.9")).to_have_value("No neuropathy is assessed.")
    page.get_by_role("button", name="Judge and go on").click()
    page.wait_for_url(lambda url: url.rstrip("/").count("/") == 4)
    coder = workbench.page("/feedback", "coder2")
    expect(coder.locator("tbody")).to_contain_text("to answer")
    coder.get_by_role("link", name="open-1").click()
    expect(coder.get_by_text("No neuropathy is assessed.")).to_be_visible()
    coder.get_by_label("What you say to the auditor").fill("Neuropathy is in the first line.")
    coder.get_by_role("button", name="Dispute").click()
    expect(coder.locator("#item-state")).to_have_text("disputed")
    page.get_by_role("link", name="open-1").click()
    expect(page.get_by_text("Neuropathy is in the first line.")).to_be_visible()
    page.get_by_role("button", name="Change the judgement").click()
    page.get_by_role("button", name="E11.40 is right").click()
    page.get_by_role("button", name="Strike E11.9").click()
    expect(page.get_by_label("Category of E11.40")).to_have_count(0)
    page.get_by_label("Answer to the coder").fill("You are right, the first line says so.")
    page.get_by_role("button", name="Settle").click()
    expect(page.locator("#item-state")).to_have_text("settled")
    page.get_by_label("Why; the coder then works on it").fill("modifier after audit")
    page.get_by_role("button", name="Re-open the chart").click()
    expect(page.get_by_text("The chart is open again.")).to_be_visible()
    coder.reload()
    expect(coder.get_by_text("You are right, the first line says so.").first).to_be_visible()


@pytest.fixture
def places(workbench: Workbench) -> dict[str, tuple[str, str]]:
    """Pages of the audit by name, with who looks at them."""
    page = workbench.page("/audit", "auditor")
    found = {}
    for name, coder in (("blind", "coder"), ("open", "coder2")):
        # A sample by rule takes what no sample holds yet.
        finalize(workbench, 1, by=coder, external_id="access")
        draw(page, name=f"Access {name}", rule_coder=coder, blind=name == "blind")
        found[name] = (page.url.removeprefix(workbench.url) + "/1", "auditor")
        page.goto(f"{workbench.url}/audit")
    sample = found["open"][0].removesuffix("/1")
    return {
        **found,
        "sample": (sample, "auditor"),
        "samples": ("/audit", "manager"),
        "feedback": ("/feedback", "coder2"),
        "nothing": ("/feedback", "manager"),
    }


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light")], ids=["light", "dark", "420"])
def test_the_pages_are_accessible_and_fit(workbench: Workbench, places, size, scheme):
    for path, user in places.values():
        watched = workbench.open(path, user, size=size, scheme=scheme)
        expect(watched.page.locator("[aria-busy=true]")).to_have_count(0)
        if path.endswith("/1"):
            watched.page.keyboard.press("?")
            expect(watched.page.get_by_role("heading", name="Keys")).to_be_visible()
            watched.page.keyboard.press("?")
        assert_accessible(watched.page)
        assert_fits(watched.page)
    page = workbench.page("/audit", "auditor", size=size, scheme=scheme)
    page.get_by_role("button", name="Draw a sample").click()
    page.get_by_label("By rule").check()
    page.get_by_label("Code begins with").fill("E11")
    expect(page.get_by_label("Blind")).to_be_disabled()
    assert_accessible(page)
    assert_fits(page)
