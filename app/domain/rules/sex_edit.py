"""Codes that one sex can't have, on a claim."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.encounter import Sex
from app.domain.finding import Finding, Severity
from app.domain.rules.base import Data, found
from app.domain.sexes import FEMALE_ONLY, MALE_ONLY


class SexEdit:
    """A diagnosis is for the other sex than the one recorded (Medicare Code Editor, sex conflict); the record is checked before the claim goes."""

    id = "sex-edit"
    citation = "CMS Medicare Code Editor, sex conflict edit"
    needs = frozenset({Data.SEX})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code of the other sex."""
        sex = coded.encounter.sex
        for line in coded.starting(*(FEMALE_ONLY if sex is Sex.MALE else MALE_ONLY)) if sex is not Sex.UNKNOWN else ():
            yield found(self, Severity.BLOCK, [line], f"{line.ref.code} is not for a patient recorded as {sex}: check the record")
