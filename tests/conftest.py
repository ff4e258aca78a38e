"""What tests share: settings whose code releases and knowledge are compiled, once for the session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from app import assembly
from app.assembly import Terms
from app.domain.errors import ReleaseRefused
from app.settings import Settings
from app.terminology.search import TermSearch


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-pairs", action="store_true", help="compose every pair of sibling codes of the release, not a sample (a minute or two)")


def _quiet(_: str) -> Callable[[float], None]:
    return lambda _: None


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The checkout's own state where `chartcoder-train setup` compiled it for the data files as they are, else a state compiled here."""
    own = Settings()
    try:
        assembly.open_terms(own)
    except ReleaseRefused:
        state = tmp_path_factory.mktemp("state")
        if (own.state_dir / "releases").is_dir():
            shutil.copytree(own.state_dir / "releases", state / "releases", ignore=shutil.ignore_patterns(".*"))
        here = own.model_copy(update={"state_dir": state})
        assembly.compile_terms(here, _quiet)
        return here
    return own


@pytest.fixture(scope="session")
def terms(settings: Settings) -> Terms:
    return assembly.open_terms(settings)


@pytest.fixture(scope="session")
def search(settings: Settings, terms: Terms) -> TermSearch:
    return assembly.code_search(settings, terms)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The files beside the checkout that only tests read; without them the test is skipped."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Continuous integration has all that tests need: there a skipped test has failed."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which continuous integration does not allow: {report.longrepr}"
    return report
