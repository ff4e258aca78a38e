"""How far two profiles are apart, measure by measure, and when that is an alarm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.code import CodeSystem
from app.domain.note_profile import BINS, Counts, Profile
from app.domain.suggestion import CodingDraft, Status

LEAST_CHARTS, LEAST_CODES = 100, 200
"""Fewer on either side tell nothing."""


class Measure(StrEnum):
    """What is compared."""

    SCORES = "scores"
    VOCABULARY = "vocabulary"
    SECTIONS = "sections"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one measure is from its reference. `value` and `limit` are in the unit of the measure, see `compare`.

    `value` is None where there is too little on either side. `before` and `now`: charts behind each side, for scores codes.
    """

    measure: Measure
    system: CodeSystem | None
    value: float | None
    limit: float
    before: int
    now: int
    alarm: bool


LIMITS: Mapping[Measure, float] = {Measure.SCORES: 0.25, Measure.VOCABULARY: 0.05, Measure.SECTIONS: 0.1, Measure.ACCEPTANCE: 0.05}
# Two-sided p below .001.
_FAR = 3.29


def scores_of(draft: CodingDraft) -> Counts:
    """The confidences of the suggested codes, counted."""
    found: dict[CodeSystem, list[int]] = {}
    for s in draft.having(Status.SUGGESTED):
        found.setdefault(s.ref.system, [0] * BINS)[min(int(s.confidence * BINS), BINS - 1)] += 1
    return {system: tuple(counts) for system, counts in found.items()}


def compare(before: Profile, now: Profile) -> list[Drift]:
    """Every measure. Scores: population stability index, by system. Sections: Jensen-Shannon divergence in bits, over words.

    Vocabulary: difference of the shares of unknown words. Acceptance: difference of the shares of suggested codes that were
    kept; an alarm is also significant with each chart as one observation, since codes of a chart are not independent.
    An index above .25 is the usual sign of another population (Siddiqi, Credit Risk Scorecards, 2006).
    """
    enough = min(before.charts, now.charts) >= LEAST_CHARTS
    out = []
    for system in sorted({*before.scores, *now.scores}):
        a, b = (p.scores.get(system, (0,) * BINS) for p in (before, now))
        value = stability_index(a, b) if min(sum(a), sum(b)) >= LEAST_CODES else None
        out.append(_drift(Measure.SCORES, value, sum(a), sum(b), system=system))
    known = enough and before.words > 0 and now.words > 0
    out.append(_drift(Measure.VOCABULARY, now.unknown / now.words - before.unknown / before.words if known else None, before.charts, now.charts))
    told = enough and before.sections and now.sections
    out.append(_drift(Measure.SECTIONS, divergence(before.sections, now.sections) if told else None, before.charts, now.charts))
    out.append(_acceptance(before, now))
    return out


def stability_index(before: tuple[int, ...], now: tuple[int, ...]) -> float:
    """The sum of (q - p) ln(q / p) over the parts, each count with a half added so that none is empty."""
    a, b = (_shares(counts) for counts in (before, now))
    return sum((q - p) * math.log(q / p) for p, q in zip(a, b, strict=True))


def divergence(before: Mapping[str, int], now: Mapping[str, int]) -> float:
    """The Jensen-Shannon divergence of two distributions, in [0, 1] bits (Lin 1991)."""
    total, present = sum(before.values()), sum(now.values())
    value = 0.0
    for name in {*before, *now}:
        p, q = before.get(name, 0) / total, now.get(name, 0) / present
        middle = (p + q) / 2
        value += sum(x / 2 * math.log2(x / middle) for x in (p, q) if x > 0)
    return max(value, 0.0)


def _acceptance(before: Profile, now: Profile) -> Drift:
    if min(before.decided, now.decided) < LEAST_CHARTS or not before.suggested or not now.suggested:
        return _drift(Measure.ACCEPTANCE, None, before.decided, now.decided)
    was, is_now = before.kept / before.suggested, now.kept / now.suggested
    share = (was * before.decided + is_now * now.decided) / (before.decided + now.decided)
    deviation = math.sqrt(share * (1 - share) * (1 / before.decided + 1 / now.decided))
    significant = deviation > 0 and abs(is_now - was) / deviation >= _FAR
    return _drift(Measure.ACCEPTANCE, is_now - was, before.decided, now.decided, significant=significant)


def _drift(measure: Measure, value: float | None, before: int, now: int, *, system: CodeSystem | None = None, significant: bool = True) -> Drift:
    limit = LIMITS[measure]
    return Drift(measure, system, value, limit, before, now, value is not None and abs(value) >= limit and significant)


def _shares(counts: tuple[int, ...]) -> list[float]:
    total = sum(counts) + 0.5 * len(counts)
    return [(n + 0.5) / total for n in counts]
