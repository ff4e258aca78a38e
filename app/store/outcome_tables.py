"""Tables that figures are made from: one row for each finalised set, one for each of its codes that was suggested or billed.

They say again what is kept elsewhere, in the shape in which it is counted, and are written in the transaction that finalises.
Day, coder, setting and bundle stand in both, so that no figure joins them. `latest`: no later set of the chart was finalised.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKeyConstraint, Index, Integer, String, Table

from app.store.schema import METADATA, Moment

_ID = String(64)


def _dimensions() -> tuple[Column[object], ...]:
    return (
        Column("day", Date, nullable=False),
        Column("coder", _ID, nullable=False),
        Column("setting", String(20), nullable=False),
        Column("bundle", _ID, nullable=False),
        Column("latest", Boolean, nullable=False),
    )


chart_outcomes = Table(
    "chart_outcomes",
    METADATA,
    Column("chart_id", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    *_dimensions(),
    Column("at", Moment, nullable=False),
    Column("overridden", Boolean, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("seconds", Integer),
    Column("seen", Integer, nullable=False),
    Column("suggested", Integer, nullable=False),
    Column("billed", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("first_kept", Boolean),
    ForeignKeyConstraint(["chart_id", "version"], ["finalized_sets.chart_id", "finalized_sets.version"]),
    Index(None, "day"),
    Index(None, "at"),
)
code_outcomes = Table(
    "code_outcomes",
    METADATA,
    Column("chart_id", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("system", String(20), primary_key=True),
    Column("code", String(20), primary_key=True),
    *_dimensions(),
    Column("origin", String(20), nullable=False),
    Column("confidence", Float),
    Column("billed", Boolean, nullable=False),
    Column("replaced", Boolean, nullable=False),
    ForeignKeyConstraint(["chart_id", "version"], ["chart_outcomes.chart_id", "chart_outcomes.version"]),
    Index(None, "day"),
)
