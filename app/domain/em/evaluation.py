"""The level of a visit, in a form that a coder can check: elements, time, the code they support, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.code import CodeRef, CodeSystem
from app.domain.em.facts import DocumentedTime, Support
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import Level
from app.domain.note import TextSpan


def visit_ref(code: str) -> CodeRef:
    """The code of a visit as CPT, or as HCPCS where it begins with a letter."""
    return CodeRef(CodeSystem.CPT if code[0].isdigit() else CodeSystem.HCPCS, code)


class Element(StrEnum):
    """The three elements of medical decision making."""

    PROBLEMS = "problems"
    DATA = "data"
    RISK = "risk"


class Basis(StrEnum):
    """What the code rests on. `service`: the kind of service has one code, or one by age. `insufficient`: no code."""

    STATED = "stated"
    DECISIONS = "decision_making"
    TIME = "time"
    SERVICE = "service"
    INSUFFICIENT = "insufficient"


_BASES = {
    Basis.STATED: "as the note states",
    Basis.DECISIONS: "by medical decision making",
    Basis.TIME: "by total time",
    Basis.SERVICE: "by the kind of service",
    Basis.INSUFFICIENT: "not supported",
}


@dataclass(frozen=True, slots=True)
class MdmElement:
    """One row of the element table: the level reached, and what counts towards it."""

    element: Element
    level: Level
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A code with units and modifiers, and why it is there."""

    ref: CodeRef
    why: str
    units: int = 1
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationManagement:
    """The visit of a note.

    `elements` are problems, data and risk in this order. `decisions` is the level two of them reach, `decisions_code` and
    `time_code` what each would give alone ("" for none). `code` is None when the note is insufficient; `missing` then says
    what it lacks. `further` are codes beside it (prolonged service, a second visit that the note states). `neighbours` are
    other levels, nearest first; `payers` what Medicare wants in place of `code`. `remarks` are for the coder to check.
    """

    family: VisitFamily | None
    family_words: tuple[TextSpan, ...]
    status: PatientStatus
    status_words: tuple[TextSpan, ...]
    elements: tuple[MdmElement, ...]
    decisions: Level
    decisions_code: str
    time: DocumentedTime | None
    time_code: str
    basis: Basis
    code: CodeRef | None
    modifiers: tuple[str, ...] = ()
    evidence: tuple[TextSpan, ...] = ()
    further: tuple[VisitLine, ...] = ()
    neighbours: tuple[CodeRef, ...] = ()
    payers: tuple[VisitLine, ...] = ()
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def line(self, ref: CodeRef) -> VisitLine | None:
        """The line of a code of the visit, with the reason for it; None for any other code."""
        if ref == self.code:
            return VisitLine(ref, f"visit level {_BASES[self.basis]}", modifiers=self.modifiers)
        return next((line for line in self.further if line.ref == ref), None)

    @property
    def codes(self) -> tuple[CodeRef, ...]:
        """The code and those beside it."""
        return () if self.code is None else (self.code, *(line.ref for line in self.further))
