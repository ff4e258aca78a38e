"""Giving charts to coders."""

from __future__ import annotations

from collections.abc import Collection

from app.domain import chart_work
from app.domain.access_errors import InvalidPerson, NotAllowed
from app.domain.audit import Action, Actor
from app.domain.chart import Chart
from app.domain.people import Permission, Role, User
from app.usecases.charts.desk import Desk, Open, need

WORKERS = frozenset({Role.CODER, Role.MANAGER})
"""Roles that charts are assigned to."""


class AssignCharts:
    """Assigns charts. Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def assign(self, actor: Actor, chart_id: str, user_name: str | None) -> Chart:
        """The chart given to a coder by name, or to nobody. Raises NotAllowed, ChartNotFound and InvalidPerson."""
        return self.assign_many(actor, [chart_id], user_name)[0]

    def assign_many(self, actor: Actor, chart_ids: Collection[str], user_name: str | None) -> list[Chart]:
        """All of the charts given to a coder, or none of them when one can't be; in the order of their ids."""
        need(actor, Permission.ASSIGN)
        with self._desk.work() as work:
            assignee = None if user_name is None else _worker(work.users.named(user_name))
            kept: list[Chart] = []
            # In one order whoever asks, so that two managers never wait for one another.
            for chart_id in sorted(set(chart_ids)):
                chart = work.charts.get(chart_id, to_change=True)
                if not actor.principal.may(Permission.ASSIGN, source=chart.source, assignee=chart.assignee):
                    raise NotAllowed(Permission.ASSIGN.value)
                it = Open(work, chart, actor, self._desk.now())
                kept.append(it.save(chart_work.assign(chart, assignee), Action.ASSIGNED, {"assignee": assignee}))
            return kept


def _worker(user: User | None) -> str:
    if user is None or user.disabled or not user.roles & WORKERS:
        raise InvalidPerson("Charts are assigned to coders and managers: there is none of this name")
    return user.id
