"""What the review of a chart rests on: the suggestions as they were made, and the sections of the notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import Chart, ChartNote
from app.domain.coding import ChartLine, suggested_lines
from app.domain.people import Permission
from app.domain.section import Section
from app.domain.suggestion import CodingDraft
from app.usecases.charts.desk import Desk

Outline = Callable[[str], tuple[Section, ...]]
"""The sections of a text, which cover all of it; fast enough to be asked each time."""


@dataclass(frozen=True, slots=True)
class NoteBasis:
    """The present version of a note with its draft and its sections; no section where the text was erased."""

    note: ChartNote
    draft: CodingDraft | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class ChartBasis:
    """`lines`: the codes before anybody decided; `superseded`: those that only an earlier version of a note gave."""

    revision: int
    lines: tuple[ChartLine, ...]
    superseded: tuple[ChartLine, ...]
    notes: tuple[NoteBasis, ...]


class ShowBasis:
    """Shows what was suggested. Safe to share between threads."""

    def __init__(self, desk: Desk, outline: Outline) -> None:
        self._desk, self._outline = desk, outline

    def __call__(self, actor: Actor, chart_id: str) -> ChartBasis:
        """The basis; that it was read is in the audit trail. Raises NotAllowed and ChartNotFound."""
        with self._desk.chart(actor, Permission.READ, chart_id, to_change=False) as it:
            it.work.audit.add(AuditEntry(it.now, actor, Action.CHART_READ, chart_id, {"revision": it.chart.revision}))
            chart = it.chart
        return self._basis(chart)

    def _basis(self, chart: Chart) -> ChartBasis:
        lines, older = suggested_lines(chart.drafted())
        drafts = {(d.note, d.version): d.draft for d in chart.drafts}
        notes = tuple(
            NoteBasis(n, drafts.get((n.number, n.version)), self._outline(n.text) if n.text is not None else ()) for n in chart.current_notes()
        )
        return ChartBasis(chart.revision, tuple(lines.values()), tuple(line for ref, line in older.items() if ref not in lines), notes)
