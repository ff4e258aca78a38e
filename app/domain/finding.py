"""What a rule has to say, and what it proposes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.code import CodeRef
from app.domain.note import TextSpan
from app.domain.query_kind import QueryKind


class Severity(StrEnum):
    """How hard a finding is; only `block` keeps an encounter from being finalised."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Check(StrEnum):
    """`found`: the rule looked and has something to say. `not_checked`: it had no data to look at, which is not a pass."""

    FOUND = "found"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of the claim: codes to take off, codes to put on, and the order that those named in `order` should have.

    A replacement takes one off and puts another on. `one_of`: these exclude each other, keep the set worth most;
    `prefer` names the one that the rule leans to. `modify`: services and the modifier that each gets.
    `stated`: what the rule knows suffices, so that composing a claim may do it unasked; else a person decides.
    `confidence`: the share of codes so put on that are right, in [0, 1]; a code that is put on has no less.
    """

    remove: tuple[CodeRef, ...] = ()
    add: tuple[CodeRef, ...] = ()
    order: tuple[CodeRef, ...] = ()
    one_of: tuple[CodeRef, ...] = ()
    prefer: CodeRef | None = None
    modify: tuple[tuple[CodeRef, str], ...] = ()
    stated: bool = False
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The codes concerned, one sentence, the paragraph it rests on, the words of the note behind it, and a repair where there is one.

    `query`: what a physician could be asked for, where only the record's author can settle it.
    """

    rule: str
    severity: Severity
    codes: tuple[CodeRef, ...]
    message: str
    citation: str
    evidence: tuple[TextSpan, ...] = ()
    repair: Repair | None = None
    query: QueryKind | None = None
    check: Check = Check.FOUND
