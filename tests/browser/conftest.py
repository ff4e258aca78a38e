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
from tests.browser.workbench import NARROW, WIDE, Watched, Workbench, workbench_over

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


@pytest.fixture(params=[WIDE, NARROW], ids=lambda size: str(size[0]))
def watched(request, browser: Browser, address: str) -> Iterator[Watched]:
    watched = Watched(browser, address, *request.param)
    watched.go()
    yield watched
    watched.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


@pytest.fixture(scope="module")
def module_workbench(tmp_path_factory, browser: Browser) -> Iterator[Workbench]:
    with workbench_over(tmp_path_factory.mktemp("workbench"), browser) as workbench:
        yield workbench


@pytest.fixture
def workbench(module_workbench: Workbench) -> Iterator[Workbench]:
    """One service for all tests of a module, so that charts of earlier tests are still there; every page is checked at the end."""
    yield module_workbench
    opened = list(module_workbench.opened)
    module_workbench.opened.clear()
    for watched in opened:
        watched.close()
