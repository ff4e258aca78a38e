"""What can be done to a chart: each function takes one and returns the next, or raises why not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain import coding as codings
from app.domain.chart import QUERY_STEPS, Chart, ChartNote, ChartQuery, ChartStatus, Claim, FinalizedSet, NoteDraft, QueryStatus, Reopening
from app.domain.errors import (
    BlockedByFindings,
    ChartClaimed,
    ChartFinalized,
    InvalidDecision,
    NotFinalized,
    OpenQueries,
    QueryClosed,
    QueryNotFound,
    UndecidedCodes,
)
from app.domain.finding import Check, Finding, Severity
from app.domain.query_kind import QueryKind
from app.domain.review import Add, Decision, Undo, Verdict
from app.domain.suggestion import CodingDraft


def claim(chart: Chart, by: str, now: datetime, *, lease: timedelta) -> Chart:
    """The chart locked to `by`, or the lock renewed. Raises ChartClaimed and ChartFinalized."""
    _workable(chart, by, now)
    return replace(chart, claim=Claim(by, now + lease))


def release(chart: Chart, by: str, now: datetime, *, active_seconds: int = 0) -> Chart:
    """The chart without the lock of `by`, who worked on it for `active_seconds`. Raises ChartClaimed when it is another's."""
    holder = chart.claimed_by(now)
    if holder not in (None, by):
        raise ChartClaimed
    # Time on a finalised chart is nobody's work on a version.
    worked = 0 if chart.status is ChartStatus.FINALIZED else active_seconds
    return replace(chart, claim=None, active_seconds=chart.active_seconds + worked)


def decide(chart: Chart, verdict: Verdict, by: str, now: datetime, *, lease: timedelta) -> Chart:
    """The chart with one more decision. Raises InvalidDecision, ChartClaimed and ChartFinalized."""
    _workable(chart, by, now)
    if isinstance(verdict, Undo):
        codings.check_undo(chart.decisions, verdict.sequence, chart.version)
    else:
        codings.check(chart.coding(), verdict)
    if isinstance(verdict, Add):
        for words in verdict.words:
            text = chart.note(words.note, words.version).text
            if text is None or words.span.end > len(text):
                raise InvalidDecision("The words lie outside the note, or its text was erased")
    decision = Decision(len(chart.decisions) + 1, chart.version, by, now, verdict)
    return replace(_in_review(chart), decisions=(*chart.decisions, decision), claim=Claim(by, now + lease))


def put_note(chart: Chart, note: ChartNote, draft: CodingDraft) -> Chart:
    """The chart with a new note, or a new version of one, and what was suggested for it. Raises ChartFinalized."""
    if chart.status is ChartStatus.FINALIZED:
        raise ChartFinalized
    return replace(chart, notes=(*chart.notes, note), drafts=(*chart.drafts, NoteDraft(note.number, note.version, note.received_at, draft)))


@dataclass(frozen=True, slots=True)
class QueryWords:
    """What a query says. `quotes` are words of the record, letter by letter."""

    kind: QueryKind
    title: str
    question: str = field(repr=False)
    options: tuple[str, ...] = ()
    quotes: tuple[str, ...] = field(default=(), repr=False)


def write_query(chart: Chart, words: QueryWords, by: str, now: datetime, *, send: bool, lease: timedelta) -> Chart:
    """The chart with one more query, as a draft or sent. Raises ChartClaimed and ChartFinalized."""
    _workable(chart, by, now)
    query = _worded(len(chart.queries) + 1, words, by, now, send=send)
    return _queried(replace(chart, queries=(*chart.queries, query), claim=Claim(by, now + lease)))


def rewrite_query(chart: Chart, number: int, words: QueryWords, by: str, now: datetime, *, send: bool, lease: timedelta) -> Chart:
    """The chart with other words in a query that was not sent yet. Raises QueryNotFound, QueryClosed, ChartClaimed and ChartFinalized."""
    _workable(chart, by, now)
    found = _query(chart, number)
    if found.status is not QueryStatus.DRAFT:
        raise QueryClosed(found.status.value, QueryStatus.DRAFT.value)
    query = _worded(number, words, by, now, send=send)
    return _queried(replace(chart, queries=tuple(query if q.number == number else q for q in chart.queries), claim=Claim(by, now + lease)))


def move_query(chart: Chart, number: int, status: QueryStatus, answer: str) -> Chart:
    """The chart with a query one step on. Raises QueryNotFound, QueryClosed, and InvalidDecision for an answer left out."""
    found = _query(chart, number)
    if chart.status is ChartStatus.FINALIZED:
        raise ChartFinalized
    if status not in QUERY_STEPS[found.status]:
        raise QueryClosed(found.status.value, status.value)
    if (status is QueryStatus.ANSWERED) != bool(answer.strip()):
        raise InvalidDecision("An answered query has the physician's answer, and no other has one")
    moved = replace(found, status=status, answer=answer)
    return _queried(replace(chart, queries=tuple(moved if q.number == number else q for q in chart.queries)))


def finalize(chart: Chart, findings: tuple[Finding, ...], by: str, now: datetime, *, override: str = "", active_seconds: int | None = None) -> Chart:
    """The chart with its finalised set; `active_seconds` since the chart was last let go of, None where nobody measured it.

    Raises UndecidedCodes, OpenQueries, ChartClaimed, ChartFinalized, and BlockedByFindings where a finding blocks and
    `override` gives no reason to set it aside.
    """
    _workable(chart, by, now)
    coding = chart.coding()
    if coding.undecided():
        raise UndecidedCodes([line.ref.code for line in coding.undecided()])
    if any(q.status is QueryStatus.SENT for q in chart.queries):
        raise OpenQueries
    blocking = [f for f in findings if f.severity is Severity.BLOCK and f.check is Check.FOUND]
    if blocking and not override.strip():
        raise BlockedByFindings(sorted({f.rule for f in blocking}))
    # A reason is kept only where there was something to override.
    worked = chart.active_seconds + (active_seconds or 0)
    seconds = worked if worked or active_seconds is not None else None
    done = FinalizedSet(chart.version, by, now, coding.to_bill(), findings, override.strip() if blocking else "", seconds)
    return replace(chart, finalized=(*chart.finalized, done), status=ChartStatus.FINALIZED, claim=None)


def reopen(chart: Chart, reason: str, by: str, now: datetime) -> Chart:
    """The chart in its next version; what was decided holds until decided otherwise. Raises NotFinalized."""
    if chart.status is not ChartStatus.FINALIZED:
        raise NotFinalized
    version = chart.version + 1
    reopening = Reopening(version, reason.strip(), by, now)
    return replace(chart, version=version, status=ChartStatus.IN_REVIEW, reopenings=(*chart.reopenings, reopening), active_seconds=0)


def assign(chart: Chart, assignee: str | None) -> Chart:
    """The chart given to a user, or to nobody; another's lock ends with it."""
    held = chart.claim if chart.claim is not None and assignee in (None, chart.claim.by) else None
    return replace(chart, assignee=assignee, claim=held)


def _query(chart: Chart, number: int) -> ChartQuery:
    found = next((q for q in chart.queries if q.number == number), None)
    if found is None:
        raise QueryNotFound
    return found


def _worded(number: int, words: QueryWords, by: str, now: datetime, *, send: bool) -> ChartQuery:
    status = QueryStatus.SENT if send else QueryStatus.DRAFT
    return ChartQuery(number, words.kind, words.title, words.question, words.options, status, by, now, quotes=words.quotes)


def _workable(chart: Chart, by: str, now: datetime) -> None:
    if chart.status is ChartStatus.FINALIZED:
        raise ChartFinalized
    if chart.claimed_by(now) not in (None, by):
        raise ChartClaimed


def _in_review(chart: Chart) -> Chart:
    return replace(chart, status=ChartStatus.IN_REVIEW) if chart.status is ChartStatus.NEW else chart


def _queried(chart: Chart) -> Chart:
    waiting = any(q.status is QueryStatus.SENT for q in chart.queries)
    return replace(chart, status=ChartStatus.QUERIED if waiting else ChartStatus.IN_REVIEW)
