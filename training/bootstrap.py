"""Confidence intervals and paired comparison of documents.

Intervals by the bootstrap (Efron and Tibshirani 1993, chapter 13); p values by exchanging the answers of two bundles document
by document (approximate randomisation, Noreen 1989; Yeh 2000, aclanthology.org/C00-2137), and for figures that are right or
wrong by document by McNemar's exact test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from training.outcomes import Floats, Outcome

RESAMPLES = 1000
EXCHANGES = 2000
SEED = 20261
# Resamples drawn at a time, so that memory stays bounded for many documents.
_BLOCK = 50


class Interval(NamedTuple):
    """The middle 95 % of the resamples."""

    low: float
    high: float


class Difference(NamedTuple):
    """How much better the first is than the second: the difference, its 95 % interval, and a two-sided p of no difference."""

    mean: float
    low: float
    high: float
    p: float


class Discordant(NamedTuple):
    """Documents that only the first, and only the second, has right, and McNemar's exact two-sided p."""

    only_first: int
    only_second: int
    p: float


def sums(outcome: Outcome) -> Floats:
    """What F1 and MAP are made of, one row a document, shape (D, 5): hits, said, wanted, average precision, has labels."""
    wanted = outcome.wanted.astype(np.float64)
    hits = outcome.per_document(outcome.suggested & outcome.truth)
    columns = [hits, outcome.per_document(outcome.suggested), wanted, outcome.average_precision(), wanted > 0]
    return np.array(columns, np.float64).T


def resampled(rows: Floats, *, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[Floats, Floats]:
    """F1 and MAP of each resample, both of shape (resamples,). The same seed draws the same documents for any rows of one length."""
    documents = len(rows)
    rng = np.random.default_rng(seed)
    totals = np.empty((resamples, rows.shape[1]))
    for begin in range(0, resamples, _BLOCK):
        count = min(_BLOCK, resamples - begin)
        drawn = rng.integers(0, documents, (count, documents))
        totals[begin : begin + count] = rows[drawn].sum(axis=1)
    return _f1(totals), _mean_precision(totals)


def interval(values: npt.NDArray[np.float64]) -> Interval:
    """The interval of resampled values."""
    low, high = np.quantile(values, (0.025, 0.975))
    return Interval(float(low), float(high))


def differences(ours: Floats, theirs: Floats) -> tuple[Difference, Difference]:
    """Ours minus theirs in F1 and in MAP, from the rows of `sums` of the same documents, both of shape (D, 5)."""
    out = []
    for place, figure in enumerate((_f1, _mean_precision)):
        gap = float(figure(ours.sum(axis=0)) - figure(theirs.sum(axis=0)))
        low, high = interval(resampled(ours)[place] - resampled(theirs)[place])
        out.append(Difference(gap, low, high, _exchanged(ours, theirs, figure)))
    return out[0], out[1]


def discordant(ours: npt.NDArray[np.bool_], theirs: npt.NDArray[np.bool_]) -> Discordant:
    """Comparison of what is right or wrong by document, both of shape (D,)."""
    first, second = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    p = float(stats.binomtest(first, first + second).pvalue) if first + second else 1.0
    return Discordant(first, second, p)


def _exchanged(ours: Floats, theirs: Floats, figure: Callable[[Floats], Floats]) -> float:
    """The p value of no difference in a figure of summed rows."""
    both = np.concatenate([ours, theirs])
    places = np.arange(len(ours))

    def gap(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], axis: int) -> Floats:
        # The axis of documents is the last one: sums over it, for every exchange at once.
        return figure(both[first].sum(axis=axis - 1)) - figure(both[second].sum(axis=axis - 1))

    result = stats.permutation_test(
        (places, places + len(ours)), gap, permutation_type="samples", vectorized=True, n_resamples=EXCHANGES, batch=_BLOCK, axis=-1, rng=SEED
    )
    return float(result.pvalue)


def _f1(totals: Floats) -> Floats:
    """Of rows summed over documents, shape (..., 5)."""
    return np.asarray(2 * totals[..., 0] / np.maximum(totals[..., 1] + totals[..., 2], 1), np.float64)


def _mean_precision(totals: Floats) -> Floats:
    return np.asarray(totals[..., 3] / np.maximum(totals[..., 4], 1), np.float64)
