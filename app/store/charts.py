"""The repository of charts and the worklist over it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Row, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.chart import Chart, ChartStatus
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from app.domain.errors import ChartNotFound, StaleWrite
from app.store import outcomes
from app.store.audits import erase_words
from app.store.chart_rows import ChartRows, chart_row
from app.store.chart_tables import charts, decisions, finalized_codes, finalized_sets, notes, queries, receipts
from app.store.schema import Moment
from app.store.sealing import Seal
from app.usecases.records.charts import NOBODY, ChartSummary, Order, Position, Receipt, WorklistFilter


class SqlCharts:
    """Charts within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._rows = connection, ChartRows(connection, seal)

    def add(self, chart: Chart) -> None:
        """Keep a new chart."""
        self._connection.execute(insert(charts).values(self._rows.row(chart)))
        self._rows.write_new(chart, before=None)
        self._write_outcomes(chart, 0)

    def get(self, chart_id: str, *, to_change: bool = False) -> Chart:
        """The chart. Raises ChartNotFound."""
        asked = select(charts).where(charts.c.id == chart_id)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        if row is None:
            raise ChartNotFound
        return self._rows.read(row)

    def save(self, before: Chart, after: Chart) -> Chart:
        """Keep what is new. Raises StaleWrite."""
        kept = replace(after, revision=before.revision + 1)
        where = (charts.c.id == before.id) & (charts.c.revision == before.revision)
        if self._connection.execute(update(charts).where(where).values(chart_row(kept))).rowcount != 1:
            raise StaleWrite
        self._rows.write_new(kept, before=before)
        self._write_outcomes(kept, len(before.finalized))
        return kept

    def _write_outcomes(self, chart: Chart, had: int) -> None:
        for done in chart.finalized[had:]:
            outcomes.write(self._connection, chart, done)

    def page(self, wanted: WorklistFilter, order: Order, *, after: Position | None, limit: int) -> list[ChartSummary]:
        """Rows of the worklist, in order."""
        asked = select(charts).where(*_conditions(wanted))
        c = charts.c
        # Pairs are compared as rows and ties run the same way as the value: one walk along one index.
        if order is Order.PRIORITY:
            if after is not None:
                asked = asked.where(tuple_(c.priority, c.id) < tuple_(literal(after.value, Float), after.id))
            asked = asked.order_by(c.priority.desc(), c.id.desc())
        else:
            if after is not None:
                asked = asked.where(tuple_(c.received_at, c.id) > tuple_(literal(after.value, Moment), after.id))
            asked = asked.order_by(c.received_at, c.id)
        return [_summary(row) for row in self._connection.execute(asked.limit(limit))]

    def counts(self, wanted: WorklistFilter) -> Mapping[ChartStatus, int]:
        """Status → number of charts."""
        asked = select(charts.c.status, func.count()).where(*_conditions(wanted)).group_by(charts.c.status)
        return {ChartStatus(status): number for status, number in self._connection.execute(asked)}

    def times_finalized(self, refs: Collection[CodeRef]) -> Mapping[CodeRef, int]:
        """Code → number of finalised sets."""
        if not refs:
            return {}
        c = finalized_codes.c
        asked = select(c.system, c.code, func.count()).where(tuple_(c.system, c.code).in_([(r.system.value, r.code) for r in refs]))
        return {CodeRef(CodeSystem(system), code): number for system, code, number in self._connection.execute(asked.group_by(c.system, c.code))}

    def finalized_ids(self, *, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        """Ids of finalised charts, by the time of their last finalised set."""
        c, f = charts.c, finalized_sets.c
        asked = select(c.id).join(finalized_sets, (f.chart_id == c.id) & (f.version == c.version)).where(c.status == ChartStatus.FINALIZED.value)
        if since is not None:
            asked = asked.where(f.at >= since)
        if until is not None:
            asked = asked.where(f.at < until)
        return list(self._connection.execute(asked.order_by(f.at.desc(), c.id)).scalars())

    def to_purge(self, received_before: datetime) -> list[str]:
        """Ids of finalised charts that still have texts."""
        asked = (
            select(charts.c.id)
            .where(charts.c.status == ChartStatus.FINALIZED.value, charts.c.received_at < received_before)
            .where(select(notes.c.number).where(notes.c.chart_id == charts.c.id, notes.c.text.is_not(None)).exists())
        )
        return list(self._connection.execute(asked.order_by(charts.c.id)).scalars())

    def erase_texts(self, chart_id: str) -> int:
        """Erase what may hold words of notes, and whose they were. Raises ChartNotFound."""
        if self._connection.execute(select(charts.c.id).where(charts.c.id == chart_id).with_for_update()).one_or_none() is None:
            raise ChartNotFound
        erased = self._connection.execute(update(notes).where(notes.c.chart_id == chart_id, notes.c.text.is_not(None)).values(text=None)).rowcount
        self._connection.execute(update(queries).where(queries.c.chart_id == chart_id).values(words=None))
        self._connection.execute(update(decisions).where(decisions.c.chart_id == chart_id).values(comment=None))
        erase_words(self._connection, chart_id)
        self._connection.execute(update(charts).where(charts.c.id == chart_id).values(patient=None, revision=charts.c.revision + 1))
        return erased


class SqlReceipts:
    """Idempotency keys within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, receipt: Receipt) -> Receipt:
        """Keep a receipt; of two at the same time the second waits for the first and gets it."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        values = {"actor": receipt.actor, "key": receipt.key, "digest": receipt.digest, "chart_id": receipt.chart_id}
        self._connection.execute(dialect.insert(receipts).values(values).on_conflict_do_nothing())
        found = self.find(receipt.actor, receipt.key)
        return receipt if found is None else found

    def find(self, actor: str, key: str) -> Receipt | None:
        """The receipt of a key."""
        row = self._connection.execute(select(receipts).where(receipts.c.actor == actor, receipts.c.key == key)).one_or_none()
        return None if row is None else Receipt(row.actor, row.key, row.digest, row.chart_id)


def _conditions(wanted: WorklistFilter) -> list[ColumnElement[bool]]:
    c = charts.c
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        found.append(c.status.in_(sorted(wanted.statuses)))
    if wanted.settings:
        found.append(c.setting.in_(sorted(wanted.settings)))
    if wanted.assignee is not None:
        found.append(c.assignee.is_(None) if wanted.assignee == NOBODY else c.assignee == wanted.assignee)
    if wanted.source is not None:
        found.append(c.source == wanted.source)
    if wanted.visible_to is not None:
        found.append(or_(c.assignee == wanted.visible_to, c.assignee.is_(None)))
    if wanted.received_before is not None:
        found.append(c.received_at < wanted.received_before)
    if wanted.received_from is not None:
        found.append(c.received_at >= wanted.received_from)
    if wanted.min_priority is not None:
        found.append(c.priority >= wanted.min_priority)
    if wanted.external_id is not None:
        found.append(c.external_id == wanted.external_id)
    return found


def _summary(row: Row[Any]) -> ChartSummary:
    return ChartSummary(
        row.id,
        row.external_id,
        row.received_at,
        Setting(row.setting),
        ChartStatus(row.status),
        row.priority,
        row.random_slice,
        row.version,
        row.revision,
        row.assignee,
        row.claim_by,
        row.claim_until,
        tuple(row.priority_reasons),
    )
