"""What is planned, advised or feared has not happened."""

from __future__ import annotations

from app.domain.assertion import Temporality
from app.domain.code import PROCEDURE_SYSTEMS, Code
from app.domain.encounter import Encounter, Setting
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status, Suggestion

_NOT_YET = {Temporality.PLANNED, Temporality.HYPOTHETICAL}


class NotDone:
    """Suppresses a code whose evidence all lies in the future, and a procedure that lies in the past (CPT: code what was performed)."""

    id = "not-done"
    citation = "CPT: report the service that was performed"
    of_words = True

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:
        """Suppressed, a candidate where the setting is unknown, or nothing to say."""
        times = {e.assertion.temporality for e in suggestion.evidence}
        if times <= _NOT_YET:
            status = Status.CANDIDATE if encounter.setting is Setting.UNKNOWN else Status.SUPPRESSED
            return Ruling(self.id, status, "the note plans, advises or warns of it; it has not happened")
        if code.ref.system in PROCEDURE_SYSTEMS and times <= _NOT_YET | {Temporality.HISTORICAL}:
            return Ruling(self.id, Status.SUPPRESSED, "the note speaks of it as done in the past or still to come, not in this encounter")
        return None
