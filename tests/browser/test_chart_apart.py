"""When something comes between: another window, another person, the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.demonstration import PASSWORD
from tests.browser.test_chart import chart, kept, opened, saved, selected, state
from tests.browser.workbench import Workbench

pytestmark = pytest.mark.browser


def chart_id(page: Page) -> str:
    return page.url.split("/")[-1]


def beside(workbench: Workbench, page: Page) -> Page:
    """The same chart in a second window of the same browser."""
    second = page.context.new_page()
    second.goto(page.url)
    return opened(second)


def elsewhere(workbench: Workbench, user: str, page: Page, verdict: dict[str, object]) -> None:
    """A decision from another machine."""
    request = page.context.browser.new_context().request
    session = request.post(f"{workbench.url}/v1/session", data={"user": user, "password": PASSWORD}).json()
    path = f"{workbench.url}/v1/encounters/{chart_id(page)}"
    tag = request.get(path).headers["etag"]
    answer = request.post(f"{path}/decisions", data=verdict, headers={"If-Match": tag, "X-CSRF-Token": session["csrf_token"]})
    assert answer.status == 201, answer.text()


ACCEPT = {"verdict": "accept", "system": "ICD-10-CM", "code": "E11.40"}
REJECT = {"verdict": "reject", "system": "ICD-10-CM", "code": "E11.40", "reason": "other"}


def test_a_decision_in_one_window_is_seen_in_the_other_at_once(workbench):
    first = chart(workbench)
    second = beside(workbench, first)
    second.keyboard.press("a")
    saved(second)
    expect(first.locator('.code[data-code="I10"]')).to_have_attribute("data-state", "accepted")
    expect(first.locator("#banner")).to_contain_text("changed by you, in another window: accept I10")
    first.keyboard.press("j")
    first.keyboard.press("a")
    expect(second.locator('.code[data-code="E11.40"]')).to_have_attribute("data-state", "accepted")
    assert len(kept(workbench, first).decisions) == 2


def test_a_write_on_an_older_state_is_written_again_and_says_what_changed(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)
    elsewhere(workbench, "coder", page, ACCEPT)
    page.keyboard.press("a")
    expect(page.locator("#banner")).to_contain_text("accept E11.40")
    chart_ = kept(workbench, page)
    assert [(d.verdict.ref.code, type(d.verdict).__name__) for d in chart_.decisions] == [("E11.40", "Accept"), ("I10", "Accept")]
    assert [state(page, code) for code in ("I10", "E11.40")] == ["accepted", "accepted"]
    watched.complaints.clear()


def test_a_decision_on_the_same_code_is_kept_until_one_says_which_holds(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)
    page.keyboard.press("j")
    elsewhere(workbench, "coder", page, REJECT)
    page.keyboard.press("a")
    expect(page.locator("#banner")).to_contain_text("Not written, because the same code was decided there: E11.40")
    assert state(page, "E11.40") == "rejected"
    page.get_by_role("button", name="Write mine all the same").click()
    expect(page.locator('.code[data-code="E11.40"]')).to_have_attribute("data-state", "accepted")
    assert [type(d.verdict).__name__ for d in kept(workbench, page).decisions] == ["Reject", "Accept"]
    watched.complaints.clear()


def test_without_the_network_nothing_is_lost_and_all_is_written_in_order_afterwards(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)
    page.route("**/decisions", lambda route: route.abort())
    for key in ("a", "x", "2", "a"):
        page.keyboard.press(key)
    expect(page.locator("#saving")).to_contain_text("Not saved: 3 waiting")
    assert [state(page, code) for code in ("I10", "E11.40", "20610")] == ["accepted", "rejected", "accepted"]
    page.unroute("**/decisions")
    # On a slow machine the page may have tried again by itself, and the button be gone from sight.
    page.locator("#retry").dispatch_event("click")
    decisions = kept(workbench, page).decisions
    assert [(d.verdict.ref.code, type(d.verdict).__name__) for d in decisions] == [("I10", "Accept"), ("E11.40", "Reject"), ("20610", "Accept")]
    watched.complaints.clear()


def test_what_waits_survives_a_reload(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)
    page.route("**/decisions", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.locator("#saving")).to_contain_text("Not saved")
    page.unroute("**/decisions")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator('.code[data-code="I10"]')).to_have_attribute("data-state", "accepted")
    assert len(kept(workbench, page).decisions) == 1
    watched.complaints.clear()


def test_an_answer_that_got_lost_does_not_write_twice(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)

    def swallow(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/decisions", swallow, times=1)
    page.keyboard.press("a")
    expect(page.locator("#saving")).to_contain_text("Not saved")
    page.get_by_role("button", name="Retry now").click()
    assert len(kept(workbench, page).decisions) == 1
    assert selected(page) == "E11.40"
    page.keyboard.press("u")
    expect(page.locator('.code[data-code="I10"]')).to_have_attribute("data-state", "open")
    assert kept(workbench, page).coding().to_bill() == ()
    watched.complaints.clear()


def test_a_chart_that_another_works_on_can_only_be_read(workbench):
    first = chart(workbench)
    saved(first)
    watched = workbench.open(f"/charts/{chart_id(first)}", "coder2")
    second = opened(watched.page)
    expect(second.locator("#banner")).to_contain_text("coder works on this chart")
    second.keyboard.press("a")
    expect(second.locator("#said")).to_contain_text("coder works on this chart")
    assert state(second, "I10") == "open"
    first.goto("about:blank")
    expect(first).to_have_url("about:blank")
    second.get_by_role("button", name="Try again").click()
    # Where the release came after the try, the page finds out by itself.
    expect(second.locator("#main")).to_have_attribute("data-readonly", "false", timeout=20_000)
    opened(second).keyboard.press("a")
    expect(second.locator('.code[data-code="I10"]')).to_have_attribute("data-state", "accepted")
    assert kept(workbench, second).decisions[0].by == "coder2"
    watched.complaints.clear()


def test_a_finalised_chart_is_read_only_until_it_is_reopened_with_a_reason(workbench):
    page = chart(workbench)
    done = chart_id(page)
    for key in ("a", "a", "a", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.locator("#said")).to_contain_text("finalised")
    auditor = opened(workbench.page(f"/charts/{done}", "auditor"))
    expect(auditor.locator("#history")).to_contain_text("Finalised by coder")
    auditor.keyboard.press("a")
    expect(auditor.locator("#said")).to_contain_text("finalised")
    auditor.get_by_label("Reason to re-open the chart").fill("A late report")
    auditor.keyboard.press("Enter")
    expect(auditor.locator("#history")).to_contain_text("Re-opened as review 2")


def test_finalising_says_what_keeps_it_from_it_and_a_manager_may_set_it_aside(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_have_text("3 suggested codes are not decided yet")
    for key in ("x", "1", "x", "1", "a", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.locator("#banner")).to_contain_text("No diagnosis is accepted")
    expect(page.get_by_label("Reason to finalise all the same")).to_have_count(0)
    watched.complaints.clear()
    page.goto("about:blank")
    managed = workbench.open(watched.path, "manager")
    manager = opened(managed.page)
    saved(manager)
    manager.keyboard.press("Control+Enter")
    manager.get_by_label("Reason to finalise all the same").fill("Agreed with the payer")
    manager.keyboard.press("Enter")
    expect(manager.locator("#said")).to_contain_text("finalised")
    managed.complaints.clear()
