"""Figures of the dashboards: one shape for plot, table, JSON and CSV, so that all four say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.encounter import Setting
from app.domain.errors import InvalidFilter

Cell = str | int | float | None


class FigureName(StrEnum):
    """What can be looked at."""

    THROUGHPUT = "throughput"
    EFFORT = "effort"
    ACCEPTANCE = "acceptance"
    BANDS = "bands"
    CALIBRATION = "calibration"
    BACKLOG = "backlog"
    AGREEMENT = "agreement"
    ACCURACY = "accuracy"
    ACCURACY_BY_CODE = "accuracy-by-code"
    ERRORS = "errors"


class Unit(StrEnum):
    """How the numbers of a column are meant. `share`: in [0, 1]. `score`: kappa, in [-1, 1]."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    NUMBER = "number"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column. `name` is the heading of the table and of the CSV."""

    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. `about` says in a sentence or two what is counted; `summary` are its most important numbers.

    Each row has as many cells as there are columns. None: nothing was counted or measured.
    """

    name: FigureName
    title: str
    about: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summary: tuple[tuple[FigureColumn, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """What a figure is of; None narrows nothing. Days are of finalising or judging, in UTC, from inclusive, before exclusive."""

    coder: str | None = None
    setting: Setting | None = None
    bundle: str | None = None
    day_from: date | None = None
    day_before: date | None = None

    def __post_init__(self) -> None:
        if self.day_from and self.day_before and self.day_from >= self.day_before:
            raise InvalidFilter("The time ends before it begins")

    def of_all_days(self) -> FigureFilter:
        """The same without a time."""
        return replace(self, day_from=None, day_before=None)
