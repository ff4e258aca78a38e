"""Only complete codes can be billed."""

from __future__ import annotations

from app.domain.code import Code
from app.domain.encounter import Encounter, Setting
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status, Suggestion


class Billable:
    """Suppresses headings: only a complete code can be billed (Guidelines I.B.2)."""

    id = "heading"
    citation = "ICD-10-CM Official Guidelines I.B.2"
    of_words = False

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:  # noqa: ARG002  one signature for all rules
        """Suppressed, or nothing to say; where the setting is unknown nothing is billed."""
        if code.billable or encounter.setting is Setting.UNKNOWN:
            return None
        return Ruling(self.id, Status.SUPPRESSED, "it is a heading; a code with more characters is needed")
