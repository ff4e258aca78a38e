"""What the words that a query asks about name: a diagnosis, a service, a medication, a supply."""

from __future__ import annotations

import re
from enum import StrEnum

from app.domain.code import Code, CodeSystem


class Subject(StrEnum):
    """What a query asks about; the value is the word that it uses. ENTRY where nothing tells."""

    DIAGNOSIS = "diagnosis"
    SERVICE = "service"
    MEDICATION = "medication"
    SUPPLY = "supply"
    ENTRY = "entry"


# Long-term drugs of ICD-10-CM, vaccines and globulins of CPT, drugs and their biosimilars of HCPCS.
_MEDICATION = {
    CodeSystem.ICD10CM: re.compile(r"Z79\."),
    CodeSystem.CPT: re.compile(r"902[89]\d|903\d\d|9047[6-9]|904[89]\d|90[5-6]\d\d|907[0-5]\d|913[0-2]\d"),
    CodeSystem.HCPCS: re.compile(r"J\d|Q5|Q0[12]|P9|A95|A96"),
}
# A0 are rides in an ambulance.
_SUPPLY = {CodeSystem.HCPCS: re.compile(r"A[4-9]|[BCEKLV]\d|Q4")}


def subject_of(code: Code) -> Subject:
    """What a code names."""
    for subject, patterns in ((Subject.MEDICATION, _MEDICATION), (Subject.SUPPLY, _SUPPLY)):
        pattern = patterns.get(code.ref.system)
        if pattern is not None and pattern.match(code.ref.code):
            return subject
    if code.ref.system is CodeSystem.ICD10CM:
        return Subject.DIAGNOSIS
    return Subject.MEDICATION if code.dose else Subject.SERVICE
