"""From an analysed note to the level of its visit."""

from __future__ import annotations

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.em.candidates import visit_candidates
from app.domain.em.evaluation import EvaluationManagement
from app.domain.em.leveling import evaluate
from app.domain.encounter import Encounter
from app.usecases.ports import VisitReader


class LevelVisit:
    """Levels the visit of a note, and proposes its codes. Safe to share between threads."""

    def __init__(self, reader: VisitReader) -> None:
        self._reader = reader

    def __call__(self, analysis: NoteAnalysis, encounter: Encounter) -> EvaluationManagement | None:
        """The visit; None for notes that are not of a visit."""
        facts = self._reader.read(analysis, encounter)
        return None if facts is None else evaluate(facts)

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        """The visit as candidates to weigh."""
        return visit_candidates(self(analysis, encounter))
