"""Generated from the data files: every entry is found by its first phrase, and kept back when that is denied, planned or past.

`python -m tests.benchmarks.phrases` asks for all phrases.
"""

from __future__ import annotations

import pytest

from app import assembly
from app.assembly import Terms
from app.domain.errors import BundleRefused
from app.settings import Settings
from app.usecases.suggest_codes import SuggestCodes
from tests.knowledge.statements import Said, Statement, failing, is_level, statements


@pytest.fixture(scope="module")
def service(settings: Settings, terms: Terms) -> SuggestCodes:
    try:
        return assembly.suggest_codes(settings, terms)
    except BundleRefused as error:
        pytest.skip(f"needs the default bundle: {error}")


@pytest.fixture(scope="module")
def entries(terms: Terms) -> list[Statement]:
    return statements(terms.knowledge, every_phrase=False)


def test_every_entry_of_phrasebook_and_catalogue_is_asked_for(terms: Terms, entries: list[Statement]) -> None:
    knowledge = terms.knowledge
    assert {s.ref for s in entries} == {e.ref for e in knowledge.phrasebook} | {p.ref for p in knowledge.procedures}
    assert len(entries) > 9000


def test_a_phrase_in_a_plain_sentence_finds_its_code_among_the_first_three(service: SuggestCodes, entries: list[Statement]) -> None:
    _few([f"{s.ref.code}: {s.phrase}" for s in failing(service, entries, Said.STATED)], entries)


def test_the_denial_of_a_phrase_suppresses_its_code(service: SuggestCodes, entries: list[Statement]) -> None:
    asked = [s for s in entries if not is_level(s.ref)]
    _few([f"{s.ref.code}: {s.sentence(Said.DENIED)}" for s in failing(service, asked, Said.DENIED)], asked)


@pytest.mark.parametrize("said", [Said.PLANNED, Said.PAST])
def test_a_service_that_is_planned_or_past_is_suppressed(service: SuggestCodes, entries: list[Statement], said: Said) -> None:
    services = [s for s in entries if s.is_service and not is_level(s.ref)]
    _few([f"{s.ref.code}: {s.sentence(said)}" for s in failing(service, services, said)], services)


def _few(failed: list[str], asked: list[Statement]) -> None:
    """The ranker is fitted anew with every change of the data, and now and then a phrase changes place: one in five hundred may."""
    assert len(failed) * 500 <= len(asked), "\n".join(failed)
