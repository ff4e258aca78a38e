"""Counts for the dashboards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, Table, and_, case, cast, func, not_, select, tuple_

from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.sample import SampleKind
from app.domain.chart import ChartStatus
from app.domain.code import CodeRef, CodeSystem
from app.domain.coding import Origin
from app.domain.figures import FigureFilter
from app.domain.statistics import Bin
from app.store.audit_tables import audit_items as items
from app.store.audit_tables import audit_marks as marks
from app.store.chart_tables import charts
from app.store.outcome_tables import chart_outcomes, code_outcomes
from app.usecases.records.figures import Audited, AuditedCode, AuditErrors, CodeCount, Crossed, ModelAgreement, Waiting, Worked

_BANDS = 10


class SqlFigures:
    """Counts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def finalized_by_day(self, wanted: FigureFilter) -> list[tuple[date, int]]:
        """Finalised sets by day."""
        c = chart_outcomes.c
        asked = select(c.day, func.count()).where(*_outcomes(chart_outcomes, wanted)).group_by(c.day).order_by(c.day)
        return [(day, number) for day, number in self._connection.execute(asked)]

    def worked(self, wanted: FigureFilter) -> Sequence[Worked]:
        """Every finalised set."""
        c = chart_outcomes.c
        asked = select(c.coder, c.edits, c.seconds).where(*_outcomes(chart_outcomes, wanted))
        return [Worked(*row) for row in self._connection.execute(asked)]

    def codes(self, wanted: FigureFilter, *, limit: int) -> list[CodeCount]:
        """Codes by how often they were suggested or added."""
        c = code_outcomes.c
        suggested = c.origin == Origin.SUGGESTED.value
        counts = [_count(suggested), _count(suggested & c.billed), _count(suggested & c.replaced), _count(not_(suggested) & c.billed)]
        asked = select(c.system, c.code, *counts).where(c.latest, *_outcomes(code_outcomes, wanted)).group_by(c.system, c.code)
        asked = asked.order_by(func.count().desc(), c.system, c.code).limit(limit)
        return [CodeCount(_ref(system, code), *numbers) for system, code, *numbers in self._connection.execute(asked)]

    def bins(self, wanted: FigureFilter) -> list[Bin]:
        """Suggested codes by band of confidence."""
        c = code_outcomes.c
        # SQLite cuts off where PostgreSQL rounds, and not every SQLite has floor.
        place = c.confidence * _BANDS if self._connection.dialect.name == "sqlite" else func.floor(c.confidence * _BANDS)
        # 1.0 belongs to the highest band.
        band = case((c.confidence >= 1, _BANDS - 1), else_=cast(place, Integer))
        asked = select(band.label("band"), func.count(), func.sum(c.confidence), _count(c.billed)).where(c.latest, *_outcomes(code_outcomes, wanted))
        asked = asked.where(c.origin == Origin.SUGGESTED.value).group_by("band").order_by("band")
        return [Bin(n / _BANDS, (n + 1) / _BANDS, count, total / count, right) for n, count, total, right in self._connection.execute(asked)]

    def waiting(self, wanted: FigureFilter) -> Sequence[Waiting]:
        """Charts that are not finalised."""
        asked = select(charts.c.status, charts.c.received_at).where(charts.c.status != ChartStatus.FINALIZED.value)
        if wanted.coder is not None:
            asked = asked.where(charts.c.assignee == wanted.coder)
        if wanted.setting is not None:
            asked = asked.where(charts.c.setting == wanted.setting.value)
        return [Waiting(ChartStatus(status), at) for status, at in self._connection.execute(asked)]

    def model_agreement(self, wanted: FigureFilter) -> ModelAgreement:
        """Program beside coder."""
        c = chart_outcomes.c
        exact = _count((c.kept == c.suggested) & (c.kept == c.billed))
        sums = [func.coalesce(func.sum(column), 0) for column in (c.suggested, c.billed, c.kept, c.seen)]
        asked = select(func.count(), exact, func.count(c.first_kept), _count(c.first_kept), *sums).where(c.latest, *_outcomes(chart_outcomes, wanted))
        total, same, first_of, first, suggested, billed, kept, seen = map(int, self._connection.execute(asked).one())
        return ModelAgreement(total, same, first_of, first, Crossed(kept, suggested - kept, billed - kept, seen - suggested - billed + kept))

    def audit_agreement(self, wanted: FigureFilter) -> tuple[int, Crossed]:
        """Coder beside auditor."""
        sums = [func.coalesce(func.sum(column), 0) for column in (items.c.both, items.c.only_coder, items.c.only_auditor, items.c.neither)]
        total, *crossed = map(int, self._connection.execute(_judged(select(func.count(), *sums), wanted)).one())
        return total, Crossed(*crossed)

    def audited(self, wanted: FigureFilter) -> list[Audited]:
        """Marks by coder and kind."""
        i = items.c
        counts = [func.count(), _count(i.codes == i.agreed), func.sum(i.codes), func.sum(i.agreed)]
        asked = _judged(select(i.coder, i.kind, *counts), wanted).group_by(i.coder, i.kind).order_by(i.coder, i.kind)
        return [Audited(coder, SampleKind(kind), *map(int, numbers)) for coder, kind, *numbers in self._connection.execute(asked)]

    def audited_codes(self, wanted: FigureFilter, *, limit: int) -> list[AuditedCode]:
        """Marks by code."""
        m = marks.c
        asked = _judged(_of_marks(m.system, m.code, func.count(), _count(m.agreed)), wanted).group_by(m.system, m.code)
        asked = asked.order_by(func.count().desc(), m.system, m.code).limit(limit)
        return [AuditedCode(_ref(system, code), number, agreed) for system, code, number, agreed in self._connection.execute(asked)]

    def audit_errors(self, wanted: FigureFilter) -> list[AuditErrors]:
        """Wrong marks by category and grade."""
        m = marks.c
        asked = _judged(_of_marks(m.category, m.grade, func.count()), wanted).where(not_(m.agreed)).group_by(m.category, m.grade)
        return [AuditErrors(ErrorCategory(category), Grade(grade), number) for category, grade, number in self._connection.execute(asked)]

    def choices(self) -> tuple[list[str], list[str]]:
        """Coders and bundles."""
        return self._distinct(chart_outcomes.c.coder), self._distinct(chart_outcomes.c.bundle)

    def _distinct(self, column: Column[str]) -> list[str]:
        return [value for value in self._connection.execute(select(column).distinct().order_by(column)).scalars() if value]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _ref(system: str, code: str) -> CodeRef:
    return CodeRef(CodeSystem(system), code)


def _outcomes(table: Table, wanted: FigureFilter) -> list[ColumnElement[bool]]:
    c, found = table.c, []
    if wanted.coder is not None:
        found.append(c.coder == wanted.coder)
    if wanted.setting is not None:
        found.append(c.setting == wanted.setting.value)
    if wanted.bundle is not None:
        found.append(c.bundle == wanted.bundle)
    if wanted.day_from is not None:
        found.append(c.day >= wanted.day_from)
    if wanted.day_before is not None:
        found.append(c.day < wanted.day_before)
    return found


def _of_marks(*columns: Any) -> Any:  # noqa: ANN401  columns of a statement, and the statement
    return select(*columns).join(items, tuple_(items.c.sample_id, items.c.number) == tuple_(marks.c.sample_id, marks.c.number))


def _judged(asked: Any, wanted: FigureFilter) -> Any:  # noqa: ANN401  a statement with any columns
    """Judged charts as the filter says; days are those of the judgement."""
    i, o = items.c, chart_outcomes.c
    asked = asked.where(i.judged_at.is_not(None))
    if wanted.coder is not None:
        asked = asked.where(i.coder == wanted.coder)
    if wanted.setting is not None or wanted.bundle is not None:
        asked = asked.join(chart_outcomes, and_(o.chart_id == i.chart_id, o.version == i.version))
        asked = asked.where(*_outcomes(chart_outcomes, FigureFilter(setting=wanted.setting, bundle=wanted.bundle)))
    if wanted.day_from is not None:
        asked = asked.where(i.judged_at >= _midnight(wanted.day_from))
    if wanted.day_before is not None:
        asked = asked.where(i.judged_at < _midnight(wanted.day_before))
    return asked


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
