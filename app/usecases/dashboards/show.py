"""Showing figures to those who may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.figures import Figure, FigureFilter, FigureName
from app.domain.people import Permission
from app.usecases.charts.desk import Desk, need
from app.usecases.dashboards import audited, coding, work
from app.usecases.records.figures import Figures

_MAKERS: Mapping[FigureName, Callable[[Figures, FigureFilter, datetime], Figure]] = MappingProxyType(
    {
        FigureName.THROUGHPUT: work.throughput,
        FigureName.EFFORT: work.effort,
        FigureName.BACKLOG: work.backlog,
        FigureName.ACCEPTANCE: coding.acceptance,
        FigureName.BANDS: coding.bands,
        FigureName.CALIBRATION: coding.calibration,
        FigureName.AGREEMENT: audited.agreement,
        FigureName.ACCURACY: audited.accuracy,
        FigureName.ACCURACY_BY_CODE: audited.accuracy_by_code,
        FigureName.ERRORS: audited.errors,
    }
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by: names of coders, ids of bundles."""

    coders: tuple[str, ...]
    bundles: tuple[str, ...]


class ShowFigures:
    """Makes figures. Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, actor: Actor, name: FigureName, wanted: FigureFilter) -> Figure:
        """One figure. Raises NotAllowed."""
        need(actor, Permission.DASHBOARDS)
        with self._desk.work() as it:
            now = self._desk.now()
            it.audit.add(AuditEntry(now, actor, Action.DASHBOARD_READ, "", {"figure": name.value, "coder": wanted.coder}))
            return _MAKERS[name](it.figures, wanted, now)

    def choices(self, actor: Actor) -> Choices:
        """What can be filtered by. Raises NotAllowed."""
        need(actor, Permission.DASHBOARDS)
        with self._desk.work() as it:
            coders, bundles = it.figures.choices()
            return Choices(tuple(coders), tuple(bundles))
