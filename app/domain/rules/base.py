"""What rules are: those that judge one code by the words behind it, and those that look at the whole set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from app.domain.code import Code
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import Encounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.note import TextSpan
from app.domain.query_kind import QueryKind
from app.domain.suggestion import Status, Suggestion


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's word on one code: the hardest status it may still have, and why."""

    rule: str
    status: Status
    reason: str


@runtime_checkable
class CodeRule(Protocol):
    """Judges one suggestion in its encounter by the words behind it; never raises for a clinical reason.

    `of_words`: looks at nothing but what the note asserts by its cues, and has nothing to say where there are none.
    """

    id: str
    citation: str
    of_words: bool

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:
        """A ruling, or None when the rule has nothing to say."""
        ...


class Data(StrEnum):
    """What a rule of the claim may need to know. Without it, the rule is reported as not checked."""

    NOTE = "note"
    SETTING = "setting"
    SEX = "sex"
    AGE = "age"
    SERVICE_DATE = "service_date"


def found(
    rule: ClaimRule,
    severity: Severity,
    lines: Sequence[CodedLine],
    message: str,
    *,
    repair: Repair | None = None,
    query: QueryKind | None = None,
    evidence: Sequence[TextSpan] = (),
) -> Finding:
    """A finding of a rule on lines of the claim, with the best evidence of each before any other that is given."""
    spans = dict.fromkeys((*(line.evidence[0].span for line in lines if line.evidence), *evidence))
    return Finding(rule.id, severity, tuple(line.ref for line in lines), message, rule.citation, tuple(spans), repair, query)


class ClaimRule(Protocol):
    """Looks at all codes of an encounter together; pure, and never raises for a clinical reason.

    The first paragraph of its docstring says what it does, with the paragraph of the guideline. `needs` lists the data
    without which it can't look.
    """

    id: str
    citation: str
    needs: frozenset[Data]

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """Findings; none when all is well. Only rules of order look at the order of the lines."""
        ...


AnyRule = CodeRule | ClaimRule
