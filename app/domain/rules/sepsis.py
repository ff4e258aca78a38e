"""Sepsis."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.encounter import Setting
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_SYSTEMIC = ("A40", "A41", "A02.1", "A22.7", "A26.7", "A32.7", "A42.7", "A54.86", "B37.7", "T81.44", "O85", "P36")
_LOCAL = (
    "J12",
    "J13",
    "J14",
    "J15",
    "J16",
    "J18",
    "N10",
    "N12",
    "N39.0",
    "K35",
    "K57",
    "K65",
    "K81",
    "K83.0",
    "L03",
    "L02",
    "M00",
    "M86",
    "N30",
    "G00",
)


class Sepsis:
    """The systemic infection is sequenced before the local one when both are there on admission.

    Severe sepsis, R65.2-, is never first and never without it; SIRS of an infection is not coded (Guidelines I.C.1.d).
    """

    id = "sepsis"
    citation = "ICD-10-CM Official Guidelines I.C.1.d.1-4"
    needs = frozenset({Data.SETTING})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each fault."""
        systemic = coded.starting(*_SYSTEMIC)
        place = {line.ref: i for i, line in enumerate(coded.diagnoses)}
        for line in coded.starting("R65.2"):
            if not systemic:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} needs the systemic infection, coded first", query=QueryKind.TYPE)
        for line in coded.starting("R65.1"):
            if systemic:
                message = f"{line.ref.code} is for a response without infection; {systemic[0].ref.code} takes it in"
                yield found(self, Severity.WARN, [line, systemic[0]], message, repair=Repair(remove=(line.ref,), stated=True))
        if systemic and coded.encounter.setting is not Setting.OUTPATIENT:
            first = min(systemic, key=lambda line: place[line.ref])
            for line in coded.starting(*_LOCAL):
                if place[line.ref] < place[first.ref]:
                    message = f"Sepsis, {first.ref.code}, comes before the local infection {line.ref.code} when both were there on admission"
                    yield found(self, Severity.WARN, [line, first], message, repair=Repair(order=(first.ref, line.ref), stated=True))
