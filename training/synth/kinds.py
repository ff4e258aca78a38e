"""What kind of statement a diagnosis code makes, which decides the sentences that it may stand in."""

from __future__ import annotations

from enum import StrEnum

from app.domain.encounter import Sex
from app.domain.rules.sex_conflict import FEMALE_ONLY, MALE_ONLY


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


_ADULT_ONLY = ("C61", "F00", "F01", "F02", "F03", "G30", "H25", "I25", "M80", "M81", "N40", "Z00.00", "Z00.01")
_CHILD_ONLY = ("F80", "F82", "Z00.1", "P", "J05", "J21")
_FERTILE = (14, 48)


def kind_of(code: str) -> Kind:
    """The kind of an ICD-10-CM code."""
    letter, block = code[0], code[:3]
    if letter == "Z":
        if "Z80" <= block <= "Z84":
            return Kind.RELATIVES
        return Kind.ENCOUNTER if block <= "Z53" else Kind.STATUS
    if letter in "VWXY":
        return Kind.CAUSE
    if letter in "ST":
        return Kind.INJURY
    if letter == "R":
        return Kind.SYMPTOM
    if letter == "C" or "D00" <= block <= "D09":
        return Kind.CANCER
    return {"O": Kind.PREGNANCY, "P": Kind.NEWBORN}.get(letter, Kind.DISEASE)


def fits(code: str, age: int, sex: Sex) -> bool:
    """True when a patient of that age and sex may have the code."""
    if code.startswith("O") and not (sex is Sex.FEMALE and _FERTILE[0] <= age <= _FERTILE[1]):
        return False
    if code.startswith(_ADULT_ONLY) and age < 30:
        return False
    if code.startswith(_CHILD_ONLY) and age > (0 if code.startswith("P") else 12):
        return False
    return not code.startswith(FEMALE_ONLY if sex is Sex.MALE else MALE_ONLY)
