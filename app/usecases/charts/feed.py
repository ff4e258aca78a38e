"""Telling other systems: a feed to read, and webhooks to be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.domain.audit import Actor
from app.domain.chart_event import MOST_ATTEMPTS, ChartEvent, Delivery, delay_after
from app.domain.people import Permission, Reach
from app.usecases.charts.desk import Desk, need

# Longer than one call may take, so that nobody else takes a delivery that is under way.
LEASE_SECONDS = 60
_AT_ONCE = 20


class ReadFeed:
    """Reads the feed. Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, actor: Actor, *, after: int, limit: int) -> list[ChartEvent]:
        """Events behind `after`, in order, of the charts that the actor may know of.

        Events of no encounter (drift, certificates, models, runs) are for those who may read certificates. Raises NotAllowed.
        """
        sources: frozenset[str] | None = None
        if need(actor, Permission.EVENTS) is not Reach.ANY:
            watches = actor.principal.reach(Permission.CERTIFICATES) is Reach.ANY
            sources = frozenset({actor.principal.id, *([""] if watches else [])})
        with self._desk.work() as work:
            return work.events.after(after, limit=limit, sources=sources)


class Caller(Protocol):
    """Calls a webhook."""

    def __call__(self, delivery: Delivery) -> bool:
        """True when the other side took the event; never raises for what the network does."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a round went."""

    done: int
    failed: int


class DeliverEvents:
    """Calls webhooks with what is due; each event at least once, in no promised order, until it is taken or tried MOST_ATTEMPTS times."""

    def __init__(self, desk: Desk, call: Caller) -> None:
        self._desk, self._call = desk, call

    def __call__(self) -> Delivered:
        """One round. Safe to run in several processes at once: a delivery is taken by one."""
        with self._desk.work() as work:
            taken = work.webhooks.take_due(self._desk.now(), limit=_AT_ONCE, lease_seconds=LEASE_SECONDS)
        done = 0
        for delivery in taken:
            # No transaction is open while the other side thinks.
            delivered = self._call(delivery)
            done += delivered
            again = None if delivered or delivery.attempts >= MOST_ATTEMPTS else self._desk.now() + timedelta(seconds=delay_after(delivery.attempts))
            with self._desk.work() as work:
                work.webhooks.settle(delivery, delivered=delivered, next_at=again)
        return Delivered(done, len(taken) - done)
