"""The ends of the audit trail and of the feed: one row each, locked while something is added.

So numbers have no gaps, and their order is that of commits.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Column, Connection, String, Table, select, update

from app.store.schema import METADATA, Sequence

AUDIT, EVENTS = "audit", "events"
heads = Table(
    "heads",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("sequence", Sequence, nullable=False),
    Column("hash", String(64), nullable=False),
)


class Head(NamedTuple):
    """The last place taken, and the hash of what stands there."""

    sequence: int
    hash: str


def lock(connection: Connection, name: str) -> Head:
    """The end of a series; whoever adds next waits until this transaction ends."""
    row = connection.execute(select(heads).where(heads.c.name == name).with_for_update()).one()
    return Head(row.sequence, row.hash)


def move(connection: Connection, name: str, head: Head) -> None:
    """Keep the new end."""
    connection.execute(update(heads).where(heads.c.name == name).values(sequence=head.sequence, hash=head.hash))
