"""Physician queries from the wire to the domain and back."""

from __future__ import annotations

from collections.abc import Sequence

from app.api.schemas import queries as q
from app.api.schemas.claims import SpanOut
from app.api.schemas.mapping import encounter_of
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import ClinicalNote, TextSpan
from app.domain.queries.lint import QueryFault
from app.domain.queries.query import PhysicianQuery, RecordQuote
from app.domain.query_kind import QueryKind
from app.usecases.query_physician import CheckedQuery, DraftRequest


def draft_request(body: q.QueryDraftRequest) -> DraftRequest:
    """The request in the words of the domain. Raises EmptyNote, UnreadableText and InvalidSpan."""
    return DraftRequest(
        ClinicalNote(body.text),
        tuple(CodeRef(CodeSystem(c.system), c.code) for c in body.codes or ()),
        None if body.kind is None else QueryKind(body.kind),
        encounter_of(body.encounter),
        tuple(TextSpan(span.begin, span.end) for span in body.evidence or ()),
        tuple(body.choices or ()),
    )


def typed_query(body: q.QueryIn) -> PhysicianQuery:
    """A query as it was typed."""
    kind = None if body.kind is None else QueryKind(body.kind)
    return PhysicianQuery(kind, body.title, tuple(RecordQuote(text) for text in body.quotes), body.question, tuple(body.options))


def draft_response(checked: CheckedQuery) -> q.QueryDraftResponse:
    """A draft with its faults."""
    query = checked.query
    return q.QueryDraftResponse(
        query=q.QueryOut(
            kind=None if query.kind is None else query.kind.value,
            form=query.form.value,
            title=query.title,
            quotes=[q.QuoteOut(text=quote.text, section=quote.section, span=_span(quote.span)) for quote in query.quotes],
            question=query.question,
            options=list(query.options),
            text=query.as_text(),
        ),
        faults=_faults(checked.faults),
    )


def lint_response(faults: Sequence[QueryFault]) -> q.QueryLintResponse:
    """The faults of a query."""
    return q.QueryLintResponse(compliant=not faults, faults=_faults(faults))


def _faults(faults: Sequence[QueryFault]) -> list[q.QueryFaultOut]:
    return [q.QueryFaultOut(check=f.check, part=f.part, begin=f.begin, end=f.end, words=f.words, message=f.message, mend=f.mend) for f in faults]


def _span(span: TextSpan | None) -> SpanOut | None:
    return None if span is None else SpanOut(begin=span.begin, end=span.end)
