from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.candidate import MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.errors import ReleaseRefused
from app.terminology.retriever import TermRetriever
from app.terminology.term_index import _ARRAYS, MIN_COVERAGE, IndexedCode, TermIndex, WordRoles, build, load, save
from app.terminology.terms import Term
from tests.terminology.notes import WORDS, analysis

VOCABULARY = tuple(f"word{letter}" for letter in "abcdefghijkl")
words = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6)


def index_of(rows: list[tuple[str, str]], roles: WordRoles = WordRoles()) -> TermIndex:  # noqa: B008  an immutable value
    """An index of (code, words)."""
    codes = [IndexedCode(CodeRef(CodeSystem.ICD10CM, code), {}, code) for code in dict.fromkeys(code for code, _ in rows)]
    terms = [Term(CodeRef(CodeSystem.ICD10CM, code), text, MatchSource.TITLE) for code, text in rows]
    return build(terms, codes, WORDS, roles)


def _row(index: TermIndex, term: int) -> set[int]:
    return set(index.term_words[index.term_starts[term] : index.term_starts[term + 1]].tolist())


@settings(max_examples=150, deadline=None)
@given(st.lists(words, min_size=1, max_size=12), words)
def test_every_term_with_enough_coverage_is_posted_under_a_word_or_a_pair_that_is_there(rows: list[list[str]], said: list[str]) -> None:
    index = index_of([(f"C{i}", " ".join(row)) for i, row in enumerate(rows)])
    there = {index.word_ids[s] for s in WORDS.read(" ".join(said)).stems if s in index.word_ids}
    reached = {int(t) for w in there for t in index.lone_terms[index.lone_starts[w] : index.lone_starts[w + 1]]}
    keys = index.pair_keys.tolist()
    for low, high in combinations(sorted(there), 2):
        key = low * len(index.word_weights) + high
        if key in keys:
            at = keys.index(key)
            reached.update(index.pair_terms[index.pair_starts[at] : index.pair_starts[at + 1]].tolist())
    for term in range(len(index.term_weights)):
        covered = float(sum(index.word_weights[w] for w in _row(index, term) & there)) / float(index.term_weights[term])
        assert covered < MIN_COVERAGE or term in reached


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=8), words)
def test_every_complete_term_of_a_sentence_is_retrieved_and_nothing_below_the_least_coverage(rows: list[list[str]], said: list[str]) -> None:
    index = index_of([(f"C{i}", " ".join(row)) for i, row in enumerate(rows)])
    found = {c.ref.code: c for c in TermRetriever(index).candidates(analysis(" ".join(said)), Encounter())}
    for i, row in enumerate(rows):
        if set(row) <= set(said):
            assert found[f"C{i}"].matches[0].coverage == pytest.approx(1.0)
    assert all(m.coverage >= MIN_COVERAGE - 1e-5 for c in found.values() for m in c.matches)


def test_words_weigh_more_the_fewer_codes_have_them() -> None:
    index = index_of([("A", "knee pain"), ("B", "hip pain"), ("C", "pain")])
    weight = {stem: float(index.word_weights[i]) for stem, i in index.word_ids.items()}
    assert weight["knee"] == weight["hip"] > weight["pain"] > 0
    assert index.term_weights[0] == pytest.approx(weight["knee"] + weight["pain"])


def test_a_term_keeps_each_word_once_in_its_order_and_stands_once_for_a_code() -> None:
    index = index_of([("A", "pain of the knee pain"), ("A", "pain knee"), ("B", "knee pain")])
    stems = {i: s for s, i in index.word_ids.items()}
    rows = [[stems[w] for w in index.term_words[index.term_starts[t] : index.term_starts[t + 1]]] for t in range(len(index.term_weights))]
    assert rows == [["pain", "knee"], ["knee", "pain"]]


def test_interchangeable_words_are_one_word() -> None:
    index = index_of([("A", "renal colic")], WordRoles(interchangeable=(("kidney", "renal"),)))
    assert index.word_ids["kidney"] == index.word_ids["renal"]


def test_an_index_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    index = build(
        [Term(CodeRef(CodeSystem.ICD10CM, "S93.401"), "ankle sprain", MatchSource.PHRASEBOOK)],
        [IndexedCode(CodeRef(CodeSystem.ICD10CM, "S93.401"), {"A": "S93.401A"}, "S93.401A")],
        WORDS,
    )
    save(index, tmp_path)
    again = load(tmp_path)
    assert again.word_ids == index.word_ids
    assert list(again.codes) == list(index.codes)
    for name in _ARRAYS:
        before, after = getattr(index, name), getattr(again, name)
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)


@pytest.mark.parametrize("file", ["terms.json", "terms.npz"])
def test_a_damaged_index_is_refused(tmp_path: Path, file: str) -> None:
    save(index_of([("A", "knee pain")]), tmp_path)
    (tmp_path / file).write_text("damaged")
    with pytest.raises(ReleaseRefused, match="setup"):
        load(tmp_path)


def test_an_index_of_another_schema_is_refused(tmp_path: Path) -> None:
    save(index_of([("A", "knee pain")]), tmp_path)
    file = tmp_path / "terms.json"
    file.write_text(file.read_text().replace('"schema": ', '"schema": 9'))
    with pytest.raises(ReleaseRefused, match="schema"):
        load(tmp_path)
