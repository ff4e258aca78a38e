"""The lowest threshold whose precision is at least a target, with a stated confidence: Learn then Test, through MAPIE.

The unit is the patient; where nobody said whose a chart is, the chart. Codes of one chart depend on one another, and so do charts of
one patient, so that the tests, which take their observations to be independent, see one code of each: at each threshold, one drawn
at random from the codes of the unit that reach it. What is controlled is the precision of such a code, each unit counting once.

Thresholds are tested from the highest down and the first that fails ends the test (fixed sequence testing: Bauer 1991,
Stat. Med. 10:871), so that no correction for their number is needed. Which thresholds are tested, and where the test
begins, follows from the confidences alone, never from what was right. Each test is conditional on how many charts reach the
threshold: given that, the right ones are binomial.

Angelopoulos, Bates, Candès, Jordan, Lei: Learn then Test, arXiv:2110.01052.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from mapie.risk_control import BinaryClassificationController, precision
from mapie.risk_control.fwer_control import FWERProcedure

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
# Each threshold lets in this many times the charts of the one before.
_GROWTH = 1.15


@dataclass(frozen=True, slots=True)
class Decisions:
    """Codes of one slice, shape (n,) each: confidence in [0, 1], and whether they were right.

    `chart`: the chart they are of, or the patient where several charts are of one; any numbers.
    """

    chart: Ints
    confidence: Floats
    right: Bools

    def of(self, chosen: Bools) -> Decisions:
        """Some of the codes; `chosen` has shape (n,)."""
        return Decisions(self.chart[chosen], self.confidence[chosen], self.right[chosen])


@dataclass(frozen=True, slots=True)
class Threshold:
    """`value`: codes at or above it. `selected`: charts that have one; `right`: those whose drawn code was right."""

    value: float
    selected: int
    right: int
    p_value: float


class FromTheTop(FWERProcedure):  # type: ignore[misc]  # the library has no types here
    """Fixed sequence testing in the order of the parameters as they are given.

    MAPIE's own procedure of that name turns the order round where the risk falls along it in the data that is tested, and an
    order that depends on that data is none that was fixed.
    """

    def _init_state(self, n_lambdas: int, delta: float) -> None:
        self._count, self._delta, self._next = n_lambdas, delta, 0

    def _select_next_hypothesis(self, p_values: Floats) -> int | None:
        # MAPIE gives NaN where nothing reaches a threshold, and NaN is not below any level.
        return self._next if self._next < self._count and p_values[self._next] <= self._delta else None

    def _local_significance_levels(self) -> Floats:
        return np.full(self._count, self._delta)

    def _update_on_reject(self, hypothesis_index: int) -> None:
        self._next = hypothesis_index + 1


def fewest_charts(target: float, confidence_level: float, *, wrong: int = 0) -> int:
    """Charts that a test needs to pass with so many wrong codes: without any, those where target ** n <= 1 - confidence_level."""
    n = math.ceil(math.log(1 - confidence_level) / math.log(target))
    while _binomial(wrong, n, 1 - target) > 1 - confidence_level:
        n += 1
    return n


def lowest_threshold(decisions: Decisions, *, target: float, confidence_level: float, seed: int) -> Threshold | None:
    """The lowest threshold found, None where there is none; `target` and `confidence_level` in (0, 1).

    Over audits drawn anew, a threshold is found whose precision is below the target with probability at most
    1 - confidence_level. `seed` draws the code of each chart.
    """
    # In a random order, the first code of a chart that reaches a threshold is one drawn at random from those that do.
    shuffled = np.random.default_rng(seed).permutation(len(decisions.chart))
    chart, confidence, right = decisions.chart[shuffled], decisions.confidence[shuffled], decisions.right[shuffled]
    tested = _tested(Decisions(chart, confidence, right), target=target, confidence_level=confidence_level)
    if not len(tested):
        return None

    def drawn(confidences: Floats, threshold: float) -> Ints:
        reached = np.flatnonzero(confidences >= threshold)
        _, first = np.unique(chart[reached], return_index=True)
        picked = np.zeros(len(confidences), np.int64)
        picked[reached[first]] = 1
        return picked

    controller: Any = BinaryClassificationController(
        predict_function=drawn,
        risk=precision,
        target_level=target,
        confidence_level=confidence_level,
        list_predict_params=tested[:, np.newaxis],
        fwer_method=FromTheTop(),
    )
    with warnings.catch_warnings():
        # MAPIE warns where no threshold passes, which is an answer here.
        warnings.simplefilter("ignore", UserWarning)
        controller.calibrate(confidence, right.astype(np.int64))
    passed = len(controller.valid_predict_params)
    if not passed:
        return None
    value = float(tested[passed - 1])
    picked = drawn(confidence, value).astype(bool)
    return Threshold(value, int(picked.sum()), int(right[picked].sum()), float(controller.p_values[passed - 1, 0]))


def _tested(decisions: Decisions, *, target: float, confidence_level: float) -> Floats:
    """The thresholds to test, highest first; empty where too few charts have a code.

    The test begins where a few wrong codes are forgiven, as far as a third of the charts allows that.
    """
    order = np.argsort(-decisions.confidence, kind="stable")
    _, first = np.unique(decisions.chart[order], return_index=True)
    # The confidence at which each chart comes in, highest first.
    comes_in = decisions.confidence[order][np.sort(first)]
    charts = len(comes_in)
    least = fewest_charts(target, confidence_level)
    if charts < least:
        return np.empty(0)
    begin = min(max(charts // 3, least), fewest_charts(target, confidence_level, wrong=2))
    counts = [begin]
    while counts[-1] < charts:
        counts.append(min(math.ceil(counts[-1] * _GROWTH), charts))
    lowest_first: Floats = np.unique(comes_in[np.array(counts) - 1])
    return lowest_first[::-1]


def _binomial(most: int, n: int, p: float) -> float:
    """The probability of at most `most` in `n`."""
    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(most + 1))
