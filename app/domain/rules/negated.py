"""What the note denies is not coded."""

from __future__ import annotations

from app.domain.assertion import Presence
from app.domain.code import Code
from app.domain.encounter import Encounter
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status, Suggestion


class Negated:
    """Suppresses a code when every piece of its evidence is denied, or holds only under a condition (Guidelines III.B, IV.J: code what exists)."""

    id = "negated"
    citation = "ICD-10-CM Official Guidelines III.B and IV.J"
    of_words = True

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:  # noqa: ARG002  one signature for all rules
        """Suppressed, or nothing to say."""
        kinds = {e.assertion.presence for e in suggestion.evidence}
        if kinds <= {Presence.ABSENT, Presence.CONDITIONAL}:
            why = "the note says it is absent" if Presence.ABSENT in kinds else "the note speaks of it only under a condition"
            return Ruling(self.id, Status.SUPPRESSED, why)
        return None
