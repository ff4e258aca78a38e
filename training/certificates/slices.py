"""From audited charts to certificates: which slices are tested, and what is found for each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from app.domain.automation.audited import AuditedDraft, digest_of
from app.domain.automation.certificate import OTHER, Basis, CodeSlice, Missed, family_in
from app.domain.automation.families import narrow_family, wide_family
from app.domain.automation.whole_chart import REVIEW_FROM
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from training.certificates.thresholds import Decisions, Threshold, fewest_charts, lowest_threshold

# A family has a slice of its own from so many times the charts without which no test can pass.
_OWN_SLICE = 2


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be guaranteed: `target` precision and `confidence_level`, both in (0, 1).

    `review_from`: a chart with a candidate of this confidence that was not suggested is for a person. `simultaneous`: the
    confidence is that all slices of the run hold together (Bonferroni), and not each by itself. `spent`: the part, in (0, 1], of the
    probability of an error that this run may use; the rest is for other runs that look at the audits as they grow.
    """

    target: float = 0.95
    confidence_level: float = 0.90
    review_from: float = REVIEW_FROM
    simultaneous: bool = False
    spent: float = 1.0


@dataclass(frozen=True, slots=True)
class Tested:
    """A slice that was tested: charts of `patients` patients have a suggested code in it, `codes` in all; `threshold` None where none was found.

    A patient of whom nothing is known but a chart is a patient.
    """

    slice: CodeSlice
    without: frozenset[str]
    patients: int
    codes: int
    threshold: Threshold | None


@dataclass(frozen=True, slots=True)
class Tests:
    """Every slice of one setting that was tested, with what the whole charts lack and which charts it rests on.

    `level`: the confidence, in (0, 1), at which each slice was tested.
    """

    setting: Setting
    slices: tuple[Tested, ...]
    missed: Missed
    charts: tuple[AuditedDraft, ...]
    level: float

    def basis(self, threshold: Threshold) -> Basis:
        """What a threshold rests on."""
        times = [chart.at for chart in self.charts]
        return Basis(digest_of(self.charts), len(self.charts), threshold.selected, threshold.right, threshold.p_value, min(times), max(times))


def run(charts: Sequence[AuditedDraft], aim: Aim) -> list[Tests]:
    """The tests of each setting that has charts. The same charts give the same result, in whatever order."""
    out = []
    for setting in Setting:
        chosen = sorted((chart for chart in charts if chart.setting is setting), key=lambda chart: chart.id)
        if chosen:
            out.append(_of_setting(chosen, setting, aim))
    return out


def slices_of(charts: Sequence[AuditedDraft], setting: Setting, aim: Aim) -> list[tuple[CodeSlice, frozenset[str]]]:
    """The slices, each code in one of them, with the narrower families that each does not hold.

    A category has its own where charts of enough patients have a suggested code of it, else its chapter has, else all others are pooled.
    That goes by what was suggested, never by what was right: chosen by its results, a slice would be better on these charts
    than it is.
    """
    enough = _OWN_SLICE * fewest_charts(aim.target, aim.confidence_level)
    found: list[tuple[CodeSlice, frozenset[str]]] = []
    for system in CodeSystem:
        own: set[str] = set()
        for family in (narrow_family, wide_family):
            counts = Counter(name for name, _ in {(family(ref), chart.unit) for chart in charts for ref in _left(chart, system, own)})
            named = sorted(name for name, count in counts.items() if count >= enough)
            found.extend((CodeSlice(system, setting, name), frozenset(own)) for name in named)
            own.update(named)
        if any(_left(chart, system, own) for chart in charts):
            found.append((CodeSlice(system, setting, OTHER), frozenset(own)))
    return found


def decisions_of(charts: Sequence[AuditedDraft], of: CodeSlice, without: frozenset[str]) -> Decisions:
    """The suggested codes of a slice; patients are numbered in the order of their first charts."""
    units: dict[str, int] = {}
    rows = [
        (units.setdefault(chart.unit, len(units)), c.confidence, c.right) for chart in charts for c in chart.codes if family_in(c.ref, of, without)
    ]
    return Decisions(np.array([r[0] for r in rows], np.int64), np.array([r[1] for r in rows], np.float64), np.array([r[2] for r in rows], np.bool_))


def missed_by(charts: Sequence[AuditedDraft], tested: Sequence[Tested], aim: Aim) -> Missed:
    """What the charts lack that would be whole without a person."""
    # Of one patient the first; ids are random, and no chart's content decides which that is.
    whole = list({chart.unit: chart for chart in reversed(charts) if is_whole(chart, tested, aim)}.values())
    incomplete = sum(bool(chart.missed) for chart in whole)
    n = len(whole)
    upper = 1.0 if n == incomplete else float(beta.ppf(aim.confidence_level, incomplete + 1, n - incomplete))
    return Missed(n, incomplete, sum(len(chart.missed) for chart in whole), upper)


def is_whole(chart: AuditedDraft, tested: Sequence[Tested], aim: Aim) -> bool:
    """True where every suggested code is at or above the threshold of its slice, and no candidate is to be looked at."""
    return bool(chart.codes) and chart.waiting < aim.review_from and all(is_auto(c.ref, c.confidence, tested) for c in chart.codes)


def is_auto(ref: CodeRef, confidence: float, tested: Sequence[Tested]) -> bool:
    """True for a code at or above the threshold of its slice."""
    return any(t.threshold is not None and confidence >= t.threshold.value and family_in(ref, t.slice, t.without) for t in tested)


def _of_setting(charts: Sequence[AuditedDraft], setting: Setting, aim: Aim) -> Tests:
    planned = slices_of(charts, setting, aim)
    level = 1 - (1 - aim.confidence_level) * aim.spent / (max(len(planned), 1) if aim.simultaneous else 1)
    tested = []
    for of, without in planned:
        decisions = decisions_of(charts, of, without)
        seed = int(hashlib.sha256(f"{digest_of(charts)}{of.name}".encode()).hexdigest()[:8], 16)
        threshold = lowest_threshold(decisions, target=aim.target, confidence_level=level, seed=seed)
        tested.append(Tested(of, without, len(set(decisions.chart.tolist())), len(decisions.chart), threshold))
    return Tests(setting, tuple(tested), missed_by(charts, tested, aim), tuple(charts), level)


def _left(chart: AuditedDraft, system: CodeSystem, own: set[str]) -> list[CodeRef]:
    """The suggested codes of the chart that no slice of `own` holds."""
    refs = (c.ref for c in chart.codes)
    return [ref for ref in refs if ref.system is system and narrow_family(ref) not in own and wide_family(ref) not in own]
