"""The set of codes to bill, in order."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.code import CodeRef

MOST_POINTERS = 4


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A service with its modifiers, its units, and the diagnoses that support it, best first, at most MOST_POINTERS (CMS-1500 item 24E)."""

    ref: CodeRef
    modifiers: tuple[str, ...] = ()
    units: int = 1
    pointers: tuple[CodeRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Diagnoses in claim order, the first-listed or principal one first; procedures in their order."""

    diagnoses: tuple[CodeRef, ...] = ()
    procedures: tuple[ProcedureLine, ...] = ()
