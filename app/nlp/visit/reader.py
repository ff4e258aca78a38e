"""The reader of visits: an analysed note goes in, what bears on the level of its visit comes out."""

from __future__ import annotations

import re
from dataclasses import replace

from app.domain.analysis import NoteAnalysis
from app.domain.em.cues import VisitCues
from app.domain.em.facts import Support, VisitFacts
from app.domain.em.families import FAMILY_OF_CODE, PatientStatus, VisitFamily
from app.domain.em.levels import RiskKind
from app.domain.encounter import OLDEST_AGE, Encounter
from app.nlp.visit.conclusion import conclusion_of
from app.nlp.visit.cue_finder import CueFinder
from app.nlp.visit.data_reviewed import data_reviewed
from app.nlp.visit.kind import Kind, is_report, kind_of_visit
from app.nlp.visit.problems import problems
from app.nlp.visit.risks import risks
from app.nlp.visit.stated import denies_visit, stated_codes, stated_decisions, stated_level
from app.nlp.visit.time_spent import time_spent
from app.usecases.ports import WordReader

_SHORTEST_CRITICAL_CARE = 30
_AGE = re.compile(
    r"\b(?P<age>\d{1,3})[ -]?(?:(?P<months>(?:months?|mo|weeks?|wks?|days?)[ -](?:old|of age)|m/o\b)"
    r"|(?:years?|yrs?|y)[ -]?(?:old|of age|o\b|/o\b)|y/?o\b|(?-i:[FM]\b))",
    re.IGNORECASE,
)


class CueVisitReader:
    """Finds facts of a visit by cues. Safe to share between threads; the cost is linear in the length of the note."""

    def __init__(self, cues: VisitCues, words: WordReader) -> None:
        self._finder = CueFinder(cues, words)

    def read(self, analysis: NoteAnalysis, encounter: Encounter) -> VisitFacts | None:
        """The facts; None for reports of services, for notes that are not of a visit, and for other languages than English."""
        if analysis.note.language != "en" or not analysis.sentences:
            return None
        hits = self._finder.find(analysis)
        codes = tuple(stated_codes(analysis))
        main = [c for c in codes if c.ref.code in FAMILY_OF_CODE]
        level, decisions = stated_level(analysis), stated_decisions(analysis)
        if not main and (denies_visit(analysis) or (level is None and decisions is None and is_report(analysis, hits))):
            return None
        conclusion = conclusion_of(analysis, hits)
        kind = kind_of_visit(analysis, hits, encounter, conclusion)
        time = time_spent(analysis)
        if main:
            family, status = FAMILY_OF_CODE[main[0].ref.code]
            known = PatientStatus.NOT_STATED if kind is None else kind.status
            kind = Kind(family, (main[0].span,), known if status is PatientStatus.NOT_STATED else status, () if kind is None else kind.status_words)
        if kind is None:
            return None
        if time.critical_care is not None and time.critical_care.minutes >= _SHORTEST_CRITICAL_CARE and not main:
            kind = kind._replace(family=VisitFamily.CRITICAL_CARE, family_words=(time.critical_care.span,))
        facts = VisitFacts(
            kind.family,
            kind.family_words,
            kind.status,
            kind.status_words,
            encounter.age if encounter.age is not None else _age(analysis),
            encounter.service_date,
            time=time.total,
            critical_care_time=time.critical_care,
            stated_codes=codes if main else (),
            stated_level=level,
            stated_decisions=decisions,
        )
        supports = (
            *problems(analysis, hits, conclusion),
            *data_reviewed(analysis, hits, kind.family),
            *risks(analysis, hits, self._finder, conclusion, kind.family),
        )
        if kind.family is VisitFamily.HOSPITAL_INITIAL and not any(s.kind is RiskKind.HOSPITALIZATION for s in supports):
            # Who writes the first hospital note decides on the stay.
            supports = (*supports, Support(RiskKind.HOSPITALIZATION, "admission", kind.family_words[0]))
        return replace(facts, supports=supports)


def _age(analysis: NoteAnalysis) -> int | None:
    """The first age of the note in whole years."""
    for match in _AGE.finditer(analysis.note.text):
        age = 0 if match["months"] else int(match["age"])
        if age <= OLDEST_AGE:
            return age
    return None
