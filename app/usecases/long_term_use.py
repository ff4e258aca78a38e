"""Codes of long-term drugs whose drug the note stops or names as an allergy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.drug_use import not_taken
from app.domain.note import TextSpan
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.usecases.code_detail import CodeDetail

RULE = "long-term-drugs"
_LONG_TERM = "Z79."
_NAMES_NO_WORD = frozenset({MatchSource.LEARNED, MatchSource.SUPPORT})
_WORD = re.compile(r"[a-z][a-z-]{2,}", re.IGNORECASE)
# Words of such terms that name no drug.
_OF_USE = frozenset(
    "and baby chronic current currently daily dose due for from his her home long long-term low low-dose medication medications on or "
    "of one pill pills stays stop stopped take taken takes taking term the therapy treatment use uses using was with".split()
)


def drugs_not_taken(analysis: NoteAnalysis, scored: Iterable[ScoredCandidate]) -> Mapping[CodeRef, CodeDetail]:
    """A ruling for each such code (Guidelines I.C.21.c.3: current use)."""
    details = {}
    for candidate in [s.candidate for s in scored if s.candidate.ref.code.startswith(_LONG_TERM)]:
        words = _stopping(analysis, candidate) if candidate.ref.system is CodeSystem.ICD10CM else None
        if words is not None:
            reason = f'the note has "{" ".join(analysis.note.quote(words).split())}": a drug that is stopped or not tolerated is not in long-term use'
            details[candidate.ref] = CodeDetail(ruling=Ruling(RULE, Status.SUPPRESSED, reason))
    return details


def _stopping(analysis: NoteAnalysis, candidate: Candidate) -> TextSpan | None:
    """The words that stop every drug that speaks for a code; None where one is still taken."""
    spans = {m.span for m in candidate.matches if m.source not in _NAMES_NO_WORD} or {m.span for m in candidate.matches}
    found = None
    for span in sorted(spans):
        drugs = {word.lower() for word in _WORD.findall(analysis.note.quote(span))} - _OF_USE
        found = next((words for drug in sorted(drugs) if (words := not_taken(analysis, drug)) is not None), None)
        if found is None:
            return None
    return found
