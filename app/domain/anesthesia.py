"""The anesthesiologist's services: which goes with an operation, and which note may carry them.

A record of anesthesia bills the anesthesia service and not the operation; the surgeon's note the reverse (CPT, anesthesia guidelines;
Medicare Claims Processing Manual, chapter 12, section 50).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.code import CodeRef, CodeSystem

RECORD, MINUTES, STATUS = "anesthesia record", "anesthesia minutes", "physical status"
"""Details of a note: that it is a record of anesthesia, its time in minutes, and the physical status (P1 to P6)."""
_SERVICES = ("00100", "01999")


def is_anesthesia(ref: CodeRef) -> bool:
    """True for CPT 00100 to 01999."""
    return ref.system is CodeSystem.CPT and _SERVICES[0] <= ref.code <= _SERVICES[1]


class Covered(NamedTuple):
    """Operations from `first` to `last`, codes of one system, and the anesthesia service for them."""

    first: CodeRef
    last: CodeRef
    anesthesia: CodeRef

    @property
    def width(self) -> int:
        """How many numbers the range spans."""
        return int(self.last.code[1:]) - int(self.first.code[1:]) + 10_000 * (ord(self.last.code[0]) - ord(self.first.code[0]))

    def holds(self, ref: CodeRef) -> bool:
        """True for an operation of the range."""
        return ref.system is self.first.system and self.first.code <= ref.code <= self.last.code


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Operation → anesthesia service."""

    ranges: Sequence[Covered] = ()

    def of(self, ref: CodeRef) -> CodeRef | None:
        """The service for an operation, by the narrowest range that holds it; None where there is none."""
        narrowest = min((c for c in self.ranges if c.holds(ref)), key=lambda c: c.width, default=None)
        return None if narrowest is None else narrowest.anesthesia
