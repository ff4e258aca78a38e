from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audits.errors import InvalidAudit
from app.domain.audits.sample import MOST_ITEMS, ChartRule, Sample, SampleKind, Size, digest_of, draw
from app.domain.encounter import Setting
from tests.charts import NOW

IDS = st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), max_size=40)


def sample(**changes):
    given = {"kind": SampleKind.RANDOM, "rule": ChartRule(), "size": Size(charts=1), "blind": False}
    return Sample(
        **{"id": "s", "name": "", "auditor": "a", "by": "a", "drawn_at": NOW, "seed": "x", "population": 1, "digest": "", **given, **changes}
    )


@given(IDS, st.integers(0, 40), st.text("0123456789abcdef", min_size=1, max_size=8))
def test_a_draw_is_the_same_again_whatever_order_the_charts_come_in(ids, count, seed):
    drawn = draw(ids, count, seed)
    assert drawn == draw(ids[::-1], count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(set(ids)))
    assert set(drawn) <= set(ids)
    # A larger draw with the same seed goes on where the smaller one ended.
    assert draw(ids, count + 1, seed)[: len(drawn)] == drawn
    assert digest_of(ids) == digest_of(sorted(set(ids)))


def test_a_draw_can_be_done_again_with_nothing_but_a_hash_function():
    ids = ["a", "b", "c", "d"]
    by_hand = sorted(ids, key=lambda i: hashlib.sha256(f"5eed:{i}".encode()).hexdigest())
    assert draw(ids, 2, "5eed") == tuple(by_hand[:2])


def test_every_chart_is_as_likely_to_be_drawn_as_any_other():
    ids = [f"chart-{i}" for i in range(20)]
    drawn = Counter(i for seed in range(4000) for i in draw(ids, 5, str(seed)))
    # 1000 expected each; five standard deviations of a binomial are 137.
    assert all(abs(drawn[i] - 1000) < 137 for i in ids)


@pytest.mark.parametrize(
    ("size", "population", "wanted"),
    [
        (Size(charts=10), 4, 4),
        (Size(charts=3), 40, 3),
        (Size(share=0.1), 40, 4),
        (Size(share=0.1), 41, 5),
        (Size(share=1.0), 7, 7),
        (Size(share=0.05), 0, 0),
    ],
)
def test_sizes_are_numbers_or_shares_rounded_up(size, population, wanted):
    assert size.of(population) == wanted


@pytest.mark.parametrize("size", [{}, {"charts": 1, "share": 0.1}, {"charts": 0}, {"charts": MOST_ITEMS + 1}, {"share": 0.0}, {"share": 1.1}])
def test_a_size_that_makes_no_sense_is_refused(size):
    with pytest.raises(InvalidAudit):
        Size(**size)


def test_a_share_of_too_many_charts_is_refused():
    with pytest.raises(InvalidAudit, match="narrow the time"):
        Size(share=0.5).of(50_000)


@pytest.mark.parametrize(
    "rule",
    [
        {"least_confidence": 0.9, "most_confidence": 0.5},
        {"most_confidence": 1.5},
        {"least_confidence": -0.1},
        {"finalized_from": NOW, "finalized_before": NOW},
    ],
)
def test_a_rule_that_holds_nothing_is_refused(rule):
    with pytest.raises(InvalidAudit):
        ChartRule(**rule)


@pytest.mark.parametrize(
    "rule",
    [
        {"coder": "c"},
        {"settings": frozenset({Setting.INPATIENT})},
        {"code": "E11"},
        {"overridden": False},
        {"least_confidence": 0.0},
        {"bundle": "b"},
    ],
)
def test_a_random_sample_is_of_all_charts_of_a_time_and_one_by_rule_needs_a_rule(rule):
    span = {"finalized_from": NOW, "finalized_before": NOW + timedelta(days=30)}
    assert sample(rule=ChartRule(**span)).kind is SampleKind.RANDOM
    assert sample(kind=SampleKind.RULE, rule=ChartRule(**span, **rule)).kind is SampleKind.RULE
    with pytest.raises(InvalidAudit, match="by rule"):
        sample(rule=ChartRule(**rule))
    with pytest.raises(InvalidAudit, match="needs a rule"):
        sample(kind=SampleKind.RULE, rule=ChartRule(**span))


@pytest.mark.parametrize("rule", [{"code": "E11"}, {"least_confidence": 0.5}, {"most_confidence": 0.9}])
def test_a_rule_that_tells_what_was_coded_is_no_rule_of_a_blind_sample(rule):
    with pytest.raises(InvalidAudit, match="blind"):
        sample(kind=SampleKind.RULE, rule=ChartRule(**rule), blind=True)
