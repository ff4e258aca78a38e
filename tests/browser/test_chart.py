"""The chart page as a coder works with it: by keyboard, chart after chart."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.workbench import NARROW, TEXT, WIDE, Workbench, assert_accessible, assert_fits

pytestmark = pytest.mark.browser
VISIT = "Return visit.\nHypertension, not at goal: start amlodipine.\nDenies chest pain.\nKnee injection done."


def chart(workbench: Workbench, text: str = TEXT, user: str = "coder", **how: object) -> Page:
    """The page of a new chart, ready to be worked on."""
    (chart_id,) = workbench.submit(1, text)
    return opened(workbench.page(f"/charts/{chart_id}", user, **how))


def opened(page: Page) -> Page:
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    expect(page.locator('.code[data-selected="true"]')).to_be_visible()
    return page


def selected(page: Page) -> str:
    return page.locator('.code[data-selected="true"]').get_attribute("data-code") or ""


def lit(page: Page) -> str:
    return "".join(page.locator(".reading .lit").all_inner_texts())


def state(page: Page, code: str) -> str:
    return page.locator(f'.code[data-code="{code}"]').get_attribute("data-state") or ""


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_attribute("data-state", "saved")


def kept(workbench: Workbench, page: Page):
    """The chart as the store has it, once all is saved."""
    saved(page)
    with workbench.workflow.sign_in._work() as work:
        return work.charts.get(page.url.split("/")[-1].split("?")[0])


def test_the_evidence_of_the_first_code_is_lit_and_in_view_when_the_chart_opens(workbench):
    page = chart(workbench, "Padding line.\n" * 200 + TEXT)
    assert selected(page) == "I10"
    assert lit(page) == "Hypertension"
    expect(page.locator(".reading .lit").first).to_be_in_viewport()
    expect(page.locator('.code[data-code="I10"] .row')).to_be_focused()


def test_codes_are_decided_by_one_key_each_and_the_page_moves_on(workbench):
    page = chart(workbench)
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("I10 accepted")
    assert (selected(page), state(page, "I10"), lit(page)) == ("E11.40", "accepted", "diabetes with neuropathy")
    page.keyboard.press("x")
    page.keyboard.press("4")
    assert (selected(page), state(page, "E11.40")) == ("20610", "rejected")
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("Every suggested code is decided")
    expect(page.locator("#progress")).to_have_text("3 of 3 decided")
    chart_ = kept(workbench, page)
    assert [(line.ref.code, line.state.value) for line in chart_.coding().lines][:2] == [("I10", "accepted"), ("20610", "accepted")]
    assert next(line for line in chart_.coding().lines if line.ref.code == "E11.40").reject_reason == "wrong_code"


def test_undo_takes_back_everything_step_by_step_and_redo_brings_it_back(workbench):
    page = chart(workbench)
    for key in ("a", "1", "a"):
        page.keyboard.press(key)
    codes = page.locator("#claim .claim li")
    expect(codes).to_have_count(3)
    before = codes.evaluate_all("nodes => nodes.map((n) => n.dataset.code)")
    page.locator('#claim [data-code="E11.9"] .named').click()
    page.keyboard.press("Alt+ArrowUp")
    expect(codes.first).to_have_attribute("data-code", "E11.9")
    for left in (before, [*before[:1], "E11.9"], ["I10"], []):
        page.keyboard.press("u")
        expect(codes).to_have_count(len(left))
    page.keyboard.press("u")
    expect(page.locator("#said")).to_have_text("There is nothing to undo")
    assert kept(workbench, page).coding().to_bill() == ()
    page.keyboard.press("Shift+U")
    expect(codes).to_have_count(1)
    assert [line.ref.code for line in kept(workbench, page).coding().to_bill()] == ["I10"]


def test_words_are_selected_by_keys_and_offer_their_codes(workbench):
    page = chart(workbench, f"Right knee pain 😀🙂 since May.\n{TEXT}")
    page.keyboard.press("w")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.getSelection().toString()") == "knee pain"
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Add a code")).to_contain_text("knee pain")
    expect(page.get_by_role("option").first).to_contain_text("M25.561")
    page.keyboard.press("1")
    expect(page.locator('.code[data-code="M25.561"]')).to_have_attribute("data-state", "accepted")
    line = next(line for line in kept(workbench, page).coding().lines if line.ref.code == "M25.561")
    assert line.evidence[0].span.begin == len("Right ")
    page.get_by_role("button", name="Remember “knee pain” for the site").click()
    expect(page.locator("#said")).to_have_text("“knee pain” is remembered for M25.561")


def test_offsets_behind_an_emoji_are_code_points(workbench):
    page = chart(workbench, f"😀🙂 {TEXT} Knee pain too.")
    page.keyboard.press("w")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("document.getSelection().toString()") == "Knee pain"
    page.keyboard.press("n")
    page.get_by_role("option").first.click()
    chart_ = kept(workbench, page)
    line = next(line for line in chart_.coding().lines if line.ref.code == "M25.561")
    span = line.evidence[0].span
    assert chart_.notes[0].text[span.begin : span.end] == "Knee pain"


def test_a_service_gets_modifiers_units_and_pointers_in_place(workbench):
    page = chart(workbench)
    for key in ("a", "a", "a"):
        page.keyboard.press(key)
    assert selected(page) == "20610"
    page.keyboard.press("e")
    page.keyboard.type("rt")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.type("ba")
    page.keyboard.press("Enter")
    expect(page.locator("#claim")).to_contain_text("→ B A")
    line = next(line for line in kept(workbench, page).coding().lines if line.ref.code == "20610")
    assert (line.modifiers, line.units, [ref.code for ref in line.pointers]) == (("RT",), 2, ["E11.40", "I10"])
    page.keyboard.press("u")
    page.keyboard.press("u")
    line = next(line for line in kept(workbench, page).coding().lines if line.ref.code == "20610")
    assert (line.modifiers, line.units, line.pointers) == ((), 1, ())
    page.keyboard.press("e")
    page.keyboard.type("toolong")
    page.keyboard.press("Enter")
    expect(page.locator(".ask .field-error")).to_contain_text("four modifiers")
    page.keyboard.press("Escape")
    expect(page.locator('.code[data-code="20610"] .row')).to_be_focused()


def test_a_finding_is_mended_with_one_click(workbench):
    page = chart(workbench)
    for key in ("a", "a", "a"):
        page.keyboard.press(key)
    page.locator('#findings [data-rule="no-pointer"] [data-repair]').click()
    expect(page.locator('#findings [data-rule="no-pointer"]')).to_have_count(0)
    line = next(line for line in kept(workbench, page).coding().lines if line.ref.code == "20610")
    assert line.pointers


def test_the_order_is_changed_by_drag_too(workbench):
    page = chart(workbench)
    page.keyboard.press("a")
    page.keyboard.press("a")
    saved(page)
    page.locator('#claim [data-code="E11.40"]').drag_to(page.locator('#claim [data-code="I10"]'))
    expect(page.locator("#claim .claim li").first).to_have_attribute("data-code", "E11.40")
    assert [line.ref.code for line in kept(workbench, page).coding().to_bill()] == ["E11.40", "I10"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "420"])
def test_the_page_is_accessible_and_fits(workbench, size, scheme):
    page = chart(
        workbench, "Return visit.\nHypertension, not at goal: start amlodipine.\nDenies chest pain.\nKnee injection done.", size=size, scheme=scheme
    )
    page.keyboard.press("a")
    page.keyboard.press("x")
    saved(page)
    assert_accessible(page)
    assert_fits(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("diab")
    expect(page.get_by_role("option").first).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
