"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.domain.code import Code
from app.domain.encounter import Encounter
from app.domain.suggestion import Status, Suggestion


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's word on one code: the hardest status it may still have, and why."""

    rule: str
    status: Status
    reason: str


class Rule(Protocol):
    """Looks at one suggestion in its encounter; never raises for a clinical reason."""

    id: str
    citation: str

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:
        """A ruling, or None when the rule has nothing to say."""
        ...
