"""The codes of an audited chart, whoever chose them: the coder, or the auditor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audits.errors import InvalidAudit
from app.domain.code import PROCEDURE_SYSTEMS, CodeRef
from app.domain.coding import ChartLine
from app.domain.review import Modify, NoteSpan, Point


@dataclass(frozen=True, slots=True)
class AuditedLine:
    """A code of the claim, with the words that support it where they are known. Raises InvalidDecision for a line that no claim could hold."""

    ref: CodeRef
    display: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    pointers: tuple[CodeRef, ...] = ()
    words: tuple[NoteSpan, ...] = ()

    def __post_init__(self) -> None:
        Modify(self.ref, self.modifiers, self.units)
        Point(self.ref, self.pointers)

    @property
    def procedure(self) -> bool:
        """True for a service line."""
        return self.ref.system in PROCEDURE_SYSTEMS


def audited(line: ChartLine) -> AuditedLine:
    """A finalised code as an auditor sees it."""
    return AuditedLine(line.ref, line.display, line.modifiers, line.units, line.pointers, line.evidence)


def check_lines(lines: Sequence[AuditedLine]) -> None:
    """Raise InvalidAudit for lines that can't stand on one claim."""
    refs = [line.ref for line in lines]
    if len(set(refs)) != len(refs):
        raise InvalidAudit("A code stands twice: name each once, with its units")
    diagnoses = {line.ref for line in lines if not line.procedure}
    for line in lines:
        if not line.procedure and (line.modifiers or line.units != 1 or line.pointers):
            raise InvalidAudit(f"{line.ref.code} is a diagnosis: modifiers, units and pointers belong to services")
        if not diagnoses.issuperset(line.pointers):
            raise InvalidAudit(f"{line.ref.code} points to a diagnosis that is not among the codes")


def in_claim_order(lines: Sequence[AuditedLine]) -> tuple[AuditedLine, ...]:
    """Diagnoses before services, each in the order given."""
    return tuple(sorted(lines, key=lambda line: line.procedure))
