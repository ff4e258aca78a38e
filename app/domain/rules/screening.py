"""Screening is for those without signs of the disease."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.past_services import PastServices
from app.domain.rules.base import Data, found

_SCREENING = ("Z11", "Z12", "Z13")
_OTHER = ("R", "V", "W", "X", "Y", "Z")


class Screening:
    """A test for a disease that the patient has, or has signs of, is no screening, and one of the past no reason for this encounter.

    The screening code goes where its words are those of a condition on the claim, and where the note tells of a screening
    done before and of no other (Guidelines I.C.21.c.5).
    """

    id = "screening"
    citation = "ICD-10-CM Official Guidelines I.C.21.c.5"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each screening code that shares its words with a condition or belongs to the past."""
        screenings = coded.starting(*_SCREENING)
        past = None if coded.note is None or not screenings else PastServices(coded.note, coded.encounter)
        for line in screenings:
            before = [None if past is None else past.why(e.span) for e in line.evidence]
            if before and all(before):
                message = f"The screening of {line.ref.code} was done before: {before[0]}"
                yield found(self, Severity.WARN, [line], message, repair=Repair(remove=(line.ref,), stated=True))
                continue
            spans = [e.span for e in line.evidence]
            for other in coded.diagnoses:
                if other.ref.code.startswith(_OTHER) or not any(e.span.overlaps(span) for e in other.evidence for span in spans):
                    continue
                message = f"The patient has {other.ref.code}, so that testing for it is no screening"
                yield found(self, Severity.WARN, [line, other], message, repair=Repair(remove=(line.ref,), stated=True))
                break
