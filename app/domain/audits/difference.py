"""Where the codes of coder and auditor differ, and which error each difference can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.audits.lines import AuditedLine
from app.domain.code import CodeRef, CodeSystem
from app.domain.em.families import FAMILY_OF_CODE


class ErrorCategory(StrEnum):
    """What is wrong with a code."""

    UNSUPPORTED = "unsupported"
    WRONG_CODE = "wrong_code"
    SPECIFICITY = "specificity"
    VISIT_LEVEL = "visit_level"
    MISSED = "missed"
    MODIFIER = "modifier"
    UNITS = "units"
    POINTER = "pointer"
    FIRST_LISTED = "first_listed"


class Grade(StrEnum):
    """How much an error matters. `minor`: the claim says the same; `major`: something else; `critical`: what the record contradicts."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


PAIRED = frozenset({ErrorCategory.WRONG_CODE, ErrorCategory.SPECIFICITY, ErrorCategory.VISIT_LEVEL})
"""Errors of two codes: the coder's, and the auditor's in its place."""
OF_BOTH = frozenset({ErrorCategory.MODIFIER, ErrorCategory.UNITS, ErrorCategory.POINTER, ErrorCategory.FIRST_LISTED})
"""Errors of a code that both have."""
_USUAL = {
    ErrorCategory.UNSUPPORTED: Grade.CRITICAL,
    ErrorCategory.MODIFIER: Grade.MAJOR,
    ErrorCategory.UNITS: Grade.MAJOR,
    ErrorCategory.POINTER: Grade.MINOR,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A proposed error. `ref`: the coder's code, or for `missed` and `first_listed` the auditor's. `instead`: the auditor's code, for a pair."""

    ref: CodeRef
    category: ErrorCategory
    instead: CodeRef | None = None

    @property
    def grade(self) -> Grade:
        """What such an error usually amounts to; the auditor decides."""
        return _USUAL.get(self.category, Grade.MAJOR)


def differences(coder: Sequence[AuditedLine], auditor: Sequence[AuditedLine]) -> tuple[Difference, ...]:
    """All differences, each as the error that it most likely is: codes close to each other as pairs, in the coder's order, missed codes last."""
    mine, theirs = {line.ref: line for line in coder}, {line.ref: line for line in auditor}
    missed = [ref for ref in theirs if ref not in mine]
    found: list[Difference] = []
    for ref, line in mine.items():
        if ref in theirs:
            found += _of_both(line, theirs[ref])
            continue
        instead = max(missed, key=lambda other: _nearness(ref, other), default=None)
        if instead is not None and _nearness(ref, instead) > 0:
            missed.remove(instead)
            found.append(Difference(ref, _paired(ref, instead), instead))
        else:
            found.append(Difference(ref, ErrorCategory.UNSUPPORTED))
    first = first_listed(coder, auditor)
    if first is not None:
        found.append(Difference(first, ErrorCategory.FIRST_LISTED))
    return (*found, *(Difference(ref, ErrorCategory.MISSED) for ref in missed))


def first_listed(coder: Sequence[AuditedLine], auditor: Sequence[AuditedLine]) -> CodeRef | None:
    """The auditor's first diagnosis of those that both have, where the coder's is another."""
    both = {line.ref for line in coder} & {line.ref for line in auditor}
    first_of = [next((line.ref for line in lines if line.ref in both and not line.procedure), None) for lines in (coder, auditor)]
    return first_of[1] if first_of[0] != first_of[1] else None


def _of_both(mine: AuditedLine, other: AuditedLine) -> list[Difference]:
    found = []
    if set(mine.modifiers) != set(other.modifiers):
        found.append(ErrorCategory.MODIFIER)
    if mine.units != other.units:
        found.append(ErrorCategory.UNITS)
    if mine.pointers != other.pointers:
        found.append(ErrorCategory.POINTER)
    return [Difference(mine.ref, category) for category in found]


def _is_visit(ref: CodeRef) -> bool:
    return ref.code in FAMILY_OF_CODE


def _nearness(mine: CodeRef, other: CodeRef) -> int:
    """0 for codes that have nothing to do with each other; ICD-10-CM codes of one category and visits belong together."""
    if mine.system is not other.system:
        return 0
    if _is_visit(mine) and _is_visit(other):
        return 10
    shared = next((i for i, (a, b) in enumerate(zip(mine.code, other.code, strict=False)) if a != b), min(len(mine.code), len(other.code)))
    return shared if shared >= 3 else 0


def _paired(mine: CodeRef, other: CodeRef) -> ErrorCategory:
    if _is_visit(mine) and _is_visit(other):
        return ErrorCategory.VISIT_LEVEL
    # Codes for what is unspecified end in 0 or 9.
    nested = other.code.startswith(mine.code.rstrip("09")) or mine.code.startswith(other.code.rstrip("09"))
    return ErrorCategory.SPECIFICITY if nested and mine.system is CodeSystem.ICD10CM else ErrorCategory.WRONG_CODE
