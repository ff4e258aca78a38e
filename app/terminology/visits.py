"""Proposes evaluation and management codes: what a visit note is billed with is seldom written in it as a term."""

from __future__ import annotations

import re

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.visit import VisitKind, usual_kinds, visit_codes

_CUES: tuple[tuple[VisitKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            VisitKind.PREVENTIVE,
            r"\b(?:annual|yearly|routine|preventive|complete) (?:physical|exam(?:ination)?|wellness|check-?up|visit|well[- ]woman)\b",
        ),
        (
            VisitKind.PREVENTIVE,
            r"\b(?:well[- ](?:child|baby|woman|adult)|wellness (?:visit|exam)|health maintenance (?:visit|exam)|sports physical)\b",
        ),
        (
            VisitKind.NEW,
            r"\b(?:new patient|establish(?:ing)? care|initial (?:visit|evaluation|office visit)|first visit|new to (?:me|our|the) \w+)\b",
        ),
        (
            VisitKind.ESTABLISHED,
            r"\b(?:established patient|return(?:s|ing)? (?:to (?:the )?(?:clinic|office)|visit)|follow[- ]?up|recheck|(?:med|medication) refill)\b",
        ),
        (VisitKind.CONSULTATION, r"\b(?:consult(?:ation|ed|ing)?|requesting physician|referr(?:ed|al) (?:by|from|to)|asked (?:to see|by))\b"),
        (VisitKind.ADMISSION, r"\b(?:admit(?:ted)?|admission|history and physical|h&p)\b"),
        (VisitKind.SUBSEQUENT, r"\b(?:progress note|hospital day|hd ?#?\d|overnight events?|interval history)\b"),
        (VisitKind.DISCHARGE, r"\b(?:discharge (?:summary|day|diagnos[ei]s|medications|disposition)|date of discharge|discharged (?:home|to))\b"),
        (VisitKind.EMERGENCY, r"\b(?:emergency (?:department|room)|ed course|brought in by|ems)\b"),
    )
)
# Where a note is a report of a service, the visit around it is billed by another note.
_REPORT = frozenset({"procedure_description", "technique", "operative_details", "postoperative_diagnosis", "comparison"})
_STATED, _USUAL = 1.0, 0.6
_WEIGHT = 8.0


class VisitSource:
    """Evaluation and management candidates, with the words that tell the kind of visit, else the opening of the note."""

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        """Candidates for every level of the kinds of visit the note speaks of; none for reports of services."""
        if not analysis.sentences or any(section.category in _REPORT for section in analysis.sections):
            return []
        stated: dict[VisitKind, TextSpan] = {}
        for kind, pattern in _CUES:
            found = pattern.search(analysis.note.text)
            if found is not None and kind not in stated:
                stated[kind] = TextSpan(found.start(), found.end())
        opening = self._opening(analysis)
        out: dict[str, Candidate] = {}
        for kind, span, coverage in [
            *((kind, span, _STATED) for kind, span in stated.items()),
            *((kind, opening, _USUAL) for kind in usual_kinds(encounter.setting)),
        ]:
            for code in visit_codes(kind, encounter):
                match = Match(span, coverage, _WEIGHT, 2, coverage == _STATED, 1.0, MatchSource.VISIT)
                out.setdefault(code, Candidate(CodeRef(CodeSystem.CPT, code), (match,)))
        return list(out.values())

    @staticmethod
    def _opening(analysis: NoteAnalysis) -> TextSpan:
        for category in ("chief_complaint", "history_of_present_illness"):
            for section in analysis.sections:
                if section.category == category:
                    inside = [s for s in analysis.sentences if section.span.covers(s.span) and s.span != section.heading]
                    if inside:
                        return inside[-1].span if category == "chief_complaint" else inside[0].span
        return analysis.sentences[0].span
