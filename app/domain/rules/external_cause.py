"""How an injury came about."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_CAUSES = ("V", "W", "X", "Y")
_PLACES = ("Y92", "Y93", "Y99")
# What an activity may bring about without an injury, such as pain of a joint or a nerve pinched by work.
_OVERUSED = ("M", "G56", "G57", "R55", "L55", "I21", "I46")
_HARMED = ("S", "T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "O9A", "T14")


class ExternalCause:
    """An external cause stands behind the injury or condition that it explains, never alone.

    Place, activity and status only at the initial encounter, and only beside an injury or another external cause (Guidelines I.C.20.a-k).
    """

    id = "external-cause"
    citation = "ICD-10-CM Official Guidelines I.C.20.a-d and k"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for causes without a condition, and one for places beside a later encounter."""
        causes = coded.starting(*_CAUSES)
        if causes and len(causes) == len(coded.diagnoses):
            yield found(self, Severity.BLOCK, list(causes), "An external cause needs the injury or condition that it explains, before it")
            return
        injuries = coded.starting(*_HARMED)
        places = coded.starting(*_PLACES)
        if places and not injuries and len(places) == len(causes) and not coded.starting(*_OVERUSED):
            for line in places:
                message = f"{line.ref.code} tells of an injury, and the claim has none"
                yield found(self, Severity.WARN, [line], message, repair=Repair(remove=(line.ref,), stated=True))
            return
        later = bool(injuries) and all(line.ref.code[-1] in "DS" and len(line.ref.code) == _FULL for line in injuries)
        for line in coded.starting(*_PLACES) if later else ():
            yield found(self, Severity.WARN, [line, injuries[0]], f"{line.ref.code} is coded once, at the initial encounter for the injury")


_FULL = 8
