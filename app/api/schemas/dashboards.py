"""Responses of the dashboards."""

from __future__ import annotations

import csv
import io

from pydantic import BaseModel, Field

from app.domain.figures import Figure, FigureName, Unit

_NAMES = ("coder", "bundle", "day_from", "day_before", "figure")


class ColumnOut(BaseModel):
    """A column; `unit` says how its numbers are meant: a `share` is in [0, 1], a `score` in [-1, 1]."""

    name: str
    unit: Unit


class SummaryOut(ColumnOut):
    """A number of the summary."""

    value: str | int | float | None


class FigureOut(BaseModel):
    """A figure; each row has a cell for each column, null where nothing was counted or measured."""

    figure: FigureName
    title: str
    about: str
    columns: list[ColumnOut]
    rows: list[list[str | int | float | None]]
    summary: list[SummaryOut] = Field(description="Its most important numbers")


class DashboardsOut(BaseModel):
    """What there is, and what can be filtered by."""

    figures: list[FigureName]
    coders: list[str]
    bundles: list[str]


EXAMPLE = {
    "figure": "bands",
    "title": "Acceptance by confidence",
    "about": "Suggested codes by the confidence that the program stated, and how many of them were accepted, with the 95 % interval (Wilson).",
    "columns": [{"name": "confidence", "unit": "text"}, {"name": "suggested", "unit": "count"}, {"name": "accepted", "unit": "count"}],
    "rows": [["0.8 to 0.9", 214, 189], ["0.9 to 1.0", 512, 498]],
    "summary": [],
}


def figure(it: Figure) -> FigureOut:
    """A figure on the wire."""
    columns = [ColumnOut(name=c.name, unit=c.unit) for c in it.columns]
    summary = [SummaryOut(name=c.name, unit=c.unit, value=value) for c, value in it.summary]
    return FigureOut(figure=it.name, title=it.title, about=it.about, columns=columns, rows=[list(row) for row in it.rows], summary=summary)


def as_csv(it: Figure) -> str:
    """The table as CSV (RFC 4180), with a heading. Text that a spreadsheet would take for a formula is quoted by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([c.name for c in it.columns])
    writer.writerows([_safe(cell) for cell in row] for row in it.rows)
    return out.getvalue()


def field_names() -> frozenset[str]:
    """Every name of these requests that is ours."""
    return frozenset(_NAMES)


def _safe(cell: str | float | None) -> str | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
