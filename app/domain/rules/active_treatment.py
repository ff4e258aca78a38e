"""Injuries: active treatment, healing, sequela."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_HEALING = re.compile(
    r"\b(?:routine healing|healing (?:well|nicely|appropriately|as expected)|fracture is healing|callus formation"
    r"|cast (?:removal|change|check)|suture removal"
    r"|post[- ]?op(?:erative)? (?:visit|check)|fracture follow[- ]?up|follow[- ]?up (?:of"
    r"|for) (?:[a-z]+ ){0,4}(?:fracture|sprain|injury|laceration|surgery))\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\b(?:open reduction|orif|closed reduction|repaired|sutured|new injury|acute fracture|splinted"
    r"|splint (?:was )?(?:placed|applied)|to the operating room)\b",
    re.IGNORECASE,
)


class ActiveTreatment:
    """Seventh character A says that an injury is actively treated; D is for routine healing (Guidelines I.C.19.a).

    Speaks up where an injury ends with A and the note tells of healing and of no active treatment, or ends with D and the
    note tells of active treatment alone. A person decides: who treats counts, not the date.
    """

    id = "active-treatment"
    citation = "ICD-10-CM Official Guidelines I.C.19.a"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each injury whose seventh character and note disagree."""
        injuries = [line for line in coded.starting("S", "T") if len(line.ref.code) == _FULL and line.ref.code[-1] in "AD"]
        if not injuries:
            return
        healing, active = coded.said(_HEALING), coded.said(_ACTIVE)
        for line in injuries:
            other = _other(line, coded)
            if other is None:
                continue
            if line.ref.code[-1] == "A" and healing is not None and active is None:
                message = f"The note tells of healing and of no active treatment: {other} in place of {line.ref.code}"
                yield found(self, Severity.WARN, [line], message, repair=Repair((line.ref,), (icd(other),)), evidence=(healing,))
            elif line.ref.code[-1] == "D" and active is not None and healing is None:
                message = f"The note tells of active treatment: {other} in place of {line.ref.code}"
                yield found(self, Severity.WARN, [line], message, repair=Repair((line.ref,), (icd(other),)), evidence=(active,))


_FULL = 8


def _other(line: CodedLine, coded: CodedEncounter) -> str | None:
    other = line.ref.code[:-1] + ("D" if line.ref.code[-1] == "A" else "A")
    return other if coded.tabular.find(other) is not None else None
