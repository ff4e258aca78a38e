"""Writes outcomes beside finalised sets, and makes up those that an older version did not write."""

from __future__ import annotations

from sqlalchemy import Connection, and_, insert, select, update

from app.domain.chart import Chart, FinalizedSet
from app.domain.coding import Origin
from app.domain.outcome import ChartOutcome, outcome_of
from app.store.chart_rows import ChartRows
from app.store.chart_tables import charts, finalized_sets
from app.store.outcome_tables import chart_outcomes, code_outcomes
from app.store.sealing import Seal


def write(connection: Connection, chart: Chart, done: FinalizedSet) -> None:
    """Keep the outcome of a set; those of earlier sets of the chart are the latest no more."""
    for table in (code_outcomes, chart_outcomes):
        connection.execute(update(table).where(table.c.chart_id == chart.id, table.c.latest).values(latest=False))
    it = outcome_of(chart, done)
    connection.execute(insert(chart_outcomes).values(_chart(it)))
    if it.codes:
        connection.execute(insert(code_outcomes), _codes(it))


def fill(connection: Connection, seal: Seal) -> int:
    """Write the outcomes of sets that have none; how many."""
    found = and_(chart_outcomes.c.chart_id == finalized_sets.c.chart_id, chart_outcomes.c.version == finalized_sets.c.version)
    lacking = select(finalized_sets.c.chart_id).outerjoin(chart_outcomes, found).where(chart_outcomes.c.chart_id.is_(None)).distinct()
    rows, filled = ChartRows(connection, seal), 0
    for chart_id in connection.execute(lacking).scalars().all():
        chart = rows.read(connection.execute(select(charts).where(charts.c.id == chart_id)).one())
        have = set(connection.execute(select(chart_outcomes.c.version).where(chart_outcomes.c.chart_id == chart_id)).scalars())
        for done in chart.finalized:
            if done.version not in have:
                write(connection, chart, done)
                filled += 1
    return filled


def _dimensions(it: ChartOutcome) -> dict[str, object]:
    return {
        "chart_id": it.chart_id,
        "version": it.version,
        "day": it.at.date(),
        "coder": it.by,
        "setting": it.setting.value,
        "bundle": it.bundle,
        "latest": True,
    }


def _chart(it: ChartOutcome) -> dict[str, object]:
    suggested = [c for c in it.codes if c.origin is Origin.SUGGESTED]
    return {
        **_dimensions(it),
        "at": it.at,
        "overridden": it.overridden,
        "edits": it.edits,
        "seconds": it.seconds,
        "seen": it.seen,
        "suggested": len(suggested),
        "billed": sum(c.billed for c in it.codes),
        "kept": sum(c.billed for c in suggested),
        "first_kept": it.first_kept,
    }


def _codes(it: ChartOutcome) -> list[dict[str, object]]:
    return [
        {
            **_dimensions(it),
            "system": c.ref.system.value,
            "code": c.ref.code,
            "origin": c.origin.value,
            "confidence": c.confidence,
            "billed": c.billed,
            "replaced": c.replaced,
        }
        for c in it.codes
    ]
