from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.domain.encounter import Setting
from tests.browser.workbench import NARROW, WIDE, Workbench, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def charts(module_workbench: Workbench) -> list[str]:
    many = module_workbench.submit(55, external_id="many")
    return [*many, *module_workbench.submit(3, "Hypertension.", setting=Setting.EMERGENCY, external_id="emergency")]


def names(page: Page) -> list[str]:
    return page.locator("#rows .open").all_inner_texts()


def focused(page: Page) -> str:
    return page.locator("#rows .open:focus").inner_text()


def test_a_list_is_worked_through_by_keyboard(workbench: Workbench, charts):
    page = workbench.page("/worklist", "coder2")
    assert len(names(page)) == 50
    first = names(page)
    for key, at in (("j", 0), ("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("k", 0)):
        page.keyboard.press(key)
        assert focused(page) == first[at]
    for _ in range(49):
        page.keyboard.press("j")
    expect(page.locator("#rows .open:focus")).to_be_in_viewport()
    page.keyboard.press("j")
    expect(page.locator("#rows tr")).to_have_count(8)
    assert focused(page) == names(page)[0]
    assert not set(first) & set(names(page))
    page.go_back()
    expect(page.locator("#rows tr")).to_have_count(50)
    assert names(page) == first
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("many-7")
    page.keyboard.press("Enter")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows .open:focus")).to_have_text("many-7")
    assert "external_id=many-7" in page.url


def test_enter_opens_the_chart(workbench: Workbench, charts):
    page = workbench.page("/worklist?external_id=many-3", "coder")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/charts/{charts[2]}?external_id=many-3")
    workbench.opened[-1].complaints.clear()


def test_filters_narrow_the_list_and_its_counts(workbench: Workbench, charts):
    page = workbench.page("/worklist", "coder2")
    page.get_by_label("Setting").select_option("Emergency")
    expect(page.locator("#rows tr")).to_have_count(3)
    expect(page.get_by_role("link", name="New")).to_contain_text("3")
    page.get_by_role("link", name="Finalised").click()
    expect(page.get_by_text("No chart matches.")).to_be_visible()
    expect(page).to_have_url(f"{workbench.url}/worklist?status=finalized&setting=emergency")
    page.get_by_role("link", name="Take the filters away").click()
    expect(page).to_have_url(f"{workbench.url}/worklist?status=finalized")
    page.get_by_role("link", name="All").click()
    page.get_by_label("Value of review").select_option("Random slice")
    expect(page.locator("#list")).not_to_have_attribute("aria-busy", "true")
    assert {why.inner_text() for why in page.locator("#rows .why").all()} <= {"Random slice"}
    page.reload()
    expect(page.get_by_label("Value of review")).to_have_value("1")


def test_the_next_chart_is_the_free_one_most_worth_reviewing(workbench: Workbench, charts):
    watched = workbench.open("/worklist?setting=emergency", "coder")
    first = watched.page.locator("#rows .open").first.get_attribute("href")
    second = watched.page.locator("#rows .open").nth(1).get_attribute("href")
    other = workbench.open("/worklist", "coder2")
    token = other.context.request.get(f"{workbench.url}/v1/session").json()["csrf_token"]
    taken = other.context.request.put(f"{workbench.url}/v1/encounters/{first.split('/')[-1].split('?')[0]}/claim", headers={"X-CSRF-Token": token})
    assert taken.ok
    watched.page.keyboard.press("n")
    watched.page.wait_for_url(f"**{second}")
    watched.complaints.clear()
    watched.go("/worklist?setting=emergency")
    expect(watched.page.locator("#rows tr", has=watched.page.locator(f'[href="{first}"]'))).to_contain_text("Second demo coder until")
    watched.go("/worklist/next?setting=inpatient")
    expect(watched.page.get_by_text("No chart of this list is free")).to_be_visible()


def test_a_manager_assigns_several_charts_and_takes_it_back(workbench: Workbench, charts):
    page = workbench.page("/worklist?assignee=nobody", "manager")
    before = page.get_by_role("link", name="Open").inner_text()
    mine = names(page)[:3]
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("3 charts selected")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("a")
    page.get_by_label("Assign to").select_option("Demo coder")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("3 charts assigned to Demo coder")
    expect(page.get_by_text("charts selected")).to_be_hidden()
    assert not set(mine) & set(names(page))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Open")).to_have_text(before)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_label("Assign to").select_option("Second demo coder")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".toast").last).to_contain_text("1 chart assigned to Second demo coder")
    page.get_by_label("Assigned to").select_option("Second demo coder")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows tr")).to_contain_text("Second demo coder")
    page.get_by_label("Select every chart shown").check()
    page.get_by_label("Assign to").select_option("Nobody")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("No chart matches.")).to_be_visible()


def test_a_selection_outlives_the_page_it_was_made_on(workbench: Workbench, charts):
    page = workbench.page("/worklist", "manager")
    page.get_by_label("Select every chart shown").check()
    page.get_by_role("link", name="Next 50 charts").click()
    expect(page.locator("#rows tr")).to_have_count(8)
    expect(page.get_by_text("50 charts selected")).to_be_visible()
    page.get_by_role("link", name="First page").click()
    expect(page.get_by_label("Select every chart shown")).to_be_checked()
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator("#rows input:checked")).to_have_count(0)


def test_coders_assign_nothing_and_auditors_take_nothing_up(workbench: Workbench, charts):
    coder = workbench.page("/worklist", "coder")
    assert coder.locator("input[type=checkbox]").count() == 0
    assert coder.get_by_label("Assigned to").locator("option").all_inner_texts() == ["Anyone", "Me", "Nobody"]
    auditor = workbench.page("/worklist", "auditor")
    assert auditor.get_by_role("link", name="Next chart").count() == 0
    assert auditor.locator("input[type=checkbox]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "420"])
def test_the_worklist_is_accessible_and_fits(workbench: Workbench, charts, size, scheme):
    page = workbench.page("/worklist", "manager", size=size, scheme=scheme)
    page.locator(".pick-one").first.check()
    assert_accessible(page)
    assert_fits(page)
    page.keyboard.press("?")
    assert_accessible(page)
