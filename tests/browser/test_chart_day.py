"""Twenty charts in a row, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_chart import opened, saved, selected
from tests.browser.workbench import TEXT, Workbench

pytestmark = pytest.mark.browser
CHARTS = 20
NOTE = f"{TEXT}\nStiff right knee 🦵 since May."


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def title(page: Page) -> str:
    return page.locator("#case-title").inner_text()


def query_the_physician(page: Page) -> None:
    """The query that is drafted for the selected code is sent, and answered at once."""
    press(page, "q")
    form = page.get_by_role("form", name="Query to the physician")
    expect(form).to_contain_text("Compliant")
    expect(form.get_by_label("Question")).to_be_focused()
    # Past the choices, to the button that sends.
    press(page, "Tab", "Tab", "Enter")
    expect(page.locator("#queries .badge")).to_have_text("Sent")
    answer = page.get_by_label("Answer to query 1")
    while not answer.evaluate("node => node === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type("Polyneuropathy of both feet")
    press(page, "Tab", "Enter")
    expect(page.locator("#queries .badge")).to_have_text("Answered")
    press(page, "Escape")


def code(page: Page, number: int) -> None:
    """Work on one chart: what is done differs from chart to chart."""
    assert selected(page) == "I10"
    if number % 5 == 4:
        press(page, "a", "u")
        expect(page.locator("#said")).to_contain_text("Undone")
    press(page, "a")
    assert selected(page) == "E11.40"
    if number % 4 == 1:
        press(page, "x", "5")
    elif number % 4 == 2:
        press(page, "1")
    else:
        press(page, "a")
    assert selected(page) == "20610"
    press(page, "a", "p")
    if number % 4 == 0:
        press(page, "k")
        assert selected(page) == "E11.40"
        press(page, "Alt+ArrowUp")
        expect(page.locator("#claim .claim li").first).to_have_attribute("data-code", "E11.40")
    if number % 4 == 3:
        press(page, "k", "w", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowRight", "n")
        expect(page.get_by_role("option").first).to_contain_text("M25.561")
        press(page, "1")
        expect(page.locator('.code[data-code="M25.561"]')).to_have_attribute("data-state", "accepted")
    if number == 6:
        press(page, "k")
        query_the_physician(page)


def test_a_coder_works_through_twenty_charts_without_a_mouse(workbench: Workbench):
    ids = workbench.submit(CHARTS, NOTE, external_id="day")
    page = opened(workbench.page(f"/charts/{ids[0]}?order=age", "coder"))
    seen = []
    for number in range(CHARTS):
        seen.append(title(page))
        code(page, number)
        press(page, "Control+Enter")
        if number < CHARTS - 1:
            expect(page.locator("#said")).to_contain_text(f"{seen[-1]} finalised. Now")
            opened(page)
        else:
            expect(page.locator("#banner")).to_contain_text("No further chart waits")
    saved(page)
    assert seen == [f"day-{i + 1}" for i in range(CHARTS)]
    with workbench.workflow.sign_in._work() as work:
        charts = [work.charts.get(chart) for chart in ids]
    assert {chart.status.value for chart in charts} == {"finalized"}
    sets = [[line.ref.code for line in chart.finalized[0].lines] for chart in charts]
    assert sets[0] == ["E11.40", "I10", "20610"]
    assert sets[1] == ["I10", "20610"]
    assert sets[2] == ["I10", "E11.9", "20610"]
    assert sets[3] == ["I10", "E11.40", "M25.561", "20610"]
    assert all(chart.finalized[0].lines[-1].pointers for chart in charts)
    assert all(chart.finalized[0].active_seconds is not None for chart in charts)
    assert charts[6].queries[0].answer == "Polyneuropathy of both feet"
