"""What an auditor says of a chart: the right codes, and an error with category and grade for every difference; and the score of that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from app.domain.audits.difference import OF_BOTH, PAIRED, ErrorCategory, Grade, differences
from app.domain.audits.errors import InvalidAudit
from app.domain.audits.lines import AuditedLine, check_lines, in_claim_order
from app.domain.code import CodeRef

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuditError:
    """An error of the coder. `ref`: the coder's code, for `missed` and `first_listed` the auditor's; `instead`: the auditor's code of a pair."""

    ref: CodeRef
    category: ErrorCategory
    grade: Grade
    instead: CodeRef | None = None
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the auditor made of the chart: `lines` are the right codes in claim order, `errors` what was wrong."""

    by: str
    at: datetime
    lines: tuple[AuditedLine, ...]
    errors: tuple[AuditError, ...]
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """One code of an audited chart: right, or the category and grade of its worst error. A pair of codes is one mark, of the coder's code."""

    ref: CodeRef
    agreed: bool
    category: ErrorCategory | None = None
    grade: Grade | None = None


_WORST = (Grade.MINOR, Grade.MAJOR, Grade.CRITICAL)


def judged(
    coder: Sequence[AuditedLine], lines: Sequence[AuditedLine], errors: Sequence[AuditError], by: str, at: datetime, comment: str
) -> Judgement:
    """The judgement. Raises InvalidAudit unless every difference between the codes has its error and no other error is named."""
    check_lines(lines)
    ordered = in_claim_order(lines)
    check_errors(coder, ordered, errors)
    return Judgement(by, at, ordered, tuple(errors), comment)


def check_errors(coder: Sequence[AuditedLine], lines: Sequence[AuditedLine], errors: Sequence[AuditError]) -> None:
    """Raise InvalidAudit where errors and differences are not the same."""
    mine, theirs = {line.ref for line in coder}, {line.ref for line in lines}
    for error in errors:
        if (error.category in PAIRED) != (error.instead is not None):
            raise InvalidAudit(f"{error.ref.code}: wrong_code, specificity and visit_level name the code in its place, and no other category does")
    whole = [e.ref for e in errors if e.category not in OF_BOTH and e.category is not ErrorCategory.MISSED]
    new = [e.ref for e in errors if e.category is ErrorCategory.MISSED] + [e.instead for e in errors if e.instead is not None]
    _same(whole, mine - theirs, "is not among the auditor's codes: say what is wrong with it", "has no error: it is right, or was not coded")
    _same(
        new, theirs - mine, "is the auditor's alone: say that it was missed or what it stands for", "was coded, or is not among the auditor's codes"
    )
    both = {(d.ref, d.category) for d in differences(coder, lines) if d.category in OF_BOTH}
    named = [(e.ref, e.category) for e in errors if e.category in OF_BOTH]
    wrong = sorted(both.symmetric_difference(named)) or _repeated(named)
    if wrong:
        ref, category = wrong[0]
        raise InvalidAudit(f"{ref.code}: {category.value} does not agree with the codes: name it once, where coder and auditor differ in it")


def score(coder: Sequence[AuditedLine], judgement: Judgement) -> tuple[Mark, ...]:
    """One mark for each code that coder or auditor have; `first_listed` spoils the mark of the code that should be first."""
    worst: dict[CodeRef, AuditError] = {}
    for error in judgement.errors:
        known = worst.get(error.ref)
        if known is None or _WORST.index(error.grade) > _WORST.index(known.grade):
            worst[error.ref] = error
    missed = [e.ref for e in judgement.errors if e.category is ErrorCategory.MISSED]
    refs = [*(line.ref for line in coder), *missed]
    return tuple(
        Mark(ref, agreed=False, category=worst[ref].category, grade=worst[ref].grade) if ref in worst else Mark(ref, agreed=True) for ref in refs
    )


class Tally(NamedTuple):
    """Codes of a chart as coder and auditor bill them. `neither`: codes that were weighed, and are on no list."""

    both: int
    only_coder: int
    only_auditor: int
    neither: int


def tally(coder: Sequence[AuditedLine], auditor: Sequence[AuditedLine], weighed: Collection[CodeRef]) -> Tally:
    """Over the codes that either has or that were `weighed` on the chart."""
    mine, theirs = {line.ref for line in coder}, {line.ref for line in auditor}
    return Tally(len(mine & theirs), len(mine - theirs), len(theirs - mine), len(set(weighed) - mine - theirs))


def _same(named: Sequence[CodeRef], wanted: Collection[CodeRef], lacking: str, beyond: str) -> None:
    for ref in wanted:
        if ref not in named:
            raise InvalidAudit(f"{ref.code} {lacking}")
    for ref in named:
        if ref not in wanted:
            raise InvalidAudit(f"{ref.code} {beyond}")
    if repeated := _repeated(named):
        raise InvalidAudit(f"{repeated[0].code} has two errors of which only one can be: name one")


def _repeated(named: Sequence[T]) -> list[T]:
    return [item for i, item in enumerate(named) if item in named[:i]]
