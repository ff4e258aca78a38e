"""The visit of a note as candidates to weigh: its codes with a strong match, the other levels with weak ones."""

from __future__ import annotations

from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.em.evaluation import Basis, EvaluationManagement
from app.domain.em.families import FAMILY_OF_CODE
from app.domain.note import TextSpan

RULE = "visit-level"
CITATION = "CPT Evaluation and Management Guidelines"
_WEIGHTS = {Basis.STATED: 12.0, Basis.TIME: 11.0, Basis.SERVICE: 10.0, Basis.DECISIONS: 10.0}
_WORDS, _SURE, _NEAREST, _PAYER, _UNTOLD = 2, 1.0, 0.5, 0.3, 0.3


def is_visit(ref: CodeRef) -> bool:
    """True for a code of which a claim holds one for a visit."""
    return ref.code in FAMILY_OF_CODE


def visit_candidates(em: EvaluationManagement | None) -> list[Candidate]:
    """Candidates in no particular order, each code once; the coverage of their match says how near they are to the visit."""
    if em is None:
        return []
    found: dict[CodeRef, Candidate] = {}

    def add(ref: CodeRef, spans: tuple[TextSpan, ...], coverage: float) -> None:
        sure = coverage == _SURE
        weight = _WEIGHTS[em.basis] if sure else _WEIGHTS[Basis.SERVICE]
        found.setdefault(ref, Candidate(ref, tuple(Match(s, coverage, weight, _WORDS, sure, 1.0, MatchSource.VISIT) for s in spans)))

    words = em.evidence or em.family_words
    for ref in em.codes:
        add(ref, words, _SURE)
    for place, ref in enumerate(em.neighbours):
        add(ref, em.family_words or words, _UNTOLD if em.code is None else _NEAREST / (place + 1))
    for line in em.payers:
        add(line.ref, words, _PAYER)
    return list(found.values())


def why_not(em: EvaluationManagement | None, ref: CodeRef) -> str | None:
    """Why a code of a visit is not the one to bill; None for the codes of the visit, and for codes of other services."""
    instead = None if em is None else next((line for line in em.payers if line.ref == ref), None)
    if instead is not None:
        return f"other payers: {instead.why}"
    if not is_visit(ref) or (em is not None and ref in em.codes):
        return None
    if em is None:
        return "the note reports a service or is not of a visit"
    if em.code is None:
        return f"the note does not support a level: it lacks {'; '.join(em.missing)}"
    return f"one visit has one code, and the note supports {em.code.code}"
