"""Which words of a note are shown for a code."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Evidence

EVIDENCE_PER_CODE = 5


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for a code, at most EVIDENCE_PER_CODE places: affirmed words first, then by worth; never none."""
    found = [(m, analysis.assertion_of(m.span)) for m in candidate.matches]
    found.sort(key=lambda f: (not f[1].affirmed, -f[0].worth, f[0].span))
    kept: list[Evidence] = []
    for match, assertion in found:
        if not any(match.span.overlaps(k.span) for k in kept):
            kept.append(Evidence(match.span, analysis.section_at(match.span.begin).category, assertion))
    return tuple(kept[:EVIDENCE_PER_CODE])
