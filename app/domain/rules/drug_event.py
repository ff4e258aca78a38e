"""Poisoning, adverse effect, underdosing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.domain.code import CodeRef
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.precedence import is_symptom
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_DRUG = re.compile(r"T(?:3[6-9]|4\d|50)\.")
_REASON = ("Z91.1", "Z91.A", "Y63", "Z91.14", "Z91.12", "Z91.13")
_BEHIND = ("Z", "V", "W", "X", "Y")


class DrugEvent:
    """A poisoning comes before what it does.

    An adverse effect stands behind the condition it caused; underdosing is never first and has its reason beside it
    (Guidelines I.C.19.e.5).
    """

    id = "drug-event"
    citation = "ICD-10-CM Official Guidelines I.C.19.e.5"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each fault."""
        events = {line.ref: intent for line in coded.diagnoses if (intent := _intent(line.ref.code))}
        if not events:
            return
        lines = {line.ref: line for line in coded.diagnoses}
        conditions = [line for line in coded.diagnoses if line.ref not in events and not line.ref.code.startswith(_BEHIND)]
        place = {line.ref: i for i, line in enumerate(coded.diagnoses)}
        for ref, intent in events.items():
            line = lines[ref]
            if intent == "5" and not conditions:
                message = f"{ref.code} is an adverse effect: what it caused is coded before it"
                yield found(self, Severity.BLOCK, [line], message, query=QueryKind.SPECIFICITY)
            elif intent in "56" and conditions and place[ref] == 0:
                name = "an adverse effect" if intent == "5" else "underdosing"
                repair = Repair(order=(conditions[0].ref, ref), stated=True)
                yield found(self, Severity.BLOCK, [line, conditions[0]], f"{ref.code}, {name}, comes behind the condition", repair=repair)
            elif intent in "1234":
                early = _effect(conditions, place, ref, coded)
                if early is not None:
                    repair = Repair(order=(ref, early.ref), stated=True)
                    yield found(self, Severity.WARN, [early, line], f"The poisoning {ref.code} comes before {early.ref.code}", repair=repair)
            if intent == "6" and not coded.has(*_REASON):
                yield found(
                    self, Severity.INFO, [line], f"The reason for the underdosing {ref.code} is coded beside it (Z91.1-, Y63.-) where it is known"
                )


def _intent(code: str) -> str:
    """The character that says accidental, self-harm, assault, undetermined (1-4), adverse effect (5) or underdosing (6); "" for other codes."""
    if not _DRUG.match(code):
        return ""
    plain = code.replace(".", "")
    for at in (5, 4):
        if len(plain) > at and plain[at] in "123456" and not (at == 4 and len(plain) > 5 and plain[5] in "123456"):
            return plain[at]
    return ""


def _effect(conditions: list[CodedLine], place: Mapping[CodeRef, int], ref: CodeRef, coded: CodedEncounter) -> CodedLine | None:
    """A condition coded before the poisoning that its words tie to it, or a symptom: poisoned patients come with theirs."""
    drug = next(line for line in coded.diagnoses if line.ref == ref)
    if coded.note is None:
        return next((c for c in conditions if place[c.ref] < place[ref] and not c.ref.code.startswith("O")), None)
    sentences = set(coded.sentences_of(drug))
    for c in conditions:
        if place[c.ref] < place[ref] and is_symptom(c.ref.code):
            return c
        if place[c.ref] < place[ref] and not c.ref.code.startswith("O") and not sentences.isdisjoint(coded.sentences_of(c)):
            return c
    return None
