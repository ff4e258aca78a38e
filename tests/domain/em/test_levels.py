from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.em.levels import (
    KINDS,
    PROBLEM_LEVELS,
    RISK_LEVELS,
    DataKind,
    Level,
    ProblemKind,
    RiskKind,
    data_level,
    decision_making,
    problems_level,
    risk_level,
)

N, SF, LOW, MOD, HIGH = Level
P, D, R = ProblemKind, DataKind, RiskKind


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        ([], N),
        ([P.SELF_LIMITED], SF),
        ([P.SELF_LIMITED] * 2, LOW),
        ([P.SELF_LIMITED] * 5, LOW),
        ([P.STABLE_CHRONIC], LOW),
        ([P.STABLE_CHRONIC] * 2, MOD),
        ([P.STABLE_CHRONIC] * 6, MOD),
        ([P.STABLE_ACUTE], LOW),
        ([P.STABLE_ACUTE] * 3, LOW),
        ([P.ACUTE_UNCOMPLICATED], LOW),
        ([P.ACUTE_UNCOMPLICATED] * 3, LOW),
        ([P.STABLE_CHRONIC, P.ACUTE_UNCOMPLICATED], LOW),
        ([P.SELF_LIMITED, P.STABLE_CHRONIC], LOW),
        ([P.CHRONIC_WORSE], MOD),
        ([P.NEW_UNCERTAIN], MOD),
        ([P.ACUTE_SYSTEMIC], MOD),
        ([P.COMPLICATED_INJURY], MOD),
        ([P.CHRONIC_WORSE, P.NEW_UNCERTAIN, P.ACUTE_SYSTEMIC, P.COMPLICATED_INJURY], MOD),
        ([P.CHRONIC_SEVERE], HIGH),
        ([P.THREAT], HIGH),
        ([P.SELF_LIMITED, P.THREAT], HIGH),
    ],
)
def test_problems_reach_the_level_of_the_table(kinds, level):
    assert problems_level(kinds) is level


def several_tests(count):
    return [(D.TEST, f"test {i}") for i in range(count)]


HISTORIAN, INTERPRETATION, DISCUSSION = (D.HISTORIAN, "mother"), (D.INTERPRETATION, "ecg"), (D.DISCUSSION, "surgeon")


@pytest.mark.parametrize(
    ("items", "level"),
    [
        ([], N),
        (several_tests(1), SF),
        ([*several_tests(1), *several_tests(1)], SF),
        (several_tests(2), LOW),
        ([(D.EXTERNAL_NOTE, "ED note")], SF),
        ([(D.EXTERNAL_NOTE, "ED note"), (D.EXTERNAL_NOTE, "PCP note")], LOW),
        ([*several_tests(1), (D.EXTERNAL_NOTE, "ED note")], LOW),
        ([HISTORIAN], LOW),
        ([HISTORIAN, (D.HISTORIAN, "father")], LOW),
        ([HISTORIAN, *several_tests(1)], LOW),
        ([HISTORIAN, *several_tests(2)], MOD),
        (several_tests(3), MOD),
        ([*several_tests(2), (D.EXTERNAL_NOTE, "ED note")], MOD),
        (several_tests(9), MOD),
        ([INTERPRETATION], MOD),
        ([DISCUSSION], MOD),
        ([INTERPRETATION, *several_tests(2)], MOD),
        ([INTERPRETATION, *several_tests(3)], HIGH),
        ([DISCUSSION, *several_tests(3)], HIGH),
        ([INTERPRETATION, DISCUSSION], HIGH),
        ([INTERPRETATION, DISCUSSION, *several_tests(3)], HIGH),
    ],
)
def test_data_reach_the_level_of_the_table_each_test_and_source_once(items, level):
    assert data_level(items) is level


@pytest.mark.parametrize(("kind", "level"), [*RISK_LEVELS.items()])
def test_one_decision_reaches_the_level_of_its_risk(kind, level):
    assert risk_level([kind]) is level
    assert risk_level([kind, R.MINIMAL_CARE]) is level


def test_every_kind_has_a_level_and_a_name_of_its_own():
    assert len(KINDS) == len(P) + len(D) + len(R)
    assert set(PROBLEM_LEVELS) == set(P)
    assert set(RISK_LEVELS) == set(R)
    assert risk_level([]) is N


@pytest.mark.parametrize(("problems", "data", "risk"), list(product(Level, repeat=3)))
def test_two_of_three_elements_meet_or_exceed_the_level_and_none_higher_is_met_by_two(problems, data, risk):
    level = decision_making(problems, data, risk)
    if problems is N:
        assert level is N
        return
    met = [sum(e >= candidate for e in (problems, data, risk)) for candidate in (SF, LOW, MOD, HIGH)]
    expected = max((candidate for candidate, count in zip((SF, LOW, MOD, HIGH), met, strict=True) if count >= 2), default=SF)
    assert level is expected


@given(st.lists(st.sampled_from(P), max_size=6), st.sampled_from(P))
def test_one_more_problem_never_lowers_the_level(kinds, more):
    assert problems_level([*kinds, more]) >= problems_level(kinds)


@given(st.lists(st.tuples(st.sampled_from(D), st.sampled_from("abcd")), max_size=6), st.tuples(st.sampled_from(D), st.sampled_from("abcd")))
def test_more_data_never_lower_the_level_and_order_does_not_matter(items, more):
    assert data_level([*items, more]) >= data_level(items)
    assert data_level(items) is data_level(items[::-1])
