"""What a coder says of codes: verdicts, each a decision with author and time. Decisions are only ever added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.code import CodeRef
from app.domain.errors import InvalidDecision
from app.domain.note import TextSpan

_MODIFIER = re.compile(r"[A-Z0-9]{2}")
MOST_MODIFIERS, MOST_POINTERS, MOST_UNITS = 4, 4, 999
"""Places of a service line of the CMS-1500 (items 24D, 24E, 24G)."""


class RejectReason(StrEnum):
    """Why a suggested code is wrong; the order is that of the digits that coders press."""

    NOT_DOCUMENTED = "not_documented"
    RULED_OUT = "ruled_out"
    HISTORY_ONLY = "history_only"
    WRONG_CODE = "wrong_code"
    NOT_SPECIFIC = "not_specific"
    INTEGRAL = "integral"
    NOT_TREATED = "not_treated"
    NOT_PERFORMED = "not_performed"
    OTHER = "other"


ABOUT_THE_CHART = frozenset(
    {RejectReason.RULED_OUT, RejectReason.HISTORY_ONLY, RejectReason.INTEGRAL, RejectReason.NOT_TREATED, RejectReason.NOT_PERFORMED}
)
"""Reasons that leave the words their meaning: they do mean the code, which is not coded here for another reason."""


@dataclass(frozen=True, slots=True, order=True)
class NoteSpan:
    """Words of one version of one note of the chart."""

    note: int
    version: int
    span: TextSpan


@dataclass(frozen=True, slots=True)
class Accept:
    """The code is right."""

    ref: CodeRef


@dataclass(frozen=True, slots=True)
class Reject:
    """The code is wrong, and why."""

    ref: CodeRef
    reason: RejectReason
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """Another code is right for the same words."""

    ref: CodeRef
    by: CodeRef
    display: str


@dataclass(frozen=True, slots=True)
class Add:
    """A code that was not suggested, with the words that the coder selected for it."""

    ref: CodeRef
    display: str
    words: tuple[NoteSpan, ...]


@dataclass(frozen=True, slots=True)
class Reorder:
    """The order on the claim; codes not named follow in their old order."""

    refs: tuple[CodeRef, ...]

    def __post_init__(self) -> None:
        if len(set(self.refs)) != len(self.refs):
            raise InvalidDecision("A code stands twice in the order: name each once")


@dataclass(frozen=True, slots=True)
class Modify:
    """Modifiers and units of a service."""

    ref: CodeRef
    modifiers: tuple[str, ...]
    units: int = 1

    def __post_init__(self) -> None:
        if len(self.modifiers) > MOST_MODIFIERS or len(set(self.modifiers)) != len(self.modifiers):
            raise InvalidDecision(f"A service line takes at most {MOST_MODIFIERS} modifiers, each once")
        if not all(_MODIFIER.fullmatch(m) for m in self.modifiers):
            raise InvalidDecision("A modifier has two characters, capital letters or digits, as in 25 or RT")
        if not 1 <= self.units <= MOST_UNITS:
            raise InvalidDecision(f"Units are 1 to {MOST_UNITS}")


@dataclass(frozen=True, slots=True)
class Point:
    """The diagnoses that support a service, the most important first."""

    ref: CodeRef
    diagnoses: tuple[CodeRef, ...]

    def __post_init__(self) -> None:
        if len(self.diagnoses) > MOST_POINTERS or len(set(self.diagnoses)) != len(self.diagnoses):
            raise InvalidDecision(f"A service line points to at most {MOST_POINTERS} diagnoses, each once")


@dataclass(frozen=True, slots=True)
class Undo:
    """An earlier decision of the same version of the review does not count; undoing an undo brings it back."""

    sequence: int


Verdict = Accept | Reject | Replace | Add | Reorder | Modify | Point | Undo


@dataclass(frozen=True, slots=True)
class Decision:
    """`sequence` counts from 1 over the whole chart; `version` is that of the review; `by` is the id of who decided."""

    sequence: int
    version: int
    by: str
    at: datetime
    verdict: Verdict


def unvoided(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that no standing Undo takes back, the undoings among them, in order."""
    void: set[int] = set()
    kept: list[Decision] = []
    for decision in reversed(decisions):
        if decision.sequence in void:
            continue
        kept.append(decision)
        if isinstance(decision.verdict, Undo):
            void.add(decision.verdict.sequence)
    return kept[::-1]


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions on codes that count, in order."""
    return [d for d in unvoided(decisions) if not isinstance(d.verdict, Undo)]
