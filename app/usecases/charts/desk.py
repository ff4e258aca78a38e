"""How every use case gets at a chart: by permission, and never unseen by the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.access_errors import NotAllowed
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits.errors import AuditedBlind
from app.domain.chart import Chart
from app.domain.chart_event import ChartEvent, EventType
from app.domain.errors import StaleWrite
from app.domain.people import Permission, Reach, Role
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

LEASE = timedelta(minutes=15)
"""How long a claim holds; every decision renews it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A chart in the hands of someone who may, inside a unit of work."""

    work: UnitOfWork
    chart: Chart
    actor: Actor
    now: datetime

    def save(self, after: Chart, action: Action, detail: Mapping[str, str | int | None] | None = None) -> Chart:
        """Keep the chart as it is now, and that it was done. Raises StaleWrite."""
        kept = self.work.charts.save(self.chart, after)
        self.work.audit.add(AuditEntry(self.now, self.actor, action, kept.id, {"revision": kept.revision, **(detail or {})}))
        return kept

    def tell(self, chart: Chart, event: EventType, data: Mapping[str, object]) -> None:
        """Tell other systems."""
        self.work.events.add(ChartEvent(event, chart.id, chart.external_id, chart.source, self.now, chart.version, data))


class Desk:
    """Opens charts for the use cases."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work, self._clock = work, clock

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self._clock(), UTC)

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """A unit of work."""
        with self._work() as work:
            yield work

    @contextmanager
    def chart(self, actor: Actor, permission: Permission, chart_id: str, *, to_change: bool = True, revision: int | None = None) -> Iterator[Open]:
        """The chart, if `actor` may; a refusal is written to the audit trail.

        Raises NotAllowed, ChartNotFound, StaleWrite when the chart is no longer at `revision`, and AuditedBlind for an auditor
        who has yet to code the chart without seeing what others made of it.
        """
        need(actor, permission)
        with self._work() as work:
            chart = work.charts.get(chart_id, to_change=to_change)
            allowed = actor.principal.may(permission, source=chart.source, assignee=chart.assignee)
            if allowed:
                if Role.AUDITOR in actor.principal.roles and work.audits.blind_for(actor.principal.id, chart.id):
                    raise AuditedBlind
                if revision is not None and chart.revision != revision:
                    raise StaleWrite
                yield Open(work, chart, actor, self.now())
            else:
                work.audit.add(AuditEntry(self.now(), actor, Action.REFUSED, chart.id, {"permission": permission.value}))
        if not allowed:
            raise NotAllowed(permission.value)


def need(actor: Actor, permission: Permission) -> Reach:
    """How far the permission goes. Raises NotAllowed when it does not go anywhere."""
    reach = actor.principal.reach(permission)
    if reach is Reach.NONE:
        raise NotAllowed(permission.value)
    return reach
