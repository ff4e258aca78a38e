"""Which words of a note are shown for a code."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED
from app.domain.candidate import Candidate, Evidence, Match, MatchSource

EVIDENCE_PER_CODE = 5
# Where clinicians conclude: of equal words these are the ones to show.
CONCLUSIONS = frozenset({"assessment", "assessment_and_plan", "diagnosis", "discharge_diagnosis", "postoperative_diagnosis", "impression"})


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for a code, at most EVIDENCE_PER_CODE places, never none.

    Affirmed words come first, then those worth most, then those of a conclusion.
    """
    if len(candidate.matches) == 1:
        return (_evidence(analysis, candidate.matches[0]),)
    found = [(m.worth, _evidence(analysis, m)) for m in candidate.matches]
    found.sort(key=lambda f: (not f[1].assertion.affirmed, -f[0], f[1].section not in CONCLUSIONS, f[1].span))
    kept: list[Evidence] = []
    for _, evidence in found:
        if not any(evidence.span.overlaps(k.span) for k in kept):
            kept.append(evidence)
    return tuple(kept[:EVIDENCE_PER_CODE])


def _evidence(analysis: NoteAnalysis, match: Match) -> Evidence:
    # Words that support a visit speak of other things: "start lisinopril" plans a drug, and the visit took place.
    assertion = ASSERTED if match.source is MatchSource.VISIT else analysis.assertion_of(match.span, whole=match.exact)
    return Evidence(match.span, analysis.section_at(match.span.begin).category, assertion)
