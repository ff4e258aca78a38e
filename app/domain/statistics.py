"""Figures over counts: intervals, agreement beyond chance, calibration. Plain Python, checked against scikit-learn in the tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its bounds, all in [0, 1]."""

    share: float
    low: float
    high: float


def wilson(right: int, total: int, *, z: float = _Z95) -> Interval | None:
    """The score interval of a share (Wilson 1927), 95 % by default; None for nothing counted."""
    if total == 0:
        return None
    p, shrink = right / total, 1 + z * z / total
    middle = (p + z * z / (2 * total)) / shrink
    half = z / shrink * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    # Rounding must not put a bound beyond what can be, nor inside of the share.
    return Interval(p, 0.0 if right == 0 else max(0.0, middle - half), 1.0 if right == total else min(1.0, middle + half))


def kappa(table: Sequence[Sequence[int]]) -> float | None:
    """Cohen's kappa (1960) of a square table of counts; None where chance alone would agree in everything, or nothing was counted."""
    size, total = len(table), sum(map(sum, table))
    if total == 0:
        return None
    rows, columns = [sum(row) for row in table], [sum(row[j] for row in table) for j in range(size)]
    agreed = sum(table[i][i] for i in range(size)) / total
    expected = sum(rows[i] * columns[i] for i in range(size)) / total**2
    return None if expected == 1 else (agreed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Bin:
    """Codes whose confidence lies in one band: how many, the mean confidence, and how many of them were right."""

    low: float
    high: float
    count: int
    confidence: float
    right: int


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): the mean gap of confidence and share, weighed by counts; None for none."""
    total = sum(b.count for b in bins)
    if total == 0:
        return None
    return sum(b.count * abs(b.confidence - b.right / b.count) for b in bins if b.count) / total
