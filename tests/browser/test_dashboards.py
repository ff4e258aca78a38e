"""A manager goes through the dashboards: filters, plots, tables, CSV."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.domain.figures import FigureName
from app.domain.people import Role
from tests.browser.filled import finalize, person
from tests.browser.workbench import NARROW, WIDE, Workbench, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture
def filled(workbench: Workbench) -> Workbench:
    if not workbench.workflow.figures.choices(person("manager", Role.MANAGER)).coders:
        finalize(workbench, 8)
        finalize(workbench, 4, by="coder2", seconds=None)
        workbench.submit(3)
    return workbench


def loaded(page):
    """Every plot is there and was drawn."""
    page.wait_for_load_state("load")
    page.evaluate("Promise.all([...document.querySelectorAll('img.plot')].map((i) => i.decode()))")
    return page


def test_a_manager_filters_looks_and_takes_the_numbers_away(filled: Workbench):
    watched = filled.open("/dashboards", "manager")
    page = loaded(watched.page)
    expect(page.locator("article.card")).to_have_count(len(FigureName))
    effort = page.locator("#effort")
    effort.get_by_text("Table").click()
    expect(effort.locator("tbody tr")).to_have_count(3)
    expect(effort.locator("tbody")).to_contain_text("not recorded")
    page.get_by_label("Coder", exact=True).select_option("coder")
    page.get_by_role("button", name="Show").click()
    loaded(page)
    effort.get_by_text("Table").click()
    expect(effort.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#throughput dd").first).to_have_text("8")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of Acceptance by code").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert download.value.suggested_filename == "acceptance.csv"
    assert {r["code"]: (r["suggested"], r["accepted"]) for r in rows} == {
        "I10": ("8", "8"),
        "E11.40": ("8", "6"),
        "20610": ("8", "7"),
        "E11.9": ("0", "0"),
    }
    page.get_by_label("From").fill("2001-01-01")
    page.get_by_label("To").fill("2001-01-02")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#throughput dd").first).to_have_text("0")
    page.get_by_label("From").fill("")
    page.get_by_label("To").fill(datetime.now(UTC).date().isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#throughput dd").first).to_have_text("8")


def test_days_in_the_wrong_order_are_refused_beside_the_form(filled: Workbench):
    page = filled.page("/dashboards?day_from=2026-05-04&day_to=2026-05-01", "manager")
    expect(page.get_by_role("alert")).to_have_text("The time ends before it begins. Choose other days.")
    expect(page.get_by_label("From")).to_have_value("2026-05-04")
    page.get_by_label("To").fill("2026-05-04")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("article.card")).to_have_count(len(FigureName))


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["light", "420 dark"])
def test_dashboards_are_accessible_and_fit(filled: Workbench, size, scheme):
    page = loaded(filled.page("/dashboards", "manager", size=size, scheme=scheme))
    for summary in page.locator("summary").all():
        summary.click()
    assert f"theme={scheme}" in page.locator("img.plot").first.get_attribute("src")
    assert_accessible(page)
    assert_fits(page)


def test_plots_follow_the_theme_and_say_what_they_are(filled: Workbench):
    watched = filled.open("/dashboards", "auditor")
    page = loaded(watched.page)
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("img.plot").first).to_have_attribute("src", re.compile("theme=dark"))
    svg = watched.context.request.get(f"{filled.url}/dashboards/calibration.svg").text()
    assert '<title id="title">Calibration as seen in decisions</title><desc' in svg
    assert "<script" not in svg
    assert "http://pygal" not in svg


def test_a_coder_sees_no_dashboards(filled: Workbench):
    watched = filled.open("/dashboards", "coder")
    expect(watched.page.get_by_role("heading", name="You may not see this page")).to_be_visible()
    expect(watched.page.get_by_role("link", name="Dashboards")).to_have_count(0)
    watched.complaints.clear()
