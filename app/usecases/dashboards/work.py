"""Figures of work: how much, how long, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from app.domain.chart import ChartStatus
from app.domain.figures import Cell, Figure, FigureColumn, FigureFilter, FigureName, Unit
from app.usecases.records.figures import Figures, Worked

_AGES = (("under 1 day", 1), ("1 to 2 days", 3), ("3 to 6 days", 7), ("7 to 29 days", 30), ("30 days and more", 10**6))
_CHARTS = FigureColumn("charts", Unit.COUNT)
ALL = "all"
"""Stands for all coders or kinds together in a row."""


def throughput(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001  figures have one signature
    """Charts finalised each day; days without any between the first and the last count as 0."""
    found = dict(figures.finalized_by_day(wanted))
    rows = []
    if found:
        day = min(found)
        while day <= max(found):
            rows.append((day.isoformat(), found.get(day, 0)))
            day += timedelta(days=1)
    busy = len(found)
    total = sum(found.values())
    summary = (
        (FigureColumn("charts finalised", Unit.COUNT), total),
        (FigureColumn("per day with any", Unit.NUMBER), round(total / busy, 1) if busy else None),
    )
    about = "Charts finalised each day (UTC). A chart that was taken up again counts each time that it is finalised."
    return Figure(FigureName.THROUGHPUT, "Throughput", about, (FigureColumn("day", Unit.TEXT), _CHARTS), tuple(rows), summary)


def effort(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Active seconds and edits by coder."""
    found = figures.worked(wanted)
    by_coder: dict[str, list[Worked]] = {}
    for it in found:
        by_coder.setdefault(it.coder, []).append(it)
    columns = (
        FigureColumn("coder", Unit.TEXT),
        _CHARTS,
        FigureColumn("median seconds", Unit.SECONDS),
        FigureColumn("charts timed", Unit.COUNT),
        FigureColumn("edits per chart", Unit.NUMBER),
        FigureColumn("charts without an edit", Unit.SHARE),
    )
    rows = [(coder, *_effort(by_coder[coder])) for coder in sorted(by_coder)]
    whole = _effort(found)
    summary = tuple(zip(columns[2:], whole[1:], strict=True)) if found else ()
    about = (
        "Active seconds of people on a chart, where they were recorded, and edits: decisions that stand and are more than an acceptance "
        "(a rejection, another code, an added code, order, modifiers, pointers)."
    )
    return Figure(FigureName.EFFORT, "Seconds and edits per chart", about, columns, (*rows, (ALL, *whole)) if len(rows) > 1 else tuple(rows), summary)


def backlog(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:
    """Charts that wait, by age and status."""
    statuses = [status for status in ChartStatus if status is not ChartStatus.FINALIZED]
    counts: Counter[tuple[str, ChartStatus]] = Counter()
    oldest = 0.0
    for status, received_at in figures.waiting(wanted):
        days = (now - received_at) / timedelta(days=1)
        oldest = max(oldest, days)
        counts[next(name for name, limit in _AGES if days < limit), status] += 1
    rows: list[tuple[Cell, ...]] = [(name, *(counts[name, status] for status in statuses)) for name, _ in _AGES]
    columns = (FigureColumn("age", Unit.TEXT), *(FigureColumn(status.value.replace("_", " "), Unit.COUNT) for status in statuses))
    summary = (
        (FigureColumn("waiting", Unit.COUNT), counts.total()),
        (FigureColumn("oldest, days", Unit.NUMBER), round(oldest, 1) if counts else None),
    )
    about = "Charts that are not finalised, by the time since they came in. The filters by time and model do not apply; a coder is the assignee."
    return Figure(FigureName.BACKLOG, "Backlog by age", about, columns, tuple(rows), summary)


def _effort(found: Sequence[Worked]) -> tuple[int, float | None, int, float | None, float | None]:
    seconds = [it.seconds for it in found if it.seconds is not None]
    if not found:
        return 0, None, 0, None, None
    edits = sum(it.edits for it in found)
    return (
        len(found),
        median(seconds) if seconds else None,
        len(seconds),
        round(edits / len(found), 3),
        sum(it.edits == 0 for it in found) / len(found),
    )
