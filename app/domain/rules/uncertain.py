"""Outpatient and emergency: a suspicion is not coded."""

from __future__ import annotations

from app.domain.assertion import Presence
from app.domain.code import PROCEDURE_SYSTEMS, Code
from app.domain.encounter import Encounter, Setting
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status, Suggestion

_DENIED = {Presence.ABSENT, Presence.CONDITIONAL, Presence.POSSIBLE}


class Uncertain:
    """Suppresses diagnoses that the note only suspects; at discharge of an inpatient they are coded as if they existed (IV.H, II.H)."""

    id = "uncertain"
    citation = "ICD-10-CM Official Guidelines IV.H"
    of_words = True

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:
        """Suppressed, a candidate where the setting is unknown, or nothing to say."""
        if encounter.setting is Setting.INPATIENT or code.ref.system in PROCEDURE_SYSTEMS:
            return None
        kinds = {e.assertion.presence for e in suggestion.evidence}
        if Presence.POSSIBLE in kinds and kinds <= _DENIED:
            status = Status.CANDIDATE if encounter.setting is Setting.UNKNOWN else Status.SUPPRESSED
            return Ruling(self.id, status, "the note only suspects it; outside inpatient care code the symptom, not the suspicion")
        return None
