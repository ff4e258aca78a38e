from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from app.assembly import Terms
from app.domain.candidate import MatchSource
from app.domain.code import Code, CodeRef, CodeSystem, Laterality
from app.domain.errors import ReleaseRefused
from app.domain.knowledge import Knowledge, PhrasebookEntry, Procedure, Sense
from app.nlp.words import SnowballWordReader
from app.settings import Settings
from app.terminology import compiled, search_index
from app.terminology.catalog import ReleaseTerminology
from app.terminology.releases import ReleaseStore

ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
CODES = [
    Code(CodeRef(ICD, "S93.401"), "Sprain of right ankle", billable=False, children=("S93.401A", "S93.401D")),
    Code(CodeRef(ICD, "S93.401A"), "Sprain of right ankle, initial encounter", parent="S93.401"),
    Code(CodeRef(ICD, "S93.401D"), "Sprain of right ankle, subsequent encounter", parent="S93.401"),
    Code(CodeRef(ICD, "I10"), "Essential (primary) hypertension"),
]
KNOWLEDGE = Knowledge(
    (PhrasebookEntry(CodeRef(ICD, "I10"), ("htn",), ("lisinopril",), {"severe": CodeRef(ICD, "I10")}),),
    (
        Procedure(CodeRef(CPT, "20610"), "needle in a large joint", ("knee injection",), Laterality.SIDE, ("RT",), 1, ""),
        Procedure(CodeRef(CPT, "71046"), "x-ray of the chest", ("cxr",), Laterality.NONE, (), 1, ""),
    ),
    {"HTN": (Sense("hypertension", ()),)},
    {"plan": ("plan",)},
    (("kidney", "renal"),),
    "0" * 64,
)


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    store = ReleaseStore(tmp_path / "releases")
    store.write(ICD, "2026", date(2025, 10, 1), CODES)
    compiled.write_catalogue(store, KNOWLEDGE, CPT)
    return store


def _write(store: ReleaseStore, folder: Path) -> Path:
    return compiled.write(folder / "knowledge", ReleaseTerminology(store).catalog(), KNOWLEDGE, SnowballWordReader())


def test_knowledge_and_both_indexes_come_back_as_they_were_written(store: ReleaseStore, tmp_path: Path) -> None:
    folder = _write(store, tmp_path)
    knowledge, index = compiled.load(folder)
    assert knowledge == KNOWLEDGE
    assert {c.ref.code for c in index.codes} == {"S93.401", "I10", "20610", "71046"}
    assert search_index.load(folder).codes == ["I10", "S93.401", "S93.401A", "S93.401D", "20610", "71046"]


def test_writing_again_changes_nothing_and_leaves_no_trace(store: ReleaseStore, tmp_path: Path) -> None:
    folder = _write(store, tmp_path)
    before = (folder / "terms.npz").stat().st_mtime_ns
    assert _write(store, tmp_path) == folder
    assert (folder / "terms.npz").stat().st_mtime_ns == before
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_the_digest_follows_the_data_files_the_releases_and_the_index(store: ReleaseStore) -> None:
    releases = store.releases()
    first = compiled.compiled_digest("a", releases)
    assert compiled.compiled_digest("a", reversed(releases)) == first
    assert compiled.compiled_digest("b", releases) != first
    store.write_index(next(r for r in releases if r.system is ICD), [("hypertonia", "I10")])
    assert compiled.compiled_digest("a", store.releases()) != first


def test_terms_of_the_index_lead_to_their_codes_in_both_indexes(store: ReleaseStore, tmp_path: Path) -> None:
    store.write_index(next(r for r in store.releases() if r.system is ICD), [("hyperpiesia", "I10"), ("twisted ankle", "S93.401")])
    catalog = ReleaseTerminology(store).catalog()
    terms, _ = compiled.indexed_terms(catalog, KNOWLEDGE)
    assert {(t.text, t.ref.code) for t in terms if t.source is MatchSource.INDEX} == {("hyperpiesia", "I10"), ("twisted ankle", "S93.401")}
    folder = _write(store, tmp_path)
    assert "hyperpiesia" in search_index.load(folder).norms
    assert "hyperpiesia" in compiled.load(folder)[1].word_ids


def test_a_phrase_of_the_initial_encounter_speaks_for_its_family(store: ReleaseStore) -> None:
    knowledge = Knowledge((PhrasebookEntry(CodeRef(ICD, "S93.401A"), ("rolled ankle",), (), {}),), (), {}, {}, (), "")
    terms, codes = compiled.indexed_terms(ReleaseTerminology(store).catalog(), knowledge)
    assert [t.ref.code for t in terms if t.text == "rolled ankle"] == ["S93.401"]
    family = next(c for c in codes if c.ref.code == "S93.401")
    assert (dict(family.seventh), family.default) == ({"A": "S93.401A", "D": "S93.401D"}, "S93.401A")


def test_a_licensed_release_replaces_titles_keeps_our_phrases_and_drops_codes_it_lacks(store: ReleaseStore) -> None:
    store.write(CPT, "2026", date(2026, 1, 1), [Code(CodeRef(CPT, "20610"), "Licensed words"), Code(CodeRef(CPT, "20611"), "New service")])
    terms, _ = compiled.indexed_terms(ReleaseTerminology(store).catalog(), KNOWLEDGE)
    assert {(t.text, t.ref.code) for t in terms if t.ref.system is CPT} == {
        ("Licensed words", "20610"),
        ("knee injection", "20610"),
        ("New service", "20611"),
    }


@pytest.mark.parametrize("content", ["{", "[]", '{"phrasebook": []}'])
def test_damaged_knowledge_is_refused(store: ReleaseStore, tmp_path: Path, content: str) -> None:
    folder = _write(store, tmp_path)
    (folder / "knowledge.json").write_text(content)
    with pytest.raises(ReleaseRefused, match="setup"):
        compiled.load(folder)


@pytest.mark.parametrize(("file", "content"), [("search.json", "{"), ("search.npz", "nothing"), ("search.json", '{"schema": 0}')])
def test_a_damaged_search_index_is_refused(store: ReleaseStore, tmp_path: Path, file: str, content: str) -> None:
    folder = _write(store, tmp_path)
    (folder / file).write_text(content)
    with pytest.raises(ReleaseRefused, match="setup"):
        search_index.load(folder)


def test_the_compiled_state_of_the_checkout_opens_whole(settings: Settings, terms: Terms, tmp_path: Path) -> None:
    folder = settings.state_dir / "knowledge" / terms.digest
    shutil.copy(folder / "knowledge.json", tmp_path)
    knowledge, index = compiled.load(folder)
    assert knowledge == terms.knowledge
    assert len(index.term_weights) > 100_000
