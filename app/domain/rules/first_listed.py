"""What can't come first."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import Setting
from app.domain.finding import Finding, Repair, Severity
from app.domain.precedence import ONLY_FIRST, Rank, rank
from app.domain.rules.base import Data, found

# A screening stays one whatever it finds (I.C.21.c.5).
_SCREENING = ("Z11", "Z12", "Z13")
_CAME_FOR_IT = ("chief_complaint", "indication", "reason_for_visit", "preoperative_diagnosis")


class FirstListed:
    """The first-listed or principal diagnosis is the reason for the encounter.

    Never an external cause or a code that only says more of another, and a code that may only come first comes first
    (Guidelines II, IV.G, I.C.20, I.C.21.c.16).
    """

    id = "first-listed"
    citation = "ICD-10-CM Official Guidelines II, IV.G, I.C.20.a.6 and I.C.21.c.16"
    needs = frozenset({Data.SETTING})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """At most one finding for the first code, and one for each code that may only be first."""
        if not coded.diagnoses:
            return
        first, rest = coded.diagnoses[0], coded.diagnoses[1:]
        better = next((line for line in rest if rank(line.ref.code) < rank(first.ref.code)), None)
        name = "principal" if coded.encounter.setting is Setting.INPATIENT else "first-listed"
        if rank(first.ref.code) is Rank.EXTERNAL or (rank(first.ref.code) is Rank.MORE and better is not None):
            repair = None if better is None else Repair(order=(better.ref, first.ref), stated=True)
            yield found(self, Severity.BLOCK, [first], f"{first.ref.code} can't be the {name} diagnosis", repair=repair)
        elif rank(first.ref.code) is Rank.STATUS and better is not None and rank(better.ref.code) is Rank.CONDITION:
            repair = Repair(order=(better.ref, first.ref), stated=True)
            yield found(
                self, Severity.WARN, [first, better], f"{first.ref.code} is a status; {better.ref.code} is the {name} diagnosis", repair=repair
            )
        for line in rest:
            if line.ref.code.startswith(_SCREENING) and rank(first.ref.code) is Rank.CONDITION and _came_for(line):
                repair = Repair(order=(line.ref, first.ref), stated=True)
                message = f"The patient came for the screening {line.ref.code}; what it found, {first.ref.code}, comes behind it"
                yield found(self, Severity.WARN, [line, first], message, repair=repair)
            if line.ref.code.startswith(ONLY_FIRST) and rank(first.ref.code) is not Rank.FIRST:
                repair = Repair(order=(line.ref, first.ref), stated=True)
                yield found(self, Severity.WARN, [line], f"{line.ref.code} may only be the {name} diagnosis", repair=repair)


def _came_for(line: CodedLine) -> bool:
    return any(evidence.section in _CAME_FOR_IT for evidence in line.evidence)
