"""Counts for the dashboards, made from the charts and audits in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from app.domain.audits.judgement import Tally
from app.domain.chart import ChartStatus
from app.domain.coding import Origin
from app.domain.figures import FigureFilter
from app.domain.outcome import ChartOutcome, outcome_of
from app.domain.statistics import Bin
from app.usecases.records.figures import Audited, AuditedCode, AuditErrors, CodeCount, Crossed, ModelAgreement, Waiting, Worked

if TYPE_CHECKING:
    from tests.usecases.fake_records import Kept


def _as_wanted(wanted: FigureFilter, coder: str, setting: object, bundle: str, day: date) -> bool:
    return (
        wanted.coder in (None, coder)
        and wanted.setting in (None, setting)
        and wanted.bundle in (None, bundle)
        and (wanted.day_from is None or day >= wanted.day_from)
        and (wanted.day_before is None or day < wanted.day_before)
    )


class FakeFigures:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def _outcomes(self, wanted: FigureFilter, *, latest: bool) -> list[ChartOutcome]:
        sets = [(c, d) for c in self._kept.charts.values() for d in (c.finalized[-1:] if latest else c.finalized)]
        found = [outcome_of(c, d) for c, d in sets]
        return [it for it in found if _as_wanted(wanted, it.by, it.setting, it.bundle, it.at.date())]

    def finalized_by_day(self, wanted: FigureFilter) -> list[tuple[date, int]]:
        return sorted(Counter(it.at.date() for it in self._outcomes(wanted, latest=False)).items())

    def worked(self, wanted: FigureFilter) -> Sequence[Worked]:
        return [Worked(it.by, it.edits, it.seconds) for it in self._outcomes(wanted, latest=False)]

    def codes(self, wanted: FigureFilter, *, limit: int) -> list[CodeCount]:
        held: dict[object, list] = {}
        for it in self._outcomes(wanted, latest=True):
            for c in it.codes:
                held.setdefault(c.ref, []).append(c)
        found = [
            CodeCount(
                ref,
                sum(c.origin is Origin.SUGGESTED for c in codes),
                sum(c.origin is Origin.SUGGESTED and c.billed for c in codes),
                sum(c.origin is Origin.SUGGESTED and c.replaced for c in codes),
                sum(c.origin is not Origin.SUGGESTED and c.billed for c in codes),
            )
            for ref, codes in held.items()
        ]
        return sorted(found, key=lambda c: (-c.suggested - c.added, c.ref))[:limit]

    def bins(self, wanted: FigureFilter) -> list[Bin]:
        held: dict[int, list] = {}
        for it in self._outcomes(wanted, latest=True):
            for c in it.codes:
                if c.origin is Origin.SUGGESTED:
                    held.setdefault(min(int(c.confidence * 10), 9), []).append(c)
        return [
            Bin(n / 10, (n + 1) / 10, len(codes), sum(c.confidence for c in codes) / len(codes), sum(c.billed for c in codes))
            for n, codes in sorted(held.items())
        ]

    def waiting(self, wanted: FigureFilter) -> Sequence[Waiting]:
        return [
            Waiting(c.status, c.received_at)
            for c in self._kept.charts.values()
            if c.status is not ChartStatus.FINALIZED and wanted.coder in (None, c.assignee) and wanted.setting in (None, c.encounter.setting)
        ]

    def model_agreement(self, wanted: FigureFilter) -> ModelAgreement:
        found = self._outcomes(wanted, latest=True)
        exact = 0
        crossed = [0, 0, 0, 0]
        for it in found:
            suggested = {c.ref for c in it.codes if c.origin is Origin.SUGGESTED}
            billed = {c.ref for c in it.codes if c.billed}
            exact += suggested == billed
            counts = (len(suggested & billed), len(suggested - billed), len(billed - suggested), it.seen - len(suggested | billed))
            crossed = [a + b for a, b in zip(crossed, counts, strict=True)]
        first = [it.first_kept for it in found if it.first_kept is not None]
        return ModelAgreement(len(found), exact, len(first), sum(first), Crossed(*crossed))

    def _judged(self, wanted: FigureFilter) -> list:
        found = []
        for item, marks, counts in self._kept.items.values():
            if item.judgement is None:
                continue
            chart = self._kept.charts[item.chart_id]
            it = outcome_of(chart, chart.finalized[item.version - 1])
            if _as_wanted(wanted, item.coder, it.setting, it.bundle, item.judgement.at.date()):
                found.append((item, marks, counts))
        return found

    def audit_agreement(self, wanted: FigureFilter) -> tuple[int, Crossed]:
        found = self._judged(wanted)
        sums = [sum(column) for column in zip(*(counts or Tally(0, 0, 0, 0) for _, _, counts in found), strict=True)] or [0] * 4
        return len(found), Crossed(*sums)

    def audited(self, wanted: FigureFilter) -> list[Audited]:
        held: dict[tuple, list] = {}
        for item, marks, _ in self._judged(wanted):
            held.setdefault((item.coder, item.kind), []).append(marks)
        return [
            Audited(
                *key,
                len(found),
                sum(all(m.agreed for m in marks) for marks in found),
                sum(map(len, found)),
                sum(m.agreed for ms in found for m in ms),
            )
            for key, found in sorted(held.items())
        ]

    def audited_codes(self, wanted: FigureFilter, *, limit: int) -> list[AuditedCode]:
        held: dict[object, list] = {}
        for _, marks, _ in self._judged(wanted):
            for m in marks:
                held.setdefault(m.ref, []).append(m)
        found = [AuditedCode(ref, len(marks), sum(m.agreed for m in marks)) for ref, marks in held.items()]
        return sorted(found, key=lambda c: (-c.codes, c.ref))[:limit]

    def audit_errors(self, wanted: FigureFilter) -> list[AuditErrors]:
        counts = Counter((m.category, m.grade) for _, marks, _ in self._judged(wanted) for m in marks if not m.agreed)
        return [AuditErrors(category, grade, number) for (category, grade), number in counts.items()]

    def choices(self) -> tuple[list[str], list[str]]:
        found = self._outcomes(FigureFilter(), latest=False)
        return sorted({it.by for it in found}), sorted({it.bundle for it in found} - {""})
