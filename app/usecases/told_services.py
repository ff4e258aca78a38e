"""What one note says of its services: which it affirms of this encounter, and which it tells as past or planned."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Temporality
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.encounter import Encounter
from app.domain.nearness import Nearness
from app.domain.note import TextSpan
from app.domain.past_services import PastServices
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status

_NOT_DONE = "not-done"


class ToldServices:
    """What one note says of its services."""

    def __init__(self, analysis: NoteAnalysis, encounter: Encounter, near: Nearness) -> None:
        self._analysis, self.encounter, self.near = analysis, encounter, near
        self._services = PastServices(analysis, encounter)
        self._past: dict[tuple[int, int], str | None] = {}
        self._said: dict[CodeRef, tuple[Candidate, list[tuple[Match, str | None]]]] = {}

    def done(self, candidate: Candidate) -> list[Match]:
        """Matches that the note affirms of this encounter; by terms, where there are any."""
        done = [m for m, past in self._current(candidate) if past is None]
        return [m for m in done if m.source is not MatchSource.LEARNED] or done

    def past(self, candidate: Candidate) -> Ruling | None:
        """The ruling on a service of which every mention is told as one of the past."""
        reasons = [past for _, past in self._current(candidate)]
        if not reasons or None in reasons:
            return None
        return Ruling(_NOT_DONE, Status.SUPPRESSED, f"done before this encounter: {reasons[0]}")

    def _current(self, candidate: Candidate) -> list[tuple[Match, str | None]]:
        """The matches that the note affirms as of now by its cues, each with why it is past all the same; every step asks for them."""
        known = self._said.get(candidate.ref)
        if known is None or known[0] is not candidate:
            said = ((m, self._analysis.assertion_of(m.span, whole=m.exact, service=True)) for m in candidate.matches)
            current = [m for m, assertion in said if assertion.affirmed and assertion.temporality is Temporality.CURRENT]
            known = self._said[candidate.ref] = (candidate, [(m, self._why_past(m.span)) for m in current])
        return known[1]

    def _why_past(self, span: TextSpan) -> str | None:
        # Numbers hash much faster than spans.
        place = (span.begin, span.end)
        if place not in self._past:
            self._past[place] = self._services.why(span)
        return self._past[place]


def borrowed(ref: CodeRef, spans: Iterable[TextSpan], best: Candidate) -> Candidate:
    """A candidate for a service that no words named, on the words of a kindred one and those that decided."""
    lead = best.matches[0]
    own = [Match(span, 0.55, lead.weight, 1, exact=False, tightness=1.0, source=MatchSource.CATALOGUE) for span in spans]
    return Candidate(ref, (*best.matches, *own))
