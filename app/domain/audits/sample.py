"""Samples: which finalised charts are looked at again, drawn so that anyone can draw the same again."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from app.domain.audits.errors import InvalidAudit
from app.domain.encounter import Setting

MOST_ITEMS = 1000
_WITHIN_TIME = frozenset({"finalized_from", "finalized_before"})
_TELLING = ("code", "least_confidence", "most_confidence")


class SampleKind(StrEnum):
    """`random`: of all finalised charts of a time, so that what is found holds for all of them. `rule`: of charts that a rule picks."""

    RANDOM = "random"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class ChartRule:
    """Which finalised charts. None and empty narrow nothing.

    `coder`: id of who finalised. `code`: a billed code begins with it, so that `E11` is a family. `least_confidence` and
    `most_confidence`: a billed code was suggested with a confidence in [least, most]. `overridden`: blocking findings were set
    aside. `bundle`: id of the bundle that suggested. Times are of finalising, from inclusive, before exclusive.
    """

    coder: str | None = None
    settings: frozenset[Setting] = frozenset()
    code: str = ""
    least_confidence: float | None = None
    most_confidence: float | None = None
    overridden: bool | None = None
    bundle: str | None = None
    finalized_from: datetime | None = None
    finalized_before: datetime | None = None

    def __post_init__(self) -> None:
        least, most = self.confidences()
        if not 0 <= least <= most <= 1:
            raise InvalidAudit("A band of confidence runs from its least to its most, both in [0, 1]")
        if self.finalized_from and self.finalized_before and self.finalized_from >= self.finalized_before:
            raise InvalidAudit("The time ends before it begins")

    def confidences(self) -> tuple[float, float]:
        """The band, [0, 1] where none is given."""
        return (self.least_confidence or 0.0, 1.0 if self.most_confidence is None else self.most_confidence)

    @property
    def by_confidence(self) -> bool:
        """True when a band is given."""
        return self.least_confidence is not None or self.most_confidence is not None

    def narrows(self) -> frozenset[str]:
        """Names of the fields that narrow."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) not in (None, "", frozenset()))


@dataclass(frozen=True, slots=True)
class Size:
    """How many: `charts`, or a `share` in (0, 1] of all that could be drawn. Raises InvalidAudit."""

    charts: int | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if (self.charts is None) == (self.share is None):
            raise InvalidAudit("Say how many charts, or which share of them: one of the two")
        if self.charts is not None and not 1 <= self.charts <= MOST_ITEMS:
            raise InvalidAudit(f"A sample holds 1 to {MOST_ITEMS} charts")
        if self.share is not None and not 0 < self.share <= 1:
            raise InvalidAudit("A share is above 0 and at most 1")

    def of(self, population: int) -> int:
        """The number of charts to draw; shares are rounded up. Raises InvalidAudit for more than a sample may hold."""
        wanted = self.charts if self.charts is not None else math.ceil((self.share or 0.0) * population - 1e-9)
        if min(wanted, population) > MOST_ITEMS:
            raise InvalidAudit(f"That share would be {wanted:,} charts and a sample holds {MOST_ITEMS}: narrow the time or take a smaller share")
        return min(wanted, population)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn; it never changes. `population` is the number of charts that could have been drawn.

    `digest` is the SHA-256 over their ids in order, so that a later draw can show that it was over the same charts. `by` drew it
    and `auditor` judges it, both ids of users.
    """

    id: str
    name: str
    kind: SampleKind
    rule: ChartRule
    size: Size
    blind: bool
    auditor: str
    by: str
    drawn_at: datetime
    seed: str
    population: int
    digest: str

    def __post_init__(self) -> None:
        beyond = self.rule.narrows() - _WITHIN_TIME
        if self.kind is SampleKind.RANDOM and beyond:
            raise InvalidAudit("A random sample is of all charts of a time: a sample by coder, setting, code or confidence is one by rule")
        if self.kind is SampleKind.RULE and not beyond:
            raise InvalidAudit("A sample by rule needs a rule: a coder, a setting, a code, a band of confidence, a bundle or the override")
        if self.blind and beyond.intersection(_TELLING):
            raise InvalidAudit("A rule on codes or confidence tells the auditor what was coded: such a sample can't be blind")


def draw(chart_ids: Collection[str], count: int, seed: str) -> tuple[str, ...]:
    """`count` of the charts: those with the lowest SHA-256 of `seed:id`, in that order.

    Every set of `count` charts is as likely as any other for a seed that nobody chose, whatever order the ids come in; and
    anyone can do it again with nothing but a hash function.
    """
    return tuple(sorted(set(chart_ids), key=lambda i: hashlib.sha256(f"{seed}:{i}".encode()).digest())[:count])


def digest_of(chart_ids: Collection[str]) -> str:
    """SHA-256 over the ids in order, one a line."""
    return hashlib.sha256("\n".join(sorted(set(chart_ids))).encode()).hexdigest()
