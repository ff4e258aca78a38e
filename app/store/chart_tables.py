"""Tables of charts. Columns that are sealed may hold words of notes (see sealing.py); no other does."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from app.store.schema import METADATA, Moment

_ID, _NAME = String(64), String(200)


def _chart() -> Column[str]:
    return Column("chart_id", _ID, ForeignKey("charts.id"), primary_key=True)


charts = Table(
    "charts",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("external_id", _NAME, nullable=False),
    Column("source", _ID, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("setting", String(20), nullable=False),
    Column("sex", String(20), nullable=False),
    Column("age", Integer),
    Column("service_date", Date),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("priority", Float, nullable=False),
    Column("random_slice", Boolean, nullable=False),
    Column("priority_reasons", JSON, nullable=False, server_default="[]"),
    Column("assignee", _ID),
    Column("claim_by", _ID),
    Column("claim_until", Moment),
    Column("active_seconds", Integer, nullable=False, server_default="0"),
    # Sealed, though it holds no words: it says whose chart it is.
    Column("patient", LargeBinary),
    # One index for each order, alone and under each filter that narrows much.
    Index(None, "priority", "id"),
    Index(None, "received_at", "id"),
    Index(None, "status", "priority", "id"),
    Index(None, "status", "received_at", "id"),
    Index(None, "assignee", "status", "priority", "id"),
    Index(None, "source", "received_at", "id"),
    Index(None, "external_id"),
)
notes = Table(
    "notes",
    METADATA,
    _chart(),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("received_at", Moment, nullable=False),
    Column("by", _ID, nullable=False),
    Column("title", LargeBinary, nullable=False),
    Column("text", LargeBinary),
)
drafts = Table(
    "drafts",
    METADATA,
    _chart(),
    Column("note", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("bundle_id", _ID, nullable=False),
    Column("draft", JSON, nullable=False),
)
decisions = Table(
    "decisions",
    METADATA,
    _chart(),
    Column("sequence", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("verdict", JSON, nullable=False),
    Column("comment", LargeBinary),
    Index(None, "by", "at"),
)
queries = Table(
    "queries",
    METADATA,
    _chart(),
    Column("number", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("words", LargeBinary),
)
finalized_sets = Table(
    "finalized_sets",
    METADATA,
    _chart(),
    Column("version", Integer, primary_key=True),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("override", Text, nullable=False),
    Column("active_seconds", Integer),
)
finalized_codes = Table(
    "finalized_codes",
    METADATA,
    _chart(),
    Column("version", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("system", String(20), nullable=False),
    Column("code", String(20), nullable=False),
    Index(None, "system", "code"),
)
reopenings = Table(
    "reopenings",
    METADATA,
    _chart(),
    Column("version", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
)
receipts = Table(
    "receipts",
    METADATA,
    Column("actor", _ID, primary_key=True),
    Column("key", _NAME, primary_key=True),
    Column("digest", _ID, nullable=False),
    # Kept before the chart that it stands for.
    Column("chart_id", _ID, nullable=False),
)
