"""Drafts of charts of which the right codes are known, because a person judged them and they were chosen at random."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.code import CodeRef
from app.domain.encounter import Setting


@dataclass(frozen=True, slots=True)
class AuditedCode:
    """A code as it was suggested, with its confidence in [0, 1], and whether the audited codes hold it."""

    ref: CodeRef
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class AuditedDraft:
    """What was suggested for a chart, and what was right.

    `codes`: those suggested, by the bundle that was active when the chart came in, which therefore never learned from it.
    `missed`: codes that are right and were not suggested. `waiting`: the highest confidence among candidates that were not
    suggested, 0 where there is none. `person`: charts of one patient have the same, and depend on one another; "" for a chart by itself.
    """

    id: str
    setting: Setting
    at: datetime
    codes: tuple[AuditedCode, ...]
    missed: tuple[CodeRef, ...] = ()
    waiting: float = 0.0
    person: str = ""

    @property
    def unit(self) -> str:
        """What counts once."""
        return self.person or self.id


def digest_of(charts: Iterable[AuditedDraft]) -> str:
    """SHA-256 over the ids of the charts: which charts a certificate rests on can be checked later."""
    return hashlib.sha256("\n".join(sorted(chart.id for chart in charts)).encode()).hexdigest()
