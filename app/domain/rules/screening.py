"""Screening is for those without signs of the disease."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_SCREENING = ("Z11", "Z12", "Z13")
_OTHER = ("R", "V", "W", "X", "Y", "Z")


class Screening:
    """A test for a disease that the patient has, or has signs of, is no screening (Guidelines I.C.21.c.5).

    The screening code goes where its words are those of a condition on the claim.
    """

    id = "screening"
    citation = "ICD-10-CM Official Guidelines I.C.21.c.5"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each screening code that shares its words with a condition."""
        for line in coded.starting(*_SCREENING):
            spans = [e.span for e in line.evidence]
            for other in coded.diagnoses:
                if other.ref.code.startswith(_OTHER) or not any(e.span.overlaps(span) for e in other.evidence for span in spans):
                    continue
                message = f"The patient has {other.ref.code}, so that testing for it is no screening"
                yield found(self, Severity.WARN, [line, other], message, repair=Repair(remove=(line.ref,), stated=True))
                break
