"""Queries to the physician as part of a chart: written, changed, sent, answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.domain import chart_work
from app.domain.audit import Action, Actor
from app.domain.chart import Chart, QueryStatus
from app.domain.chart_event import EventType
from app.domain.chart_work import QueryWords
from app.domain.errors import QueryNotCompliant
from app.domain.people import Permission
from app.domain.queries.lint import QueryFault
from app.domain.queries.query import PhysicianQuery, RecordQuote
from app.usecases.charts.desk import LEASE, Desk, Open


class QueryLinter(Protocol):
    """Knows what keeps a query from being sent."""

    def __call__(self, query: PhysicianQuery, texts: Sequence[str]) -> tuple[QueryFault, ...]:
        """Every fault of a query about these notes. Raises QueryTooLong."""
        ...


class QueryOnChart:
    """Keeps queries with their chart; none that the linter refuses. Safe to share between threads."""

    def __init__(self, desk: Desk, lint: QueryLinter) -> None:
        self._desk, self._lint = desk, lint

    def write(self, actor: Actor, chart_id: str, words: QueryWords, *, send: bool, revision: int) -> Chart:
        """The chart with one more query. Raises StaleWrite, QueryNotCompliant, QueryTooLong, ChartClaimed and ChartFinalized."""
        self._check(actor, chart_id, words, revision)
        with self._desk.chart(actor, Permission.QUERY, chart_id, revision=revision) as it:
            after = chart_work.write_query(it.chart, words, actor.principal.id, it.now, send=send, lease=LEASE)
            return _kept(it, after, len(after.queries), Action.QUERIED, sent=send)

    def rewrite(self, actor: Actor, chart_id: str, number: int, words: QueryWords, *, send: bool, revision: int) -> Chart:
        """The chart with other words in a draft. Raises QueryNotFound, QueryClosed, and what `write` raises."""
        self._check(actor, chart_id, words, revision)
        with self._desk.chart(actor, Permission.QUERY, chart_id, revision=revision) as it:
            after = chart_work.rewrite_query(it.chart, number, words, actor.principal.id, it.now, send=send, lease=LEASE)
            return _kept(it, after, number, Action.QUERY_CHANGED, sent=send)

    def move(self, actor: Actor, chart_id: str, number: int, status: QueryStatus, answer: str, *, revision: int) -> Chart:
        """The chart with a query one step on. Raises StaleWrite, QueryNotFound, QueryClosed and InvalidDecision."""
        with self._desk.chart(actor, Permission.QUERY, chart_id, revision=revision) as it:
            after = chart_work.move_query(it.chart, number, status, answer)
            return _kept(it, after, number, Action.QUERY_CHANGED, sent=status is QueryStatus.SENT)

    def _check(self, actor: Actor, chart_id: str, words: QueryWords, revision: int) -> None:
        with self._desk.chart(actor, Permission.QUERY, chart_id, to_change=False, revision=revision) as it:
            texts = [note.text for note in it.chart.current_notes() if note.text]
        # Notes are read for it, which takes longer than a transaction should; the revision tells that nothing changed meanwhile.
        quotes = tuple(map(RecordQuote, words.quotes))
        faults = self._lint(PhysicianQuery(words.kind, words.title, quotes, words.question, words.options), texts)
        if faults:
            raise QueryNotCompliant([(fault.part, fault.check, fault.mend) for fault in faults])


def _kept(it: Open, after: Chart, number: int, action: Action, *, sent: bool) -> Chart:
    query = after.queries[number - 1]
    kept = it.save(after, action, {"query": number, "kind": query.kind.value, "status": query.status.value})
    if sent:
        it.tell(kept, EventType.QUERIED, {"query": number, "kind": query.kind.value})
    return kept
