"""Which words of a note are shown for a code."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED, Assertion
from app.domain.candidate import Candidate, Evidence, Match, MatchSource

EVIDENCE_PER_CODE = 5
# Where clinicians conclude: of equal words these are the ones to show.
CONCLUSIONS = frozenset({"assessment", "assessment_and_plan", "diagnosis", "discharge_diagnosis", "postoperative_diagnosis", "impression"})


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for a code, at most EVIDENCE_PER_CODE places, never none.

    Affirmed words come first, then those worth most, then those of a conclusion.
    """
    found = [(m.worth, Evidence(m.span, analysis.section_at(m.span.begin).category, _assertion(analysis, m))) for m in candidate.matches]
    if len(found) == 1:
        return (found[0][1],)
    found.sort(key=lambda f: (not f[1].assertion.affirmed, -f[0], f[1].section not in CONCLUSIONS, f[1].span))
    kept: list[Evidence] = []
    for _, evidence in found:
        if not any(evidence.span.overlaps(k.span) for k in kept):
            kept.append(evidence)
    return tuple(kept[:EVIDENCE_PER_CODE])


def _assertion(analysis: NoteAnalysis, match: Match) -> Assertion:
    # Words that support a visit speak of other things: "start lisinopril" plans a drug, and the visit took place.
    return ASSERTED if match.source is MatchSource.VISIT else analysis.assertion_of(match.span, whole=match.exact)
