"""Tables and repository of what is known of bundles, and of what shadows said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, Row, String, Table, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.code import CodeRef, CodeSystem
from app.domain.gate import Gate
from app.domain.model import ModelRecord
from app.store.chart_tables import charts, drafts, finalized_codes, finalized_sets
from app.store.codec import from_json, to_json
from app.store.schema import METADATA, Moment
from app.usecases.records.models import Shadowed

model_records = Table(
    "model_records",
    METADATA,
    Column("bundle_id", String(64), primary_key=True),
    Column("registered_at", Moment, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("trained_until", Moment),
    Column("gate", JSON),
    Column("shadow_since", Moment),
)
shadowed = Table(
    "shadowed",
    METADATA,
    Column("bundle_id", String(64), primary_key=True),
    Column("chart_id", String(64), ForeignKey("charts.id"), primary_key=True),
    Column("note", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("champion", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("added", JSON, nullable=False),
    Column("removed", JSON, nullable=False),
    Index(None, "bundle_id", "at"),
)


class SqlModels:
    """Records of bundles within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, bundle_id: str) -> ModelRecord | None:
        """What is known of a bundle."""
        row = self._connection.execute(select(model_records).where(model_records.c.bundle_id == bundle_id)).one_or_none()
        return None if row is None else _record(row)

    def all(self) -> Mapping[str, ModelRecord]:
        """Bundle → what is known of it."""
        return {row.bundle_id: _record(row) for row in self._connection.execute(select(model_records))}

    def put(self, record: ModelRecord) -> None:
        """Keep a record."""
        self._connection.execute(delete(model_records).where(model_records.c.bundle_id == record.bundle_id))
        values = {
            "bundle_id": record.bundle_id,
            "registered_at": record.registered_at,
            "run_id": record.run_id,
            "trained_until": record.trained_until,
            "gate": None if record.gate is None else to_json(record.gate, Gate),
            "shadow_since": record.shadow_since,
        }
        self._connection.execute(insert(model_records).values(values))

    def end_shadows(self) -> None:
        """No bundle scores live charts any more."""
        self._connection.execute(update(model_records).values(shadow_since=None))

    def to_shadow(self, bundle_id: str, since: datetime, *, limit: int) -> list[tuple[str, int, int]]:
        """Drafts made since then that the bundle has not scored, oldest first."""
        d, s = drafts.c, shadowed.c
        same = and_(s.bundle_id == bundle_id, s.chart_id == d.chart_id, s.note == d.note, s.version == d.version)
        asked = select(d.chart_id, d.note, d.version).where(d.made_at >= since, ~select(s.note).where(same).exists())
        return [tuple(row) for row in self._connection.execute(asked.order_by(d.made_at, d.chart_id, d.note).limit(limit))]

    def add_shadowed(self, said: Shadowed) -> None:
        """Keep what a shadow said; of several workers the first counts."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        values = {
            "bundle_id": said.bundle_id,
            "chart_id": said.chart_id,
            "note": said.note,
            "version": said.version,
            "champion": said.champion,
            "at": said.at,
            "kept": said.kept,
            "added": [[ref.system.value, ref.code] for ref in said.added],
            "removed": [[ref.system.value, ref.code] for ref in said.removed],
        }
        self._connection.execute(dialect.insert(shadowed).values(values).on_conflict_do_nothing())

    def shadowed(self, bundle_id: str) -> list[Shadowed]:
        """All that a bundle said as a shadow."""
        asked = select(shadowed).where(shadowed.c.bundle_id == bundle_id).order_by(shadowed.c.at, shadowed.c.chart_id, shadowed.c.note)
        return [_shadowed(row) for row in self._connection.execute(asked)]

    def standing_codes(self, chart_ids: list[str]) -> Mapping[str, frozenset[CodeRef]]:
        """Chart → codes of its last finalised set."""
        found: dict[str, set[CodeRef]] = {}
        for begin in range(0, len(chart_ids), 500):
            chosen = chart_ids[begin : begin + 500]
            s, f = finalized_sets.c, finalized_codes.c
            # A chart that was taken up again is not decided.
            standing = select(s.chart_id, func.max(s.version).label("version")).join(charts, charts.c.id == s.chart_id)
            last = standing.where(s.chart_id.in_(chosen), charts.c.status == "finalized").group_by(s.chart_id).subquery()
            # A set may be of no code at all.
            same = and_(f.chart_id == last.c.chart_id, f.version == last.c.version)
            for chart_id, system, code in self._connection.execute(select(last.c.chart_id, f.system, f.code).outerjoin(finalized_codes, same)):
                refs = found.setdefault(chart_id, set())
                if code is not None:
                    refs.add(CodeRef(CodeSystem(system), code))
        return {chart_id: frozenset(refs) for chart_id, refs in found.items()}


def _record(row: Row[Any]) -> ModelRecord:
    gate = None if row.gate is None else from_json(row.gate, Gate)
    return ModelRecord(row.bundle_id, row.registered_at, row.run_id, row.trained_until, gate, row.shadow_since)


def _shadowed(row: Row[Any]) -> Shadowed:
    return Shadowed(row.chart_id, row.note, row.version, row.bundle_id, row.champion, row.at, row.kept, _refs(row.added), _refs(row.removed))


def _refs(pairs: list[list[str]]) -> tuple[CodeRef, ...]:
    return tuple(CodeRef(CodeSystem(system), code) for system, code in pairs)
