"""The audit trail: rows that the database itself refuses to change or delete (triggers in migrations/), each with the hash of the one before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Connection, String, Table, Text, insert, select

from app.domain.audit import AuditEntry, AuditEvent, chained
from app.store import heads
from app.store.schema import METADATA, Sequence

_ROWS_AT_ONCE = 1000
audit_events = Table(
    "audit_events",
    METADATA,
    Column("sequence", Sequence, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)


class SqlAudit:
    """The trail within one transaction; entries get their places at its end, so that others wait as briefly as possible."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: list[AuditEntry] = []

    def add(self, entry: AuditEntry) -> None:
        """Add an event."""
        self._entries.append(entry)

    def events(self, *, subject: str | None = None) -> Iterator[AuditEvent]:
        """Events in order, read in parts of a thousand."""
        c, last = audit_events.c, 0
        while True:
            asked = select(audit_events).where(c.sequence > last).order_by(c.sequence).limit(_ROWS_AT_ONCE)
            rows = self._connection.execute(asked if subject is None else asked.where(c.subject == subject)).all()
            yield from (AuditEvent(*row) for row in rows)
            if len(rows) < _ROWS_AT_ONCE:
                return
            last = rows[-1].sequence

    def flush(self) -> None:
        """Give the entries their places. The head stays locked until the transaction ends."""
        if not self._entries:
            return
        sequence, previous = heads.lock(self._connection, heads.AUDIT)
        rows = []
        for entry in self._entries:
            sequence += 1
            event = chained(entry, sequence=sequence, previous=previous)
            previous = event.hash
            rows.append({name: getattr(event, name) for name in audit_events.c.keys()})  # noqa: SIM118  columns by name
        self._connection.execute(insert(audit_events), rows)
        heads.move(self._connection, heads.AUDIT, heads.Head(sequence, previous))
        self._entries.clear()
