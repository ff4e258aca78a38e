"""Public cases of a rule: notes and codes on which it speaks, and on which it keeps quiet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.code import CodeRef
from app.domain.encounter import ANYWHERE, Encounter
from app.domain.note import ClinicalNote


class Expectation(StrEnum):
    """`fail`: the rule has something to say; `pass`: it has not."""

    PASS = "pass"  # noqa: S105  a verdict, no password
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CaseCode:
    """A code on the claim, with the modifiers it is billed with."""

    ref: CodeRef
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleCase:
    """What a rule is shown and what it must say. `codes` are in claim order; `line` is where the case stands in its file.

    `finding`: words that a message of the rule must hold, "" for any; `repaired`: the codes after the rule's repair, in any
    order, none where they are not told. `seen`: codes that were weighed and are not on the claim.
    """

    rule: str
    teaches: str
    expect: Expectation
    codes: tuple[CaseCode, ...]
    encounter: Encounter = ANYWHERE
    note: ClinicalNote | None = None
    finding: str = ""
    repaired: tuple[CodeRef, ...] = ()
    seen: tuple[CaseCode, ...] = ()
    file: str = ""
    line: int = 0
