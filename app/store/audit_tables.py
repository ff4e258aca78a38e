"""Tables of the second-level audit. `words` and `comment` are sealed: they may hold words of notes; no other column does."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Table

from app.store.schema import METADATA, Moment

_ID = String(64)


def _item() -> tuple[Column[str], Column[int], ForeignKeyConstraint]:
    return (
        Column("sample_id", _ID, primary_key=True),
        Column("number", Integer, primary_key=True),
        ForeignKeyConstraint(["sample_id", "number"], ["audit_items.sample_id", "audit_items.number"]),
    )


audit_samples = Table(
    "audit_samples",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("rule", JSON, nullable=False),
    Column("size", JSON, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("auditor", _ID, nullable=False),
    Column("by", _ID, nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("seed", _ID, nullable=False),
    Column("population", Integer, nullable=False),
    Column("digest", _ID, nullable=False),
    Index(None, "drawn_at"),
    Index(None, "auditor", "drawn_at"),
)
audit_items = Table(
    "audit_items",
    METADATA,
    Column("sample_id", _ID, ForeignKey("audit_samples.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("chart_id", _ID, ForeignKey("charts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("coder", _ID, nullable=False),
    Column("auditor", _ID, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("draft", JSON, nullable=False),
    Column("blind_lines", JSON),
    Column("judged_at", Moment),
    Column("codes", Integer),
    Column("agreed", Integer),
    Column("both", Integer),
    Column("only_coder", Integer),
    Column("only_auditor", Integer),
    Column("neither", Integer),
    Index(None, "chart_id", "version"),
    Index(None, "coder", "state", "judged_at"),
    Index(None, "judged_at"),
)
audit_judgements = Table(
    "audit_judgements",
    METADATA,
    *_item(),
    Column("sequence", Integer, primary_key=True),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("words", LargeBinary),
)
audit_replies = Table(
    "audit_replies",
    METADATA,
    *_item(),
    Column("sequence", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("comment", LargeBinary),
)
audit_marks = Table(
    "audit_marks",
    METADATA,
    *_item(),
    Column("system", String(20), primary_key=True),
    Column("code", String(20), primary_key=True),
    Column("agreed", Boolean, nullable=False),
    Column("category", String(20)),
    Column("grade", String(20)),
    Index(None, "system", "code"),
)
