"""What kind of statement a diagnosis code makes, which decides the sentences that it may stand in."""

from __future__ import annotations

from enum import StrEnum

from app.domain.encounter import Sex
from app.domain.sexes import FEMALE_ONLY, MALE_ONLY


class Kind(StrEnum):
    """Kinds by the chapters and blocks of ICD-10-CM."""

    DISEASE = "disease"
    CANCER = "cancer"
    SYMPTOM = "symptom"
    INJURY = "injury"
    CAUSE = "cause"
    PREGNANCY = "pregnancy"
    NEWBORN = "newborn"
    ENCOUNTER = "encounter"
    STATUS = "status"
    RELATIVES = "relatives"


_BLOCKS = (
    ("C00", "C99", Kind.CANCER),
    ("D00", "D09", Kind.CANCER),
    ("O00", "O9Z", Kind.PREGNANCY),
    ("P00", "P99", Kind.NEWBORN),
    ("R00", "R99", Kind.SYMPTOM),
    ("S00", "T99", Kind.INJURY),
    ("V00", "Y99", Kind.CAUSE),
    ("Z00", "Z53", Kind.ENCOUNTER),
    ("Z54", "Z79", Kind.STATUS),
    ("Z80", "Z84", Kind.RELATIVES),
    ("Z85", "Z99", Kind.STATUS),
)
_ADULT_ONLY = ("C61", "F00", "F01", "F02", "F03", "G30", "H25", "I25", "M80", "M81", "N40", "Z00.00", "Z00.01")
_CHILD_ONLY = ("F80", "F82", "Z00.1", "P", "J05", "J21")
_FERTILE = (14, 48)


def kind_of(code: str) -> Kind:
    """The kind of an ICD-10-CM code."""
    block = code[:3]
    return next((kind for first, last, kind in _BLOCKS if first <= block <= last), Kind.DISEASE)


def fits(code: str, age: int, sex: Sex) -> bool:
    """True when a patient of that age and sex may have the code."""
    if code.startswith("O") and not (sex is Sex.FEMALE and _FERTILE[0] <= age <= _FERTILE[1]):
        return False
    if code.startswith(_ADULT_ONLY) and age < 30:
        return False
    if code.startswith(_CHILD_ONLY) and age > (0 if code.startswith("P") else 12):
        return False
    return not code.startswith(FEMALE_ONLY if sex is Sex.MALE else MALE_ONLY)
