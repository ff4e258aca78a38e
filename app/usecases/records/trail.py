"""The audit trail and the feed of events, both in the order in which units of work ended."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from app.domain.audit import AuditEntry, AuditEvent
from app.domain.chart_event import ChartEvent, Delivery, Webhook


class AuditTrail(Protocol):
    """Only ever added to."""

    def add(self, entry: AuditEntry) -> None:
        """Add an event at the end; it gets its place when the unit of work ends."""
        ...

    def events(self, *, subject: str | None = None) -> Iterator[AuditEvent]:
        """All events in order, or those of one subject."""
        ...


class EventFeed(Protocol):
    """Events for other systems; adding one also puts it on its way to every webhook that wants it."""

    def add(self, event: ChartEvent) -> None:
        """Add an event; it gets its place when the unit of work ends."""
        ...

    def after(self, sequence: int, *, limit: int, sources: Collection[str] | None = None) -> list[ChartEvent]:
        """Events behind `sequence` in order, of all charts or of those of some submitters; "" for those of no chart."""
        ...


class Webhooks(Protocol):
    """Webhooks, and what is on its way to them."""

    def add(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        ...

    def all(self) -> list[Webhook]:
        """Every webhook, in the order they came."""
        ...

    def remove(self, webhook_id: str) -> None:
        """Deliver nothing more to it. Raises PersonNotFound."""
        ...

    def take_due(self, now: datetime, *, limit: int, lease_seconds: int) -> list[Delivery]:
        """Deliveries that are due, each counted as begun and not due again for `lease_seconds`, whoever asks."""
        ...

    def settle(self, delivery: Delivery, *, delivered: bool, next_at: datetime | None) -> None:
        """Note how a delivery went; with neither success nor a next time it has failed for good."""
        ...
