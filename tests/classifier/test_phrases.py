import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classifier import phrases
from app.domain.analysis import NoteAnalysis, Sentence
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.nlp.words import SnowballWordReader

READER = SnowballWordReader()
FEVER, COUGH = CodeRef(CodeSystem.ICD10CM, "R50.9"), CodeRef(CodeSystem.ICD10CM, "R05.9")


def read(*sentences: str) -> NoteAnalysis:
    text = "\n".join(sentences)
    words = READER.read(text)
    found, first, begin = [], 0, 0
    for sentence in sentences:
        end = begin + len(sentence)
        last = sum(b < end for b in words.begins)
        if last > first:
            found.append(Sentence(TextSpan(begin, end), first, last))
        first, begin = last, end + 1
    return NoteAnalysis(ClinicalNote(text), words, tuple(found), (Section("", None, TextSpan(0, len(text))),), ())


def learn(notes, labels, **options):
    counts = phrases.count(notes, labels)
    return counts.table(np.ones(len(notes), np.bool_), **{"min_documents": 2, "min_odds": 0.1, "shrink": 1.0} | options)


def test_a_phrase_that_was_always_right_announces_its_code_with_its_support():
    notes = [read("high fever today"), read("the fever is gone"), read("dry cough"), read("some cough")]
    table = learn(notes, [{FEVER}, {FEVER}, {COUGH}, {COUGH}])
    [candidate] = phrases.PhraseSource(table, min_odds=0.1).candidates(read("Fever since Monday"), Encounter())
    assert candidate.ref == FEVER
    [match] = candidate.matches
    assert match.coverage == pytest.approx(2 / 3)
    assert match.support == 2
    assert "Fever since Monday"[match.span.begin : match.span.end] == "Fever"


def test_the_likeliest_phrases_of_a_code_come_first_of_equal_ones_the_longest_then_the_first():
    notes = [read("high fever", "pain"), read("high fever", "pain", "fever"), read("pain", "fever")]
    table = learn(notes, [{FEVER}, {FEVER}, {COUGH}], min_odds=0.4)
    text = "pain, then fever, high fever and pain again"
    [candidate] = phrases.PhraseSource(table, min_odds=0.4, per_code=4).candidates(read(text), Encounter())
    said = [text[m.span.begin : m.span.end] for m in candidate.matches]
    assert said == ["high fever", "high", "pain", "fever"]
    assert [m.coverage for m in candidate.matches] == pytest.approx([2 / 3, 2 / 3, 1 / 2, 1 / 2])
    [short] = phrases.PhraseSource(table, min_odds=0.6, per_code=1).candidates(read(text), Encounter())
    assert [text[m.span.begin : m.span.end] for m in short.matches] == ["high fever"]


def test_the_table_of_some_documents_is_what_they_alone_would_teach():
    notes = [read("high fever"), read("fever and cough"), read("high fever"), read("cough"), read("fever of a cough")]
    labels = [{FEVER}, {FEVER, COUGH}, {FEVER}, {COUGH}, {COUGH}]
    some = np.array([True, True, False, True, True])
    part = phrases.count(notes, labels).table(some, min_documents=2, min_odds=0.1, shrink=1.0)
    alone = learn([n for n, kept in zip(notes, some, strict=True) if kept], [c for c, kept in zip(labels, some, strict=True) if kept])
    for name in ("keys", "starts", "support", "code_ids", "odds"):
        np.testing.assert_array_equal(getattr(part, name), getattr(alone, name))


def test_sequences_never_cross_a_sentence():
    found = phrases.grams(read("alpha beta", "gamma"), {})
    assert found.lengths.tolist() == [1, 1, 1, 2]


def test_nothing_learned_finds_nothing():
    table = learn([], [])
    assert phrases.PhraseSource(table, min_odds=0.1).candidates(read("fever"), Encounter()) == []


@given(st.lists(st.sampled_from(["fever", "cough", "pain", "chest", "no", "left"]), min_size=1, max_size=12))
def test_equal_word_sequences_have_equal_keys_and_others_do_not(words):
    found = phrases.grams(read(" ".join(words)), {})
    texts = [" ".join(words[a : b + 1]) for a, b in zip(found.first, found.last, strict=True)]
    by_text: dict[str, set[int]] = {}
    for text, key in zip(texts, found.keys.tolist(), strict=True):
        by_text.setdefault(text, set()).add(key)
    assert all(len(keys) == 1 for keys in by_text.values())
    assert len(set().union(*by_text.values())) == len(by_text)
    assert np.all(found.lengths <= phrases.LONGEST)
