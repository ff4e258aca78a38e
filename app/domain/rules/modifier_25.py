"""A visit on the day of a minor procedure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found
from app.domain.separate_visit import Beside, beside, is_visit, own_work

_SHOWN = 3
_STAFF_VISIT = "99211"


class Modifier25:
    """A visit on the day of a procedure is reported with modifier 25 where it is significant and separately identifiable.

    NCCI Policy Manual, chapter I, D and E.

    A decision to do a minor procedure is part of it. Where the note shows other problems assessed, the visit gets the
    modifier; where it does not, a person judges. Laboratory and imaging ask for none, major procedures for 57.
    """

    id = "modifier-25"
    citation = "NCCI Policy Manual, chapter I, section D"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for a visit without the modifier, and one for a modifier without a procedure."""
        visits = [line for line in coded.procedures if is_visit(line.ref)]
        by_kind = [(line, beside(line.ref)) for line in coded.procedures]
        services = [line for line, kind in by_kind if kind in (Beside.MINOR, Beside.GIVEN)]
        major = [line for line, kind in by_kind if kind is Beside.MAJOR]
        for visit in visits:
            if "25" in visit.modifiers:
                if not services and not major and len(visits) == 1:
                    yield found(self, Severity.WARN, [visit], f"{visit.ref.code} has modifier 25 and no procedure of that day beside it")
            elif "57" in visit.modifiers:
                continue
            elif major:
                message = (
                    f"{visit.ref.code} on the day of {major[0].ref.code}: with a decision for surgery made at this visit it needs modifier 57, "
                    "else it is part of the surgery"
                )
                yield found(self, Severity.WARN, [visit, major[0]], message)
            elif services:
                yield self._beside(visit, services, coded)

    def _beside(self, visit: CodedLine, services: Sequence[CodedLine], coded: CodedEncounter) -> Finding:
        own = () if visit.ref.code == _STAFF_VISIT else own_work(coded, services)
        names = " and ".join(line.ref.code for line in services[:_SHOWN])
        if not own:
            message = (
                f"{visit.ref.code} on the day of {names} needs modifier 25 if it is separately identifiable: "
                "the note shows no problem assessed beyond what that was for"
            )
            return found(self, Severity.WARN, [visit, services[0]], message)
        problems = ", ".join(d.ref.code if d.code is None else f"{d.code.title} ({d.ref.code})" for d in own[:_SHOWN])
        message = f"{visit.ref.code} gets modifier 25: beyond {names} the visit assessed {problems}"
        repair = Repair(modify=((visit.ref, "25"),), stated=True)
        return found(self, Severity.INFO, [visit, services[0]], message, repair=repair, evidence=[d.evidence[0].span for d in own[:_SHOWN]])
