from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.domain.people import Role
from app.main import create_app
from app.usecases.people.sign_in import MOST_FAILURES
from tests.api.fakes import FakeOpener
from tests.api.serving import served
from tests.browser.workbench import NARROW, WIDE, Watched, Workbench, assert_accessible, assert_fits
from tests.identity.provider import providing
from tests.identity.test_openid import settings

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "420"])
def test_a_person_signs_in_goes_on_and_signs_out(workbench: Workbench, size, scheme):
    watched = workbench.open("/worklist?status=new", size=size, scheme=scheme)
    page = watched.page
    expect(page.get_by_label("Name")).to_be_focused()
    assert_accessible(page)
    assert_fits(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Type your name.")
    page.keyboard.type("coder")
    page.keyboard.press("Tab")
    page.keyboard.type("chartcoder-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist?status=new")
    expect(page.get_by_text("Demo coder")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(f"{workbench.url}/worklist")
    page.wait_for_url("**/sign-in?next=%2Fworklist")


def test_wrong_passwords_and_the_lock_are_said_in_the_same_words_for_everyone(workbench: Workbench):
    watched = workbench.open("/sign-in")
    page, words = watched.page, []
    for name in ("coder2", "nobody-of-this-name"):
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill("wrong password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        expect(page.get_by_label("Password")).to_have_value("")
        words.append(page.get_by_role("alert").inner_text())
    assert len(set(words)) == 1
    assert_accessible(page)
    page.get_by_label("Name").fill("auditor")
    for _ in range(MOST_FAILURES + 1):
        page.get_by_label("Password").fill("wrong password")
        with page.expect_response("**/v1/session"):
            page.keyboard.press("Enter")
        expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_role("alert")).to_contain_text("15 minutes")
    watched.complaints.clear()


def test_a_session_that_ended_leads_to_the_sign_in_page_and_back(workbench: Workbench):
    workbench.submit(2)
    watched = workbench.open("/worklist", "manager")
    page = watched.page
    watched.context.clear_cookies()
    page.get_by_label("Setting").select_option("Outpatient")
    page.wait_for_url("**/sign-in?next=%2Fworklist")
    page.get_by_label("Name").fill("manager")
    page.get_by_label("Password").fill("chartcoder-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist")
    page.locator(".pick-one").first.check()
    watched.context.clear_cookies()
    page.get_by_role("button", name="Assign").click()
    page.wait_for_url("**/sign-in?next=%2Fworklist")
    watched.complaints.clear()


def test_a_token_that_is_old_after_a_sign_in_elsewhere_is_renewed(workbench: Workbench):
    workbench.submit(1)
    watched = workbench.open("/worklist", "manager")
    watched.sign_in("manager")
    watched.page.locator(".pick-one").first.check()
    watched.page.get_by_label("Assign to").select_option("Demo coder")
    watched.page.get_by_role("button", name="Assign").click()
    expect(watched.page.locator(".toast")).to_contain_text("1 chart assigned")
    watched.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "420"])
def test_one_sees_where_one_is_signed_in_and_ends_it(workbench: Workbench, size, scheme):
    elsewhere = workbench.open("/worklist", "engineer")
    elsewhere.complaints.clear()
    page = workbench.page("/account", "engineer", size=size, scheme=scheme)
    assert_accessible(page)
    assert_fits(page)
    expect(page.get_by_role("cell", name="Another")).to_have_count(1)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("cell", name="Another")).to_have_count(0)
    expect(page.get_by_role("cell", name="This one")).to_be_visible()
    assert elsewhere.context.request.get(f"{workbench.url}/v1/session").status == 401
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_the_scheme_is_chosen_and_kept(workbench: Workbench):
    page = workbench.page("/sign-in", scheme="dark")
    background = "getComputedStyle(document.body.parentElement).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Light or dark").click()
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light


def test_the_identity_provider_of_another_site_leads_in(browser):
    # Another name for the same machine is another site: the session's cookie does not come along from there.
    with providing("localhost") as provider:
        app = create_app(settings(provider), opener=FakeOpener())
        with served(app) as url:
            watched = Watched(browser, url, *WIDE, path="/worklist")
            page = watched.go()
            assert_accessible(page)
            page.get_by_role("link", name="Sign in with your organisation").click()
            page.wait_for_url("**/worklist")
            expect(page.get_by_text("Ann Okoye")).to_be_visible()
            assert app.state.service.workflow.accounts.users()[0].roles == {Role.CODER}
            provider.person["groups"] = []
            watched.context.clear_cookies()
            page.goto(f"{url}/sign-in/openid")
            expect(page.get_by_text("Your organisation knows you, but you have no role here. Ask an admin.")).to_be_visible()
            watched.outside.clear()
            watched.close()
