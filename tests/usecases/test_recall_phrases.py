"""Phrases of the site in the real reader's words."""

from dataclasses import replace

import pytest

from app.domain.assertion import AssertionScope, Presence
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan
from app.nlp.words import SnowballWordReader
from app.usecases.recall_phrases import RecallPhrases
from tests.classifier.test_phrases import read
from tests.domain.test_site_phrases import PHRASE

FEET, OTHER, PROCEDURE = PHRASE.ref, CodeRef(CodeSystem.ICD10CM, "M79.671"), CodeRef(CodeSystem.CPT, "11055")


def recall(analysis, *phrases, scored=(), threshold=0.3):
    return RecallPhrases(lambda: phrases, SnowballWordReader())(analysis, list(scored), lambda _: threshold)


def scored(ref, confidence, begin, end):
    return ScoredCandidate(Candidate(ref, (Match(TextSpan(begin, end), 1.0, 4.0, 1, True, 1.0, MatchSource.PHRASEBOOK),)), confidence)


def test_a_phrase_is_found_in_other_forms_of_its_words_and_makes_its_code_likely():
    found = recall(read("seen for sugars of the foot", "has Sugar feet today"), PHRASE)
    [one] = found.scored
    assert (one.candidate.ref, one.confidence) == (FEET, pytest.approx(2 / 3))
    assert found.phrases == {FEET: (PHRASE,)}
    assert {m.source for m in one.candidate.matches} == {MatchSource.SITE}


def test_words_over_the_end_of_a_sentence_and_of_another_language_are_not_the_phrase():
    assert recall(read("high sugar", "feet clean"), PHRASE) == ([], {})
    assert recall(read("sugar feet"), replace(PHRASE, language="es")) == ([], {})


def test_a_code_keeps_the_higher_confidence_and_gains_the_words():
    found = recall(read("sugar feet and neuropathy"), PHRASE, scored=[scored(FEET, 0.9, 15, 25)])
    [one] = found.scored
    assert one.confidence == 0.9
    assert [m.source for m in one.candidate.matches] == [MatchSource.SITE, MatchSource.PHRASEBOOK]


def test_a_denied_phrase_makes_nothing_more_likely_and_claims_nothing():
    analysis = read("denies sugar feet")
    denied = replace(analysis, scopes=(AssertionScope(Presence.ABSENT, TextSpan(7, 17), TextSpan(0, 6)),))
    found = recall(denied, PHRASE)
    assert [s.confidence for s in found.scored] == [0.01]
    assert found.phrases == {}


def test_another_code_of_the_same_words_is_ranked_behind_and_codes_of_other_words_and_systems_stay():
    analysis = read("sugar feet and knee pain")
    others = [scored(OTHER, 0.9, 6, 10), scored(PROCEDURE, 0.8, 6, 10), scored(CodeRef(CodeSystem.ICD10CM, "M25.561"), 0.7, 15, 24)]
    found = {s.candidate.ref: s.confidence for s in recall(analysis, PHRASE, scored=others).scored}
    assert found[OTHER] == pytest.approx(0.9 / 3)
    assert found[FEET] == pytest.approx(2 / 3)
    assert (found[PROCEDURE], found[others[2].candidate.ref]) == (0.8, 0.7)


def test_of_two_phrases_for_the_same_words_the_more_trusted_comes_first_and_the_longer_hides_the_shorter():
    rival = replace(PHRASE, id="p2", ref=OTHER, right=8)
    found = recall(read("sugar feet"), PHRASE, rival).scored
    assert [s.candidate.ref for s in found] == [OTHER, FEET]
    assert found[1].confidence == pytest.approx(2 / 3 * 0.1)
    longer = replace(PHRASE, id="p3", ref=OTHER, text="bad sugar feet")
    assert [s.candidate.ref for s in recall(read("bad sugar feet"), PHRASE, longer).scored] == [OTHER]


def test_a_refused_phrase_may_fall_below_the_threshold():
    fallen = replace(PHRASE, right=1, wrong=4)
    assert recall(read("sugar feet"), fallen, threshold=0.5).scored[0].confidence == pytest.approx(2 / 7)
    assert recall(read("sugar feet"), PHRASE, threshold=0.8).scored[0].confidence == 0.8
