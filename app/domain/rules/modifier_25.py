"""A visit on the day of a minor procedure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Severity
from app.domain.rules.base import Data, found

_VISIT = re.compile(r"99(?:20[2-5]|21[1-5]|24[2-5]|28[1-5]|38[1-7]|39[1-7])")
# Services that stand beside a visit without a modifier: evaluation, laboratory, imaging, drugs.
_SURGERY = (10004, 69990)
_MEDICINE = ((96360, 96379), (92920, 93464), (94010, 94799), (95004, 95199), (97010, 97799), (98925, 98943))


class Modifier25:
    """A visit on the day of a procedure is reported with modifier 25 where it is significant and separately identifiable.

    NCCI Policy Manual, chapter I, D and E.

    A decision to do a minor procedure is part of it. Whether the visit goes beyond it, a person judges: problems assessed
    besides the one the procedure was for speak for it.
    """

    id = "modifier-25"
    citation = "NCCI Policy Manual, chapter I, section D"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for a visit without the modifier, and one for a modifier without a procedure."""
        services = [line for line in coded.procedures if line.ref.system is CodeSystem.CPT]
        visits = [line for line in services if _VISIT.fullmatch(line.ref.code)]
        procedures = [line for line in services if _procedure(line)]
        for visit in visits:
            if procedures and "25" not in visit.modifiers and "57" not in visit.modifiers:
                others = len([d for d in coded.diagnoses if not d.ref.code.startswith(("Z", "V", "W", "X", "Y"))])
                why = "more than one problem was assessed" if others > 1 else "the one problem coded is the one the procedure was for"
                message = f"{visit.ref.code} on the day of {procedures[0].ref.code} needs modifier 25 if it is separately identifiable: {why}"
                yield found(self, Severity.WARN, [visit, procedures[0]], message)
            elif "25" in visit.modifiers and not procedures and not any(v for v in visits if v is not visit) and not _vaccine(services):
                yield found(self, Severity.WARN, [visit], f"{visit.ref.code} has modifier 25 and no procedure of that day beside it")


def _procedure(line: CodedLine) -> bool:
    if not line.ref.code.isdigit():
        return False
    number = int(line.ref.code)
    return _SURGERY[0] <= number <= _SURGERY[1] or any(low <= number <= high for low, high in _MEDICINE)


def _vaccine(services: list[CodedLine]) -> bool:
    return any(line.ref.code.startswith(("904", "906", "907")) for line in services)
