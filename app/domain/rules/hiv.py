"""HIV."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.encounter import Setting
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

# Conditions that make an HIV infection the disease (CDC's list of AIDS-defining conditions, by category).
_DEFINING = ("A15", "A17", "A18", "A19", "A31", "A07.2", "A07.3", "A81.2", "B20", "B25", "B37.1", "B37.81", "B38", "B39",
    "B45", "B58", "B59", "C46", "C53",
    "C83.3", "C83.7", "R64",
)  # fmt: skip

_WITHOUT_SYMPTOMS = re.compile(r"\bhiv[- ](?:positive|infection|infected)?[^.\n]{0,20}\basymptomatic\b|\basymptomatic hiv\b", re.IGNORECASE)
_DISEASE = re.compile(r"\b(?:aids|hiv disease|hiv-related|opportunistic)\b", re.IGNORECASE)


class Hiv:
    """HIV is coded once: B20 for the disease, for good; Z21 only without symptoms; R75 only while inconclusive (Guidelines I.C.1.a)."""

    id = "hiv"
    citation = "ICD-10-CM Official Guidelines I.C.1.a.2"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code that another takes in, and for a defining condition beside Z21."""
        disease, status = coded.starting("B20"), coded.starting("Z21")
        for line in (*status, *coded.starting("R75")):
            other = disease[0] if disease else status[0] if status and line not in status else None
            if other is not None:
                message = f"{other.ref.code} stands for HIV; {line.ref.code} is not coded with it"
                yield found(self, Severity.WARN, [line, other], message, repair=Repair(remove=(line.ref,), stated=True))
        defining = [line for line in coded.starting(*_DEFINING) if not line.ref.code.startswith("B20")]
        place = {line.ref: i for i, line in enumerate(coded.diagnoses)}
        if disease and defining and coded.encounter.setting is Setting.INPATIENT and place[defining[0].ref] < place[disease[0].ref]:
            message = f"Admitted for {defining[0].ref.code}, which HIV brings: {disease[0].ref.code} comes before it"
            repair = Repair(order=(disease[0].ref, defining[0].ref), stated=True)
            yield found(self, Severity.WARN, [defining[0], disease[0]], message, repair=repair)
        said = coded.said(_WITHOUT_SYMPTOMS) if disease and not defining and coded.said(_DISEASE) is None else None
        if said is not None:
            message = f"HIV positive without symptoms, and no illness of HIV in the note: Z21 in place of {disease[0].ref.code}"
            repair = Repair((disease[0].ref,), (icd("Z21"),), stated=True)
            yield found(self, Severity.WARN, [disease[0]], message, repair=repair, evidence=(said,))
        if status and defining and not disease:
            message = f"{defining[0].ref.code} in a patient with HIV makes it the disease, B20, if a provider says so"
            yield found(self, Severity.WARN, [status[0], defining[0]], message)
