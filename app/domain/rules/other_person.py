"""What the note says of relatives is not the patient's."""

from __future__ import annotations

from app.domain.assertion import Experiencer
from app.domain.code import Code
from app.domain.encounter import Encounter
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status, Suggestion

_FAMILY_HISTORY = ("Z80", "Z81", "Z82", "Z83", "Z84")


class OtherPerson:
    """Suppresses a code whose evidence is all about somebody else; family history has codes of its own (Guidelines I.C.21.c.4)."""

    id = "other-person"
    citation = "ICD-10-CM Official Guidelines I.C.21.c.4"
    of_words = True

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:  # noqa: ARG002  one signature for all rules
        """Suppressed, or nothing to say."""
        if code.ref.code.startswith(_FAMILY_HISTORY):
            return None
        if all(e.assertion.experiencer is Experiencer.OTHER for e in suggestion.evidence):
            return Ruling(self.id, Status.SUPPRESSED, "the note says it of a relative or another person")
        return None
