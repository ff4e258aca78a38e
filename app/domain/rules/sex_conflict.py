"""Codes that one sex can't have."""

from __future__ import annotations

from app.domain.code import Code, CodeSystem
from app.domain.encounter import Encounter, Sex
from app.domain.rules.base import Ruling
from app.domain.sexes import FEMALE_ONLY, MALE_ONLY
from app.domain.suggestion import Status, Suggestion


class SexConflict:
    """Keeps a code of one sex from being suggested for the other; a person decides (Medicare Code Editor, sex conflict)."""

    id = "sex-conflict"
    citation = "CMS Medicare Code Editor, sex conflict edit"
    of_words = False

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:  # noqa: ARG002  one signature for all rules
        """At most a candidate, or nothing to say."""
        if code.ref.system is not CodeSystem.ICD10CM or encounter.sex is Sex.UNKNOWN:
            return None
        if code.ref.code.startswith(FEMALE_ONLY if encounter.sex is Sex.MALE else MALE_ONLY):
            return Ruling(self.id, Status.CANDIDATE, f"the code is not for a patient recorded as {encounter.sex}: check the record")
        return None
