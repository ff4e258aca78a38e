"""From suggestions and decisions to the codes of a claim: a pure fold, the same whenever it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.code import PROCEDURE_SYSTEMS, CodeRef
from app.domain.errors import InvalidDecision
from app.domain.review import (
    Accept,
    Add,
    Decision,
    Modify,
    NoteSpan,
    Point,
    Reject,
    RejectReason,
    Reorder,
    Replace,
    Undo,
    Verdict,
    standing,
    unvoided,
)
from app.domain.suggestion import Alternative, AutoMark, CodingDraft, Status, Suggestion


class LineState(StrEnum):
    """What was decided of a code. `open`: nothing yet."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Where a code comes from: the status of its suggestion, or a coder."""

    SUGGESTED = "suggested"
    CANDIDATE = "candidate"
    SUPPRESSED = "suppressed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A code of the chart. `confidence` is None for a code that nobody suggested; `replaces` names the code it stands for."""

    ref: CodeRef
    display: str
    origin: Origin
    state: LineState
    confidence: float | None
    evidence: tuple[NoteSpan, ...]
    alternatives: tuple[Alternative, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: int = 1
    pointers: tuple[CodeRef, ...] = ()
    reject_reason: RejectReason | None = None
    replaced_by: CodeRef | None = None
    replaces: CodeRef | None = None
    rule: str = ""
    reason: str = ""
    auto: AutoMark | None = None

    @property
    def procedure(self) -> bool:
        """True for a service line of the claim."""
        return self.ref.system in PROCEDURE_SYSTEMS


@dataclass(frozen=True, slots=True)
class Coding:
    """All codes of a chart: first those to bill in claim order, then the rest as suggested."""

    lines: tuple[ChartLine, ...]

    def find(self, ref: CodeRef) -> ChartLine | None:
        """The line of a code."""
        return next((line for line in self.lines if line.ref == ref), None)

    def to_bill(self) -> tuple[ChartLine, ...]:
        """The accepted codes in claim order."""
        return tuple(line for line in self.lines if line.state is LineState.ACCEPTED)

    def undecided(self) -> tuple[ChartLine, ...]:
        """Suggested codes of which nobody said yes or no: silence is not consent."""
        return tuple(line for line in self.lines if line.state is LineState.OPEN and line.origin is Origin.SUGGESTED)


_HARDNESS = {Status.SUGGESTED: 0, Status.CANDIDATE: 1, Status.SUPPRESSED: 2}
Drafted = tuple[int, int, CodingDraft, bool]


def coding_of(drafts: Iterable[Drafted], decisions: tuple[Decision, ...]) -> Coding:
    """The coding; `drafts` as (note, version, draft, whether the note's current version)."""
    # Codes of a superseded note stay only where someone decided on them.
    lines, older = suggested_lines(drafts)
    order: list[CodeRef] = []
    for decision in standing(decisions):
        verdict = decision.verdict
        for ref in _named(verdict):
            if ref not in lines and ref in older:
                lines[ref] = older[ref]
        _apply(lines, verdict)
        if isinstance(verdict, Reorder):
            order = [*verdict.refs, *(ref for ref in order if ref not in verdict.refs)]
    billed = {line.ref for line in lines.values() if line.state is LineState.ACCEPTED}
    for ref, line in lines.items():
        # A diagnosis taken off the claim supports no service of it.
        if not billed.issuperset(line.pointers):
            lines[ref] = replace(line, pointers=tuple(p for p in line.pointers if p in billed))
    place = {ref: i for i, ref in enumerate(order)}
    # Sorting is stable: without an order of the coder's, diagnoses come as suggested and before services.
    ranked = sorted(lines.values(), key=lambda line: (line.state is not LineState.ACCEPTED, line.procedure, place.get(line.ref, len(place))))
    return Coding(tuple(ranked))


def suggested_lines(drafts: Iterable[Drafted]) -> tuple[dict[CodeRef, ChartLine], dict[CodeRef, ChartLine]]:
    """Code → its line before anybody decided: of the present notes, and of superseded versions."""
    lines: dict[CodeRef, ChartLine] = {}
    older: dict[CodeRef, ChartLine] = {}
    for note, version, draft, current in drafts:
        for suggestion in draft.suggestions:
            kept = lines if current else older
            kept[suggestion.ref] = _merged(kept.get(suggestion.ref), _line(suggestion, note, version))
    return lines, older


def check(coding: Coding, verdict: Verdict) -> None:
    """Raise InvalidDecision for a verdict that makes no sense for the codes as they are."""
    if isinstance(verdict, Accept | Reject | Replace | Modify | Point) and coding.find(verdict.ref) is None:
        raise InvalidDecision(f"{verdict.ref.code} is not a code of this chart: add it with the words that support it")
    billed = {line.ref: line for line in coding.to_bill()}
    if isinstance(verdict, Replace) and verdict.by == verdict.ref:
        raise InvalidDecision("A code can't replace itself: accept it")
    if isinstance(verdict, Modify | Point) and not (verdict.ref in billed and billed[verdict.ref].procedure):
        raise InvalidDecision(f"{verdict.ref.code} is not an accepted service: accept it first")
    if isinstance(verdict, Point):
        _need_billed(verdict.diagnoses, {ref for ref, line in billed.items() if not line.procedure}, "diagnosis")
    if isinstance(verdict, Reorder):
        _need_billed(verdict.refs, set(billed), "code")
    if isinstance(verdict, Add) and not verdict.words:
        raise InvalidDecision("A code is added with the words that support it: name at least one span")


def check_undo(decisions: Sequence[Decision], sequence: int, version: int) -> None:
    """Raise InvalidDecision for a decision that can't be undone."""
    found = next((d for d in decisions if d.sequence == sequence), None)
    if found is None or found.version != version:
        raise InvalidDecision("Only decisions of the present review can be undone")
    if sequence in {d.verdict.sequence for d in unvoided(decisions) if isinstance(d.verdict, Undo)}:
        raise InvalidDecision("The decision is undone already: undo the undoing to bring it back")


def _need_billed(refs: Iterable[CodeRef], billed: set[CodeRef], what: str) -> None:
    for ref in refs:
        if ref not in billed:
            raise InvalidDecision(f"{ref.code} is not an accepted {what}: accept it first")


def _named(verdict: Verdict) -> tuple[CodeRef, ...]:
    if isinstance(verdict, Undo):
        return ()
    if isinstance(verdict, Reorder):
        return verdict.refs
    return (verdict.ref, verdict.by) if isinstance(verdict, Replace) else (verdict.ref,)


def _apply(lines: dict[CodeRef, ChartLine], verdict: Verdict) -> None:
    match verdict:
        case Accept(ref) if ref in lines:
            lines[ref] = replace(lines[ref], state=LineState.ACCEPTED, reject_reason=None, replaced_by=None)
        case Reject(ref, reason) if ref in lines:
            lines[ref] = replace(lines[ref], state=LineState.REJECTED, reject_reason=reason, replaced_by=None)
        case Replace(ref, by, display) if ref in lines:
            old = lines[ref]
            lines[ref] = replace(old, state=LineState.REJECTED, reject_reason=RejectReason.WRONG_CODE, replaced_by=by)
            known = lines.get(by) or ChartLine(by, display, Origin.ADDED, LineState.ACCEPTED, None, old.evidence)
            # Modifiers and units belong to the service that was done, whatever number it is billed by.
            lines[by] = replace(
                known,
                state=LineState.ACCEPTED,
                replaces=ref,
                modifiers=old.modifiers,
                units=old.units,
                pointers=old.pointers,
                reject_reason=None,
                replaced_by=None,
            )
        case Add(ref, display, words):
            known = lines.get(ref) or ChartLine(ref, display, Origin.ADDED, LineState.ACCEPTED, None, ())
            evidence = (*words, *(e for e in known.evidence if e not in words))
            lines[ref] = replace(known, state=LineState.ACCEPTED, evidence=evidence, reject_reason=None, replaced_by=None)
        case Modify(ref, modifiers, units) if ref in lines:
            lines[ref] = replace(lines[ref], modifiers=modifiers, units=units)
        case Point(ref, diagnoses) if ref in lines:
            lines[ref] = replace(lines[ref], pointers=diagnoses)


def _line(s: Suggestion, note: int, version: int) -> ChartLine:
    evidence = tuple(NoteSpan(note, version, e.span) for e in s.evidence)
    return ChartLine(
        s.ref,
        s.display,
        Origin(s.status.value),
        LineState.OPEN,
        s.confidence,
        evidence,
        alternatives=s.alternatives,
        modifiers=s.modifiers,
        units=s.units,
        rule=s.rule,
        reason=s.reason,
        auto=s.auto,
    )


def _merged(known: ChartLine | None, new: ChartLine) -> ChartLine:
    """One code of several notes: what speaks for it most, with the evidence of all."""
    if known is None:
        return new
    first, second = sorted((known, new), key=lambda line: (_HARDNESS[Status(line.origin.value)], -(line.confidence or 0.0)))
    return replace(first, evidence=(*first.evidence, *second.evidence))
