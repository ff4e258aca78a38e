"""The gate: what a challenger must hold against the champion before it may serve.

A paired comparison on the same charts, by set of charts, code system and slice. The rules are those of non-inferiority: a
challenger need not be better, but must not be worse where charts are enough to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_CHARTS = 30
"""Held-out charts below which nothing is said of two bundles, and charts of a slice below which it is not judged."""
LEVEL = 0.05
"""Two-sided level of the tests; over slices it is divided among them (Holm 1979)."""
MARGIN, SLICE_MARGIN = 0.02, 0.05
"""F1 that a challenger may lose at most by point estimate: in a code system, and in a slice where the loss is significant."""
CALIBRATION_MARGIN = 0.02
SLOWEST, LARGEST = 1.5, 3.0
"""Processor time a note and bytes of the bundle, as multiples of the champion's."""


class Verdict(StrEnum):
    """What the gate says: better somewhere and worse nowhere, as good, worse where it must not be, or too few charts to tell."""

    BETTER = "better"
    AS_GOOD = "as_good"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """One paired comparison. `charts`: the set, `frozen` or `recent`. `slice` and `value` are "" for all charts of the set.

    `difference`: F1 of the challenger minus that of the champion, `low` and `high` its 95 % interval, `p` two-sided.
    `labels`: codes that people gave.
    """

    charts: str
    system: str
    slice: str
    value: str
    documents: int
    labels: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Expected calibration error of both on the charts of one set, by code system."""

    charts: str
    system: str
    documents: int
    champion: float
    challenger: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time a note, and bytes on disk."""

    champion_milliseconds: float
    challenger_milliseconds: float
    champion_bytes: int
    challenger_bytes: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What came out for one challenger against one champion. `reasons` say why it is not better, or why it is refused."""

    champion: str
    challenger: str
    verdict: Verdict
    reasons: tuple[str, ...]
    documents: int
    compared: tuple[Compared, ...]
    calibration: tuple[Calibrated, ...]
    cost: Cost | None


def judge(
    champion: str, challenger: str, compared: Sequence[Compared], calibration: Sequence[Calibrated], cost: Cost | None, *, documents: int
) -> Gate:
    """The verdict of the figures. `documents`: charts of all sets together."""
    reasons = [
        *(r for c in compared if not c.slice for r in _system(c)),
        *_slices([c for c in compared if c.slice and c.documents >= FEWEST_CHARTS]),
        *(r for c in calibration for r in _calibrated(c)),
        *(_costs(cost) if cost is not None else ()),
    ]
    whole = [c for c in compared if not c.slice and c.documents >= FEWEST_CHARTS]
    if reasons:
        verdict = Verdict.WORSE
    elif not whole:
        verdict = Verdict.UNKNOWN
        reasons = [f"{documents} held-out charts are too few to compare on: the gate needs {FEWEST_CHARTS} of a code system"]
    elif any(c.difference > 0 and c.p < LEVEL for c in whole):
        verdict = Verdict.BETTER
    else:
        verdict = Verdict.AS_GOOD
        reasons = ["no difference that the held-out charts can show"]
    return Gate(champion, challenger, verdict, tuple(reasons), documents, tuple(compared), tuple(calibration), cost)


def _system(c: Compared) -> list[str]:
    if c.documents < FEWEST_CHARTS or c.difference >= 0:
        return []
    if c.p < LEVEL:
        return [f"{c.system} on {c.charts} charts: F1 {c.challenger:.3f}, champion {c.champion:.3f} (p {c.p:.3f}, {c.documents} charts)"]
    if c.difference < -MARGIN:
        return [f"{c.system} on {c.charts} charts: F1 {c.challenger:.3f}, champion {c.champion:.3f}, over {MARGIN} lost ({c.documents} charts)"]
    return []


def _slices(slices: Sequence[Compared]) -> list[str]:
    """Slices with a significant loss, the level divided among all of them step by step."""
    found = []
    for place, c in enumerate(sorted(slices, key=lambda c: c.p)):
        if c.p >= LEVEL / (len(slices) - place):
            break
        if c.difference < -SLICE_MARGIN:
            found.append(
                f"{c.system}, {c.slice} {c.value}, {c.charts} charts: F1 {c.challenger:.3f}, champion {c.champion:.3f} ({c.documents} charts)"
            )
    return found


def _calibrated(c: Calibrated) -> list[str]:
    if c.documents < FEWEST_CHARTS or c.challenger <= c.champion + CALIBRATION_MARGIN:
        return []
    return [f"{c.system} on {c.charts} charts: calibration error {c.challenger:.3f}, champion {c.champion:.3f}"]


def _costs(cost: Cost) -> list[str]:
    found = []
    if cost.challenger_milliseconds > SLOWEST * cost.champion_milliseconds > 0:
        found.append(f"{cost.challenger_milliseconds:.1f} ms a note, champion {cost.champion_milliseconds:.1f}: more than {SLOWEST} times as slow")
    if cost.challenger_bytes > LARGEST * cost.champion_bytes > 0:
        found.append(f"{cost.challenger_bytes:,} bytes, champion {cost.champion_bytes:,}: more than {LARGEST:.0f} times as large")
    return found
