"""The feed of events, and their delivery to webhooks: written in the transaction of the change they tell of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, ForeignKey, Index, Integer, LargeBinary, Row, String, Table, Text, insert, select, update

from app.domain.access_errors import PersonNotFound
from app.domain.chart_event import ChartEvent, Delivery, EventType, Webhook
from app.store import heads
from app.store.schema import METADATA, Moment, Sequence
from app.store.sealing import Seal

PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"
chart_events = Table(
    "chart_events",
    METADATA,
    Column("sequence", Sequence, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("chart_id", String(64), ForeignKey("charts.id")),
    Column("external_id", String(200), nullable=False),
    Column("source", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Index(None, "source", "sequence"),
)
webhooks = Table(
    "webhooks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("events", JSON, nullable=False),
    Column("source", String(64)),
    Column("created", Moment, nullable=False),
    Column("active", Boolean, nullable=False),
)
deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Sequence, primary_key=True),
    Column("webhook_id", String(64), ForeignKey("webhooks.id"), nullable=False),
    Column("event", Sequence, ForeignKey("chart_events.sequence"), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("next_at", Moment),
    Index(None, "state", "next_at"),
)


class SqlWebhooks:
    """Webhooks and deliveries within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal

    def add(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        values = {
            "id": webhook.id,
            "url": webhook.url,
            "secret": self._seal.seal(webhook.secret),
            "events": sorted(webhook.events),
            "source": webhook.source,
            "created": webhook.created,
            "active": webhook.active,
        }
        self._connection.execute(insert(webhooks).values(values))

    def all(self) -> list[Webhook]:
        """Every webhook that is told of events."""
        asked = select(webhooks).where(webhooks.c.active).order_by(webhooks.c.created, webhooks.c.id)
        return [self._webhook(row) for row in self._connection.execute(asked)]

    def remove(self, webhook_id: str) -> None:
        """Deliver nothing more. Raises PersonNotFound."""
        where = (webhooks.c.id == webhook_id) & webhooks.c.active
        if self._connection.execute(update(webhooks).where(where).values(active=False)).rowcount != 1:
            raise PersonNotFound("There is no webhook of this id: see `chartcoder webhooks list`")
        waiting = (deliveries.c.webhook_id == webhook_id) & (deliveries.c.state == PENDING)
        self._connection.execute(update(deliveries).where(waiting).values(state=FAILED, next_at=None))

    def take_due(self, now: datetime, *, limit: int, lease_seconds: int) -> list[Delivery]:
        """Deliveries that are due; whoever else asks gets others."""
        d = deliveries.c
        due = select(deliveries).where(d.state == PENDING, d.next_at <= now).order_by(d.next_at, d.id).limit(limit).with_for_update(skip_locked=True)
        rows = self._connection.execute(due).all()
        if not rows:
            return []
        again = now + timedelta(seconds=lease_seconds)
        self._connection.execute(update(deliveries).where(d.id.in_([r.id for r in rows])).values(attempts=d.attempts + 1, next_at=again))
        hooks = {hook.id: hook for hook in self.all()}
        asked = select(chart_events).where(chart_events.c.sequence.in_([r.event for r in rows]))
        events = {r.sequence: _event(r) for r in self._connection.execute(asked)}
        return [Delivery(r.id, hooks[r.webhook_id], events[r.event], r.attempts + 1) for r in rows]

    def settle(self, delivery: Delivery, *, delivered: bool, next_at: datetime | None) -> None:
        """Note how it went."""
        state = DELIVERED if delivered else FAILED if next_at is None else PENDING
        self._connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(state=state, next_at=next_at))

    def reseal(self) -> None:
        """Seal every secret with the first key."""
        for row in self._connection.execute(select(webhooks.c.id, webhooks.c.secret)).all():
            self._connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(secret=self._seal.reseal(row.secret)))

    def _webhook(self, row: Row[Any]) -> Webhook:
        events = frozenset(map(EventType, row.events))
        return Webhook(row.id, row.url, self._seal.open(row.secret), events, row.source, row.created, row.active)


class SqlFeed:
    """The feed within one transaction; events get their places at its end."""

    def __init__(self, connection: Connection, hooks: SqlWebhooks) -> None:
        self._connection, self._hooks = connection, hooks
        self._events: list[ChartEvent] = []

    def add(self, event: ChartEvent) -> None:
        """Add an event."""
        self._events.append(event)

    def after(self, sequence: int, *, limit: int, sources: Collection[str] | None = None) -> list[ChartEvent]:
        """Events behind `sequence`."""
        c = chart_events.c
        asked = select(chart_events).where(c.sequence > sequence).order_by(c.sequence).limit(limit)
        return [_event(row) for row in self._connection.execute(asked if sources is None else asked.where(c.source.in_(sources)))]

    def flush(self) -> None:
        """Give the events their places and put them on their way."""
        if not self._events:
            return
        sequence, _ = heads.lock(self._connection, heads.EVENTS)
        hooks = self._hooks.all()
        for event in self._events:
            sequence += 1
            self._connection.execute(insert(chart_events).values(_event_row(event, sequence)))
            wanted = [
                {"webhook_id": hook.id, "event": sequence, "attempts": 0, "state": PENDING, "next_at": event.at}
                for hook in hooks
                if hook.wants(event)
            ]
            if wanted:
                self._connection.execute(insert(deliveries), wanted)
        heads.move(self._connection, heads.EVENTS, heads.Head(sequence, ""))
        self._events.clear()


def _event(row: Row[Any]) -> ChartEvent:
    return ChartEvent(EventType(row.type), row.chart_id or "", row.external_id, row.source, row.at, row.version, row.data, row.sequence)


def _event_row(event: ChartEvent, sequence: int) -> dict[str, object]:
    return {
        "sequence": sequence,
        "type": event.type.value,
        "chart_id": event.chart_id or None,
        "external_id": event.external_id,
        "source": event.source,
        "at": event.at,
        "version": event.version,
        "data": dict(event.data),
    }
