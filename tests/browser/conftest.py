from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.main import create_app
from app.settings import Settings
from tests.api.fakes import FakeOpener, suggest_codes
from tests.api.serving import served

CHROMIUM = next((p for p in (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"), Path("/usr/bin/google-chrome")) if p.exists()), None)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium in /usr/bin: apt-get install chromium")
        pytest.skip("no Chromium in /usr/bin: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served(create_app(Settings(), opener=FakeOpener(suggest=suggest_codes(200_000)))) as url:
        yield url


class Watched:
    """A page, and what it should not have done."""

    def __init__(self, browser: Browser, address: str, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: None if r.url.startswith(address) else self.outside.append(r.url))
        self.page.goto(address)


@pytest.fixture(params=[(1280, 800), (420, 860)], ids=lambda size: str(size[0]))
def watched(request, browser: Browser, address: str) -> Iterator[Watched]:
    watched = Watched(browser, address, *request.param)
    try:
        yield watched
        assert watched.complaints == []
        assert watched.outside == []
    finally:
        watched.context.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page
