"""Charts as they are kept, and the worklist over them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.chart import Chart, ChartStatus
from app.domain.code import CodeRef
from app.domain.encounter import Setting

NOBODY = "nobody"
"""As assignee of a filter: charts that nobody is assigned to."""


class Order(StrEnum):
    """Order of a worklist: most worth reviewing first, or longest waiting first; ties by id."""

    PRIORITY = "priority"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What a worklist holds; None and empty narrow nothing. `visible_to`: only charts assigned to this user or to nobody."""

    statuses: frozenset[ChartStatus] = frozenset()
    settings: frozenset[Setting] = frozenset()
    assignee: str | None = None
    source: str | None = None
    visible_to: str | None = None
    received_before: datetime | None = None
    received_from: datetime | None = None
    min_priority: float | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the value that the order goes by, and the id."""

    value: float | datetime
    id: str


@dataclass(frozen=True, slots=True)
class ChartSummary:
    """A row of the worklist. No words of a note."""

    id: str
    external_id: str
    received_at: datetime
    setting: Setting
    status: ChartStatus
    priority: float
    random_slice: bool
    version: int
    revision: int
    assignee: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    priority_reasons: tuple[str, ...] = ()


class Charts(Protocol):
    """The charts."""

    def add(self, chart: Chart) -> None:
        """Keep a new chart."""
        ...

    def get(self, chart_id: str, *, to_change: bool = False) -> Chart:
        """The chart; `to_change` keeps others from changing it until this unit of work ends. Raises ChartNotFound."""
        ...

    def save(self, before: Chart, after: Chart) -> Chart:
        """Keep what `after` has more than `before`; the chart with its next revision. Raises StaleWrite."""
        ...

    def page(self, wanted: WorklistFilter, order: Order, *, after: Position | None, limit: int) -> list[ChartSummary]:
        """At most `limit` rows behind `after`."""
        ...

    def counts(self, wanted: WorklistFilter) -> Mapping[ChartStatus, int]:
        """Status → number of charts; statuses without any are left out."""
        ...

    def times_finalized(self, refs: Collection[CodeRef]) -> Mapping[CodeRef, int]:
        """Code → number of finalised sets that hold it; codes without any are left out."""
        ...

    def finalized_ids(self, *, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        """Ids of the charts that are finalised, whose last finalised set is of [since, until), the latest first."""
        ...

    def to_purge(self, received_before: datetime) -> list[str]:
        """Ids of finalised charts received before, whose notes still have text."""
        ...

    def erase_texts(self, chart_id: str) -> int:
        """Erase the text of all notes and queries of a chart; how many notes had one. Raises ChartNotFound."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """An Idempotency-Key that was used: by whom, for which request, and the chart it made."""

    actor: str
    key: str
    digest: str
    chart_id: str


class Receipts(Protocol):
    """Idempotency keys that were used."""

    def put(self, receipt: Receipt) -> Receipt:
        """Keep a receipt; the one already there when the key was used before."""
        ...

    def find(self, actor: str, key: str) -> Receipt | None:
        """The receipt of a key."""
        ...
