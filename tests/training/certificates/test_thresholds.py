"""What the thresholds promise, on charts whose true precision is known."""

from __future__ import annotations

import numpy as np
import pytest

from training.certificates.thresholds import Decisions, FromTheTop, fewest_charts, lowest_threshold

TARGET, LEVEL = 0.95, 0.90


class World:
    """Charts with codes that go wrong together: `steep` is how fast precision rises with confidence, `together` how much one chart shares."""

    def __init__(self, *, steep: float, together: float, best: float = 0.995) -> None:
        self.steep, self.together, self.best = steep, together, best
        self.truth = self.draw(40_000, np.random.default_rng(1))

    def draw(self, charts: int, dice: np.random.Generator) -> Decisions:
        sizes = dice.integers(1, 7, charts)
        chart = np.repeat(np.arange(charts), sizes)
        confidence = dice.beta(4, 1.3, len(chart))
        chance = self.best * (1 - (1 - confidence) ** self.steep)
        alone, shared = dice.random(len(chart)), np.repeat(dice.random(charts), sizes)
        luck = np.where(dice.random(len(chart)) < self.together, shared, alone)
        return Decisions(chart, confidence, luck < chance)

    def precision(self, threshold: float) -> float:
        """Of a code drawn from a chart, each chart counting once."""
        above = self.truth.confidence >= threshold
        right = np.bincount(self.truth.chart[above], self.truth.right[above])
        size = np.bincount(self.truth.chart[above])
        return float((right[size > 0] / size[size > 0]).mean())


@pytest.mark.parametrize(("steep", "together"), [(0.8, 0.0), (1.2, 0.9), (2.0, 0.9), (0.5, 1.0)])
def test_a_threshold_below_the_target_is_found_no_more_often_than_stated(steep, together):
    world, dice = World(steep=steep, together=together), np.random.default_rng(7)
    broken = found = 0
    runs = 120
    for seed in range(runs):
        threshold = lowest_threshold(world.draw(250, dice), target=TARGET, confidence_level=LEVEL, seed=seed)
        found += threshold is not None
        broken += threshold is not None and world.precision(threshold.value) < TARGET
    # Three standard deviations of a binomial above the stated share.
    assert broken <= runs * 0.1 + 3 * (runs * 0.1 * 0.9) ** 0.5
    assert found > runs * 0.1 or steep < 1


def test_codes_that_are_never_good_enough_get_a_threshold_as_seldom_as_stated():
    world, dice = World(steep=9.0, together=0.9, best=0.945), np.random.default_rng(8)
    found = sum(lowest_threshold(world.draw(250, dice), target=TARGET, confidence_level=LEVEL, seed=s) is not None for s in range(120))
    assert found <= 12 + 3 * 10.8**0.5


def test_too_few_charts_give_none_however_right_they_are():
    assert fewest_charts(TARGET, LEVEL) == 45
    for charts, expected in ((44, None), (45, 45)):
        perfect = Decisions(np.arange(charts), np.linspace(0.9, 1.0, charts), np.ones(charts, bool))
        found = lowest_threshold(perfect, target=TARGET, confidence_level=LEVEL, seed=0)
        assert (None if found is None else found.selected) == expected


def test_many_codes_of_few_charts_are_few_observations():
    chart = np.repeat(np.arange(40), 50)
    assert lowest_threshold(Decisions(chart, np.ones(2000), np.ones(2000, bool)), target=TARGET, confidence_level=LEVEL, seed=0) is None


def test_the_threshold_lets_in_those_at_it_and_none_below():
    confidence = np.array([0.9] * 200 + [0.5] * 200)
    found = lowest_threshold(Decisions(np.arange(400), confidence, confidence > 0.6), target=TARGET, confidence_level=LEVEL, seed=0)
    assert found is not None
    assert (found.value, found.selected, found.right) == (0.9, 200, 200)


def test_no_decisions_give_none():
    nothing = Decisions(np.empty(0, np.int64), np.empty(0), np.empty(0, bool))
    assert lowest_threshold(nothing, target=TARGET, confidence_level=LEVEL, seed=0) is None


def test_the_sequence_ends_with_the_first_that_fails_and_keeps_its_order():
    assert FromTheTop().run(np.array([0.05, 0.09, 0.2, 0.01]), 0.1).tolist() == [0, 1]
    assert FromTheTop().run(np.array([np.nan, 0.01]), 0.1).tolist() == []
