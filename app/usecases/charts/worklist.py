"""The worklist: charts to work on, filtered and paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import ChartStatus
from app.domain.people import Permission, Reach, Role
from app.usecases.charts.desk import Desk, need
from app.usecases.records.charts import ChartSummary, Order, Position, WorklistFilter
from app.usecases.records.unit_of_work import UnitOfWork

WORKABLE = frozenset({ChartStatus.NEW, ChartStatus.IN_REVIEW})
"""What a coder can go on with; the others wait for a physician or are done."""
_STEP = 50


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """Rows in order, and where the next page begins; None when this is the last."""

    rows: tuple[ChartSummary, ...]
    next: Position | None


class ListWorklist:
    """Lists charts. Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._desk.now()

    def page(self, actor: Actor, wanted: WorklistFilter, order: Order, *, after: Position | None, limit: int) -> WorklistPage:
        """The charts that the actor may see. Raises NotAllowed."""
        visible = _visible(actor, wanted)
        with self._desk.work() as work:
            rows = _unspoiled(work, actor, work.charts.page(visible, order, after=after, limit=limit + 1))
            work.audit.add(AuditEntry(self._desk.now(), actor, Action.WORKLIST_READ, "", {"rows": min(len(rows), limit)}))
        if len(rows) <= limit:
            return WorklistPage(tuple(rows), None)
        last = rows[limit - 1]
        return WorklistPage(tuple(rows[:limit]), Position(last.priority if order is Order.PRIORITY else last.received_at, last.id))

    def counts(self, actor: Actor, wanted: WorklistFilter) -> Mapping[ChartStatus, int]:
        """Status → number of charts that the actor may see. Raises NotAllowed."""
        visible = _visible(actor, wanted)
        with self._desk.work() as work:
            return work.charts.counts(visible)

    def best(self, actor: Actor, wanted: WorklistFilter) -> str | None:
        """Id of the open chart most worth reviewing that the actor may take up; None when there is none. Raises NotAllowed.

        It is assigned to the actor or to nobody, and in nobody else's hands.
        """
        need(actor, Permission.REVIEW)
        statuses = (wanted.statuses or WORKABLE) & WORKABLE
        takeable = replace(_visible(actor, wanted), statuses=statuses, visible_to=actor.principal.id)
        after: Position | None = None
        with self._desk.work() as work:
            now = self._desk.now()
            while statuses and (rows := work.charts.page(takeable, Order.PRIORITY, after=after, limit=_STEP)):
                for row in rows:
                    if row.claimed_until is None or row.claimed_until <= now or row.claimed_by == actor.principal.id:
                        return row.id
                after = Position(rows[-1].priority, rows[-1].id)
        return None


def _visible(actor: Actor, wanted: WorklistFilter) -> WorklistFilter:
    if need(actor, Permission.WORKLIST) is Reach.ANY:
        return wanted
    if Role.CODER in actor.principal.roles:
        return replace(wanted, visible_to=actor.principal.id)
    return replace(wanted, source=actor.principal.id)


def _unspoiled(work: UnitOfWork, actor: Actor, rows: list[ChartSummary]) -> list[ChartSummary]:
    """The rows without what would tell an auditor of a chart to code blind: reasons name codes, the assignee who coded."""
    if Role.AUDITOR not in actor.principal.roles:
        return rows
    blind = work.audits.blind_among(actor.principal.id, [row.id for row in rows])
    return [replace(row, priority_reasons=(), assignee=None, claimed_by=None) if row.id in blind else row for row in rows]
