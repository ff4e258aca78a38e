"""Codes for words that a coder selected, best first: what the model saw in them, then what they say by themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import Chart
from app.domain.code import CodeRef
from app.domain.coding import ChartLine
from app.domain.errors import InvalidDecision
from app.domain.note import ClinicalNote, TextSpan
from app.domain.people import Permission
from app.domain.review import NoteSpan
from app.domain.suggestion import Status
from app.usecases.charts.desk import Desk
from app.usecases.charts.submit import Suggesting
from app.usecases.ports import SearchHit
from app.usecases.suggest_codes import SuggestionRequest

LONGEST_SELECTION = 2000
# Search reads names of codes; a longer selection is a sentence, which is read as a note.
_LONGEST_NAME = 120
# What the model made of the words in their context comes before what the words say alone.
_IN_CONTEXT, _BY_NAME, _ALONE, _ALTERNATIVE = 1.0, 0.8, 0.6, 0.4
_SEARCHED = 12


class Source(StrEnum):
    """Why a code is offered."""

    CHART = "chart"
    NAME = "name"
    WORDS = "words"
    ALTERNATIVE = "alternative"


@dataclass(frozen=True, slots=True)
class Offer:
    """A complete code in force on the date of service.

    `confidence` is the model's, None where it did not weigh the code; `matched` is the name that was found.
    """

    ref: CodeRef
    display: str
    source: Source
    score: float
    confidence: float | None = None
    matched: str = ""


class Searching(Protocol):
    """Searches codes by words."""

    def __call__(self, query: str, *, limit: int, day: date | None) -> Sequence[SearchHit]:
        """Hits, best first. Raises ReleaseNotFound."""
        ...


class OfferCodes:
    """Offers codes for selected words. Safe to share between threads."""

    def __init__(self, desk: Desk, search: Searching, suggest: Suggesting) -> None:
        self._desk, self._search, self._suggest = desk, search, suggest

    def __call__(self, actor: Actor, chart_id: str, words: NoteSpan, *, limit: int) -> tuple[Offer, ...]:
        """At most `limit` codes, best first, each once. Raises NotAllowed, ChartNotFound, and InvalidDecision for words outside the note."""
        with self._desk.chart(actor, Permission.READ, chart_id, to_change=False) as it:
            it.work.audit.add(AuditEntry(it.now, actor, Action.CHART_READ, chart_id, {"revision": it.chart.revision}))
            chart = it.chart
        text = chart.note(words.note, words.version).text
        if text is None or words.span.end > len(text) or words.span.end - words.span.begin > LONGEST_SELECTION:
            raise InvalidDecision(f"The words lie outside the note, are more than {LONGEST_SELECTION:,} characters, or their text was erased")
        said = text[words.span.begin : words.span.end]
        if not said.strip():
            return ()
        found = [*_on_chart(chart.coding().lines, words), *self._named(said, chart), *self._read(said, chart)]
        best: dict[CodeRef, Offer] = {}
        for offer in found:
            kept = best.get(offer.ref)
            if kept is None or offer.score > kept.score:
                confidence = offer.confidence if offer.confidence is not None or kept is None else kept.confidence
                best[offer.ref] = replace(offer, confidence=confidence)
        return tuple(sorted(best.values(), key=lambda o: (-o.score, o.ref.code))[:limit])

    def _named(self, said: str, chart: Chart) -> list[Offer]:
        if len(said) > _LONGEST_NAME:
            return []
        hits = self._search(said, limit=_SEARCHED, day=chart.encounter.service_date)
        return [Offer(h.code.ref, h.code.title, Source.NAME, _BY_NAME * h.score, None, h.matched) for h in hits if h.code.billable]

    def _read(self, said: str, chart: Chart) -> list[Offer]:
        draft = self._suggest(SuggestionRequest(ClinicalNote(said), chart.encounter, limit=_SEARCHED, compose=False))
        return [
            Offer(s.ref, s.display, Source.WORDS, _ALONE * (0.5 + 0.5 * s.confidence), None)
            for s in draft.suggestions
            if s.status is not Status.SUPPRESSED
        ]


def _on_chart(lines: Iterable[ChartLine], words: NoteSpan) -> list[Offer]:
    found: list[Offer] = []
    for line in lines:
        share = max((_shared(e.span, words.span) for e in line.evidence if (e.note, e.version) == (words.note, words.version)), default=0.0)
        if not share:
            continue
        # A code that a coder brought is as sure as one can be.
        sure = 1.0 if line.confidence is None else line.confidence
        found.append(Offer(line.ref, line.display, Source.CHART, _IN_CONTEXT * share * (0.5 + 0.5 * sure), line.confidence))
        found.extend(
            Offer(a.ref, a.display, Source.ALTERNATIVE, _ALTERNATIVE * share * (0.5 + 0.5 * a.confidence), a.confidence or None)
            for a in line.alternatives
        )
    return found


def _shared(a: TextSpan, b: TextSpan) -> float:
    """How much two spans have in common, 0 to 1: the overlap over the longer of both, its root, so that a word of three counts."""
    overlap = min(a.end, b.end) - max(a.begin, b.begin)
    return math.sqrt(max(0.0, overlap / max(a.end - a.begin, b.end - b.begin)))
