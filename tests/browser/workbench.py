"""A served workbench with demo users and charts, pages of people who are signed in, and what every page must hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.demonstration import PASSWORD, populate
from app.domain.audit import Actor
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote
from app.domain.people import Principal, PrincipalKind, Role
from app.main import create_app
from app.settings import Settings
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.charts.submit import Submission, TitledNote
from app.usecases.workflow import Workflow
from tests.api.fakes import FakeOpener, suggest_codes
from tests.api.serving import served
from tests.store.databases import migrated, sqlite_url

TEXT = "Type 2 diabetes with neuropathy.\nHypertension, controlled.\nDenies chest pain.\nKnee injection done."
"""Gives I10, E11.40 and 20610 to bill, E11.9 as a candidate and R07.9 suppressed (tests/api/fakes.py)."""

WIDE, NARROW = (1280, 800), (420, 860)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_EHR = Actor(Principal(PrincipalKind.COMMAND, "demo-ehr", "demo EHR", frozenset({Role.INTEGRATION})))


class Watched:
    """A page, and what it should not have done: complain in the console, or load anything from elsewhere.

    A test that provokes a refusal on purpose clears `complaints` itself: browsers log every answer of 400 and above.
    """

    def __init__(self, browser: Browser, address: str, width: int, height: int, *, scheme: str = "light", path: str = "/") -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: None if r.url.startswith(address) else self.outside.append(r.url))
        self.path = path

    def sign_in(self, user: str) -> None:
        """Have the session of a demo user."""
        response = self.context.request.post(f"{self.address}/v1/session", data={"user": user, "password": PASSWORD})
        assert response.ok, response.text()

    def go(self, path: str | None = None) -> Page:
        """The page at `path`."""
        self.page.goto(self.address + (path or self.path))
        return self.page

    def close(self) -> None:
        """Close it; it must not have done what it should not."""
        try:
            assert self.complaints == []
            assert self.outside == []
        finally:
            self.context.close()


@dataclass
class Workbench:
    """A served app in demo mode over its own SQLite database; the users of app/demonstration.py, with quick hashes."""

    url: str
    workflow: Workflow
    browser: Browser
    opened: list[Watched] = field(default_factory=list)

    def submit(self, number: int = 1, text: str = TEXT, *, setting: Setting = Setting.OUTPATIENT, external_id: str = "visit") -> list[str]:
        """Ids of new charts `visit-1`, `visit-2`, ...; nobody is assigned to them."""
        encounter = Encounter(setting, Sex.FEMALE, 67, date(2026, 5, 4))
        note = TitledNote(ClinicalNote(text), "Progress note")
        return [self.workflow.submit.submit(_EHR, Submission(encounter, (note,), f"{external_id}-{i + 1}")).chart.id for i in range(number)]

    def open(self, path: str, user: str | None = None, *, size: tuple[int, int] = WIDE, scheme: str = "light") -> Watched:
        """A page in a browser window of its own, of a user who is signed in."""
        watched = Watched(self.browser, self.url, *size, scheme=scheme, path=path)
        self.opened.append(watched)
        if user is not None:
            watched.sign_in(user)
        watched.go()
        return watched

    def page(self, path: str, user: str | None = None, *, size: tuple[int, int] = WIDE, scheme: str = "light") -> Page:
        """The same, when only the page is of interest."""
        return self.open(path, user, size=size, scheme=scheme).page


@contextmanager
def workbench_over(folder: Path, browser: Browser) -> Iterator[Workbench]:
    """A workbench with the demo users and no charts."""
    with migrated(sqlite_url(folder)) as engine:
        app = create_app(Settings(), opener=FakeOpener(work=SqlWork(engine, Seal()), suggest=suggest_codes(200_000)))
        with served(app) as url:
            workflow = app.state.service.workflow
            populate(workflow, ())
            yield Workbench(url, workflow, browser)


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing against WCAG 2.2 AA on the page as it is now."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def assert_fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
