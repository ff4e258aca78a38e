"""Samples and audited charts as they are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.audits.item import AuditedChart, AuditItem, ItemState
from app.domain.audits.judgement import Mark, Tally
from app.domain.audits.sample import ChartRule, Sample


@dataclass(frozen=True, slots=True)
class Drawable:
    """A finalised chart that can be drawn: its last version, and who finalised that."""

    chart_id: str
    version: int
    coder: str


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """A sample with the number of its charts in each state; `codes` and `agreed` count the marks of those that are judged."""

    sample: Sample
    states: dict[ItemState, int]
    codes: int
    agreed: int


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """A row of a sample or of a coder's list: no codes. `codes` and `agreed` are None before the judgement."""

    sample_id: str
    number: int
    chart_id: str
    external_id: str
    version: int
    coder: str
    auditor: str
    blind: bool
    state: ItemState
    judged_at: datetime | None
    codes: int | None
    agreed: int | None


class Audits(Protocol):
    """Samples, their charts, judgements and answers."""

    def drawable(self, rule: ChartRule, *, at: datetime, not_by: str, unaudited: bool) -> list[Drawable]:
        """Charts finalised before `at` and not re-opened before it, as the rule says, by others than `not_by`.

        `unaudited` leaves out those whose last version was drawn before. Ordered by id.
        """
        ...

    def add(self, sample: Sample, items: Sequence[AuditItem]) -> bool:
        """Keep a new sample with its charts; False, and nothing changed, where there is one of this id."""
        ...

    def exists(self, sample_id: str) -> bool:
        """True for a sample that is kept."""
        ...

    def waiting(self) -> Mapping[str, int]:
        """Auditor → charts that are not judged yet; those with none are left out."""
        ...

    def get(self, sample_id: str) -> SampleProgress:
        """Raises SampleNotFound."""
        ...

    def samples(self, *, auditor: str | None, limit: int, before: datetime | None = None) -> list[SampleProgress]:
        """Samples, the last drawn first; of one auditor where named."""
        ...

    def items(self, sample_id: str) -> list[ItemSummary]:
        """The charts of a sample by number."""
        ...

    def items_of(self, coder: str, states: frozenset[ItemState], *, limit: int) -> list[ItemSummary]:
        """Judged charts of a coder in these states, the last judged first."""
        ...

    def item(self, sample_id: str, number: int, *, to_change: bool = False) -> AuditItem:
        """One chart of a sample; `to_change` keeps others from changing it until this unit of work ends. Raises SampleNotFound."""
        ...

    def save(self, before: AuditItem, after: AuditItem, marks: Sequence[Mark] = (), counts: Tally | None = None) -> AuditItem:
        """Keep what `after` has more than `before`; the item with its next revision. Raises StaleWrite.

        `marks` are those of the judgement that holds and `counts` how coder and auditor agree; nothing before there is one.
        """
        ...

    def blind_for(self, auditor: str, chart_id: str) -> bool:
        """True while the auditor has this chart to code blind."""
        ...

    def blind_among(self, auditor: str, chart_ids: Collection[str]) -> set[str]:
        """Those of the charts that the auditor has to code blind."""
        ...

    def judged_since(self, since: datetime | None) -> int:
        """How many charts of random samples were judged after that."""
        ...

    def judgements(self, *, random_only: bool = False, since: datetime | None = None) -> list[AuditedChart]:
        """Every judged chart with the judgement that holds, by time of the judgement; of one chart and version the last one judged.

        `random_only`: charts of random samples, the only ones that stand for all charts.
        """
        ...
