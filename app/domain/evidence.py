"""Which words of a note are shown for a code."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED
from app.domain.candidate import Candidate, Evidence, Match, MatchSource

EVIDENCE_PER_CODE = 5
# Where clinicians conclude: of equal words these are the ones to show.
CONCLUSIONS = frozenset({"assessment", "assessment_and_plan", "diagnosis", "discharge_diagnosis", "postoperative_diagnosis", "impression"})


class Evidences:
    """Where one note speaks for its codes; words that speak for several codes are looked at once."""

    def __init__(self, analysis: NoteAnalysis) -> None:
        self._analysis = analysis
        self._known: dict[tuple[int, int, bool], Evidence] = {}

    def of(self, candidate: Candidate) -> tuple[Evidence, ...]:
        """The places for a code, at most EVIDENCE_PER_CODE, never none.

        Affirmed words come first, then those worth most, then those of a conclusion.
        """
        if len(candidate.matches) == 1:
            return (self._at(candidate.matches[0]),)
        found = [(m.worth, self._at(m)) for m in candidate.matches]
        found.sort(key=_first_shown)
        kept: list[Evidence] = []
        taken: list[tuple[int, int]] = []
        for _, evidence in found:
            begin, end = evidence.span.begin, evidence.span.end
            if not any(begin < e and b < end for b, e in taken):
                taken.append((begin, end))
                kept.append(evidence)
        return tuple(kept[:EVIDENCE_PER_CODE])

    def _at(self, match: Match) -> Evidence:
        span = match.span
        # Words that support a visit speak of other things: "start lisinopril" plans a drug, and the visit took place.
        if match.source is MatchSource.VISIT:
            return Evidence(span, self._analysis.section_at(span.begin).category, ASSERTED)
        key = (span.begin, span.end, match.exact)
        known = self._known.get(key)
        if known is None:
            assertion = self._analysis.assertion_of(span, whole=match.exact)
            known = self._known[key] = Evidence(span, self._analysis.section_at(span.begin).category, assertion)
        return known


def _first_shown(found: tuple[float, Evidence]) -> tuple[bool, float, bool, int, int]:
    worth, evidence = found
    assertion, span = evidence.assertion, evidence.span
    return assertion is not ASSERTED and not assertion.affirmed, -worth, evidence.section not in CONCLUSIONS, span.begin, span.end


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for one code; see Evidences."""
    return Evidences(analysis).of(candidate)
