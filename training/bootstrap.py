"""Confidence intervals and paired comparison by resampling documents (Efron and Tibshirani 1993, chapters 13 and 16)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.outcomes import Floats, Outcome

RESAMPLES = 1000
SEED = 20261
# Resamples drawn at a time, so that memory stays bounded for many documents.
_BLOCK = 50


class Interval(NamedTuple):
    """The middle 95 % of the resamples."""

    low: float
    high: float


class Difference(NamedTuple):
    """How much better the first is than the second: its mean, the 95 % interval, and a two-sided p of no difference."""

    mean: float
    low: float
    high: float
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
    hits, said, wanted, precision, labelled = totals.T
    f1 = 2 * hits / np.maximum(said + wanted, 1)
    return f1, precision / np.maximum(labelled, 1)


def interval(values: npt.NDArray[np.float64]) -> Interval:
    """The interval of resampled values."""
    low, high = np.quantile(values, (0.025, 0.975))
    return Interval(float(low), float(high))


def difference(ours: Floats, theirs: Floats) -> Difference:
    """Paired comparison of two figures resampled with one seed."""
    gaps = ours - theirs
    low, high = np.quantile(gaps, (0.025, 0.975))
    p = 2 * min(float((gaps <= 0).mean()), float((gaps >= 0).mean()))
    return Difference(float(gaps.mean()), float(low), float(high), min(p, 1.0))
