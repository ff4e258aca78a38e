"""Which words of a note are shown for a code."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED, Assertion
from app.domain.candidate import Candidate, Evidence, Match, MatchSource
from app.domain.note import TextSpan

EVIDENCE_PER_CODE = 5
# Where clinicians conclude: of equal words these are the ones to show.
CONCLUSIONS = frozenset({"assessment", "assessment_and_plan", "diagnosis", "discharge_diagnosis", "postoperative_diagnosis", "impression"})


# Whether not affirmed, whether in no conclusion, begin, end: what evidence is ordered by; then the evidence.
_Place = tuple[bool, bool, int, int, Evidence]


class Evidences:
    """Where one note speaks for its codes; words that speak for several codes are looked at once."""

    def __init__(self, analysis: NoteAnalysis) -> None:
        self._analysis = analysis
        self._known: dict[tuple[int, int, bool, bool], _Place] = {}

    def of(self, candidate: Candidate) -> tuple[Evidence, ...]:
        """The places for a code, at most EVIDENCE_PER_CODE, never none.

        Affirmed words come first, then those worth most, then those of a conclusion.
        """
        if len(candidate.matches) == 1:
            return (self._at(candidate.matches[0])[-1],)
        found = []
        for number, match in enumerate(candidate.matches):
            unaffirmed, aside, begin, end, evidence = self._at(match)
            # The number keeps the order of the matches where all else is equal.
            found.append((unaffirmed, -match.worth, aside, begin, end, number, evidence))
        found.sort()
        kept: list[Evidence] = []
        taken: list[tuple[int, int]] = []
        for _, _, _, begin, end, _, evidence in found:
            for b, e in taken:
                if begin < e and b < end:
                    break
            else:
                kept.append(evidence)
                if len(kept) == EVIDENCE_PER_CODE:
                    break
                taken.append((begin, end))
        return tuple(kept)

    def _at(self, match: Match) -> _Place:
        span = match.span
        # Words that support a visit speak of other things: "start lisinopril" plans a drug, and the visit took place.
        if match.source is MatchSource.VISIT:
            return self._place(span, ASSERTED)
        service = match.source is MatchSource.CATALOGUE
        key = (span.begin, span.end, match.exact, service)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._place(span, self._analysis.assertion_of(span, whole=match.exact, service=service))
        return known

    def _place(self, span: TextSpan, assertion: Assertion) -> _Place:
        section = self._analysis.section_at(span.begin).category
        unaffirmed = assertion is not ASSERTED and not assertion.affirmed
        return unaffirmed, section not in CONCLUSIONS, span.begin, span.end, Evidence(span, section, assertion)


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for one code; see Evidences."""
    return Evidences(analysis).of(candidate)
