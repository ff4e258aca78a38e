from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from app.domain.errors import BundleRefused
from app.main import create_app
from app.settings import Settings
from tests.api.fakes import FakeOpener
from tests.api.serving import served

pytestmark = pytest.mark.browser


def test_a_broken_bundle_is_said_plainly(browser: Browser):
    opener = FakeOpener(suggest_error=BundleRefused("9f2c", "ranker.npz was changed after it was written"))
    with served(create_app(Settings(), opener=opener)) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#status")).to_have_text("Not ready")
        expect(page.get_by_role("alert")).to_contain_text("ranker.npz was changed")
        page.get_by_label("Text of the note").fill("Hypertension.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("ranker.npz was changed")
        page.close()


def test_a_date_without_a_release_is_shown_at_its_field(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(address)
    page.get_by_label("Text of the note").fill("Hypertension.")
    page.get_by_label("Date of service").fill("1999-01-01")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#field-error")).to_contain_text("No ICD-10-CM release is loaded for 1999-01-01")
    expect(page.get_by_label("Date of service")).to_be_focused()
    page.close()


def test_a_service_that_went_away_is_said_plainly(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(address)
    page.route("**/v1/suggestions", lambda route: route.abort())
    page.get_by_label("Text of the note").fill("Hypertension.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")
    page.close()
