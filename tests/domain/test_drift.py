"""How far two populations are apart, and when that is an alarm."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeSystem
from app.domain.drift import Measure, compare, divergence, scores_of, stability_index
from app.domain.note import ClinicalNote, TextSpan
from app.domain.note_profile import BINS, Profile, profile_of, together
from app.domain.section import Section
from app.domain.words import Words
from tests.charts import draft

ICD = CodeSystem.ICD10CM
USUAL = Profile(
    500, {ICD: (0, 0, 0, 10, 60, 90, 120, 200, 300, 220)}, 100_000, 8_000, {"history": 40_000, "plan": 30_000, "": 30_000}, 400, 1000, 800
)
counts = st.lists(st.integers(0, 10_000), min_size=BINS, max_size=BINS).map(tuple)


def alarms(before, now):
    return {d.measure for d in compare(before, now) if d.alarm}


@given(counts, counts)
def test_an_index_is_symmetric_never_negative_and_nothing_for_the_same(a, b):
    assert stability_index(a, b) == pytest.approx(stability_index(b, a))
    assert stability_index(a, b) >= 0
    assert stability_index(a, a) == 0


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 99), min_size=1), st.dictionaries(st.sampled_from("abcd"), st.integers(1, 99), min_size=1)
)
def test_a_divergence_is_symmetric_and_within_a_bit(a, b):
    assert divergence(a, b) == pytest.approx(divergence(b, a))
    assert 0 <= divergence(a, b) <= 1 + 1e-9
    assert divergence(a, {name: 3 * n for name, n in a.items()}) == pytest.approx(0, abs=1e-9)


def test_what_has_nothing_in_common_is_a_bit_apart():
    assert divergence({"a": 5}, {"b": 7}) == pytest.approx(1)


def test_the_same_again_is_no_alarm():
    assert alarms(USUAL, USUAL) == set()


@pytest.mark.parametrize(
    ("changes", "alarm"),
    [
        ({"scores": {ICD: (100, 100, 100, 100, 100, 100, 100, 100, 100, 100)}}, {Measure.SCORES}),
        ({"unknown": 14_000}, {Measure.VOCABULARY}),
        ({"unknown": 12_000}, set()),
        ({"sections": {"": 100_000}}, {Measure.SECTIONS}),
        ({"kept": 600}, {Measure.ACCEPTANCE}),
        ({"kept": 770}, set()),
    ],
)
def test_each_measure_has_its_alarm(changes, alarm):
    assert alarms(USUAL, replace(USUAL, **changes)) == alarm


def test_a_few_charts_never_alarm():
    few = Profile(99, {ICD: (199, 0, 0, 0, 0, 0, 0, 0, 0, 0)}, 100, 100, {"x": 100}, 99, 100, 0)
    found = compare(USUAL, few)
    assert [d.value for d in found] == [None] * 4
    assert not any(d.alarm for d in found)


def test_acceptance_needs_more_than_chance():
    dice = random.Random(1)
    raised = 0
    for _ in range(200):
        kept = sum(dice.random() < 0.8 for _ in range(300))
        raised += Measure.ACCEPTANCE in alarms(USUAL, replace(USUAL, decided=100, suggested=300, kept=kept))
    assert raised == 0


def test_a_note_is_counted_without_its_words():
    text = "Alpha beta. PLAN: gamma the"
    words = Words((0, 6, 18, 24), (5, 10, 23, 27), ("alpha", "beta", "gamma", "the"), ("alpha", "beta", "gamma", ""))
    sections = (Section("", None, TextSpan(0, 12)), Section("plan", TextSpan(12, 16), TextSpan(12, 27)))
    analysis = NoteAnalysis(ClinicalNote(text), words, (), sections, ())
    assert profile_of(analysis, {"alpha"}.__contains__) == Profile(1, {}, 3, 2, {"": 2, "plan": 2})
    assert profile_of(analysis, None) == Profile(1, {}, 0, 0, {"": 2, "plan": 2})


def test_suggested_codes_are_counted_by_confidence():
    assert scores_of(draft()) == {ICD: (0,) * 9 + (2,), CodeSystem.CPT: (0,) * 8 + (1, 0)}


def test_profiles_add_up():
    both = together([USUAL, USUAL])
    assert (both.charts, both.words, both.kept, both.sections["plan"]) == (1000, 200_000, 1600, 60_000)
    assert both.scores[ICD][-1] == 440
    assert together([]) == Profile()
