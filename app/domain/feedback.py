"""What a finalised chart teaches: its notes as one text, the codes that were given for which words, and those that were refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.domain.audits.item import AuditedChart
from app.domain.chart import Chart, ChartNote, ChartStatus, FinalizedSet
from app.domain.code import CodeRef
from app.domain.coding import ChartLine, LineState, Origin
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.people import AUTOMATION
from app.domain.review import NoteSpan, RejectReason

NOTE_BREAK = "\n\x1d\n"
"""Between the notes of a chart: ASCII's group separator, at which the reader of notes ends a section."""


class LabelOrigin(StrEnum):
    """How a coder came to a code: took a suggestion, put it in the place of another code, or found it where nothing was suggested."""

    ACCEPTED = "accepted"
    REPLACED = "replaced"
    ADDED = "added"


class NotTaught(StrEnum):
    """Why a chart teaches nothing."""

    NOT_FINALIZED = "charts that are not finalised, or were re-opened"
    ERASED = "charts whose notes were erased"
    EMPTY = "charts without a note to read"
    BY_NO_ONE = "charts that were finalised without a person"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a code that was suggested is wrong, and the code that was put in its place."""

    reason: RejectReason
    replaced_by: CodeRef | None = None


@dataclass(frozen=True, slots=True)
class DecidedCode:
    """A code of the claim with the words that speak for it, as spans of the joined text."""

    ref: CodeRef
    origin: LabelOrigin
    words: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class DecidedChart:
    """A finalised chart. `text`: its notes in their last versions, joined by NOTE_BREAK. `version` of the review, finalised `at` by `by`.

    `person`: charts of one patient have the same, as far as it is known (Chart.person).
    `audited`: an auditor has looked at this version, and `codes` are as the auditor left them. `bundles` had suggested.
    """

    chart_id: str
    version: int
    by: str
    at: datetime
    source: str
    external_id: str
    person: str
    encounter: Encounter
    text: str = field(repr=False)
    codes: tuple[DecidedCode, ...]
    rejected: Mapping[CodeRef, Rejection]
    bundles: tuple[str, ...]
    audited: bool = False


class JoinedNotes:
    """The current notes of a chart as one text, and where words of them stand in it."""

    def __init__(self, notes: Sequence[ChartNote]) -> None:
        """`notes`: every version, each with its text."""
        self._kept = {(n.number, n.version): n.text or "" for n in notes}
        current = {n.number: n.version for n in sorted(notes, key=lambda n: (n.number, n.version))}
        self._begins: dict[int, int] = {}
        self._current = current
        parts: list[str] = []
        begin = 0
        for number, version in current.items():
            self._begins[number] = begin
            parts.append(self._kept[number, version])
            begin += len(parts[-1]) + len(NOTE_BREAK)
        self.text = NOTE_BREAK.join(parts)

    def span(self, words: NoteSpan) -> TextSpan | None:
        """Where the words stand in the joined text; None where a correction of the note took them away or made them ambiguous."""
        if words.note not in self._current:
            return None
        text = self._kept[words.note, self._current[words.note]]
        begin, end = words.span.begin, words.span.end
        if words.version != self._current[words.note]:
            quoted = self._kept.get((words.note, words.version), "")[begin:end]
            if not quoted:
                return None
            if text[begin:end] != quoted:
                begin = text.find(quoted)
                if begin < 0 or text.find(quoted, begin + 1) >= 0:
                    return None
                end = begin + len(quoted)
        if end > len(text):
            return None
        at = self._begins[words.note]
        return TextSpan(at + begin, at + end)


def decided(chart: Chart, audit: AuditedChart | None = None) -> DecidedChart | NotTaught:
    """What the chart teaches, or why it teaches nothing.

    Only finalised charts teach: what is undecided is no one's word, and a chart that was re-opened is in doubt until it is
    finalised again. A chart that coded itself would teach the model its own opinion, unless a person audited it. `audit` is the
    judgement on the chart, where there is one: the auditor's codes hold, but for a judgement that the coder disputes.
    """
    if chart.status is not ChartStatus.FINALIZED or not chart.finalized:
        return NotTaught.NOT_FINALIZED
    done = chart.finalized[-1]
    if audit is not None and (audit.disputed or audit.version != done.version):
        audit = None
    if done.by == AUTOMATION.id and audit is None:
        return NotTaught.BY_NO_ONE
    current = chart.current_notes()
    if any(note.text is None for note in current):
        return NotTaught.ERASED
    joined = JoinedNotes(chart.notes)
    if not joined.text.replace(NOTE_BREAK, "").strip():
        return NotTaught.EMPTY
    shown = {(note.number, note.version) for note in current}
    found = DecidedChart(
        chart.id,
        done.version,
        done.by,
        done.at,
        chart.source,
        chart.external_id,
        chart.person,
        chart.encounter,
        joined.text,
        tuple(DecidedCode(line.ref, _origin(line), _words(line.evidence, joined)) for line in done.lines),
        _rejected(chart, done),
        tuple(sorted({d.draft.bundle_id for d in chart.drafts if (d.note, d.version) in shown})),
    )
    return found if audit is None else _audited(found, audit, joined)


def _audited(found: DecidedChart, audit: AuditedChart, joined: JoinedNotes) -> DecidedChart:
    """The chart as the auditor left it: a code of the coder's that is not among the auditor's was an error."""
    coder = {code.ref: code for code in found.codes}
    instead = {error.ref: error.instead for error in audit.errors if error.instead is not None}
    origins = dict.fromkeys(instead.values(), LabelOrigin.REPLACED) | {ref: code.origin for ref, code in coder.items()}
    codes = []
    for line in audit.lines:
        words = _words(line.words, joined) or (coder[line.ref].words if line.ref in coder else ())
        codes.append(DecidedCode(line.ref, origins.get(line.ref, LabelOrigin.ADDED), words))
    right = {line.ref for line in audit.lines}
    wrong = {
        ref: Rejection(RejectReason.WRONG_CODE if ref in instead else RejectReason.NOT_DOCUMENTED, instead.get(ref))
        for ref in coder
        if ref not in right
    }
    rejected = {ref: rejection for ref, rejection in found.rejected.items() if ref not in right}
    return replace(found, codes=tuple(codes), rejected={**rejected, **wrong}, audited=True)


def _rejected(chart: Chart, done: FinalizedSet) -> dict[CodeRef, Rejection]:
    billed = {line.ref for line in done.lines}
    return {
        line.ref: Rejection(line.reject_reason or RejectReason.OTHER, line.replaced_by)
        for line in chart.coding().lines
        if line.state is LineState.REJECTED and line.ref not in billed
    }


def _origin(line: ChartLine) -> LabelOrigin:
    if line.replaces is not None:
        return LabelOrigin.REPLACED
    return LabelOrigin.ADDED if line.origin is Origin.ADDED else LabelOrigin.ACCEPTED


def _words(evidence: Sequence[NoteSpan], joined: JoinedNotes) -> tuple[TextSpan, ...]:
    return tuple(dict.fromkeys(span for words in evidence if (span := joined.span(words)) is not None))
