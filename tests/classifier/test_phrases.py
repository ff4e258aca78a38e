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


def test_a_phrase_that_was_always_right_announces_its_code_with_its_support():
    notes = [read("high fever today"), read("the fever is gone"), read("dry cough"), read("some cough")]
    table = phrases.learn(notes, [{FEVER: []}, {FEVER: []}, {COUGH: []}, {COUGH: []}], min_documents=2, min_odds=0.1)
    [candidate] = phrases.PhraseSource(table, min_odds=0.1).candidates(read("Fever since Monday"), Encounter())
    assert candidate.ref == FEVER
    [match] = candidate.matches
    assert match.coverage == pytest.approx(2 / 3)
    assert match.support == 2
    assert "Fever since Monday"[match.span.begin : match.span.end] == "Fever"


def test_marked_evidence_makes_a_phrase_of_what_stood_in_one_document_only():
    note = read("pyrexia of the third kind")
    table = phrases.learn([note], [{FEVER: [TextSpan(0, 7)]}], min_documents=2, min_odds=0.1)
    [candidate] = phrases.PhraseSource(table, min_odds=0.1).candidates(read("a pyrexia"), Encounter())
    assert candidate.ref == FEVER
    assert candidate.matches[0].weight == pytest.approx(0.5)


def test_a_marked_span_may_hold_stop_words_at_its_ends():
    note = read("the pain in the chest of")
    table = phrases.learn([note], [{FEVER: [TextSpan(0, 24)]}], min_odds=0.1)
    assert phrases.PhraseSource(table, min_odds=0.1).candidates(read("pain in chest"), Encounter())


def test_sequences_never_cross_a_sentence():
    found = phrases.grams(read("alpha beta", "gamma"), {})
    assert found.lengths.tolist() == [1, 1, 1, 2]


def test_nothing_learned_finds_nothing():
    table = phrases.learn([], [])
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
