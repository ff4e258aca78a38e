"""Injuries and some other codes end with the phase of care."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.encounter import Setting
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_SEQUELA = re.compile(r"\b(?:sequelae?|late effects?|residual (?:of|from)|old (?:injury|fracture))\b")
_AFTER = re.compile(
    r"\b(?:follow[- ]?up|routine healing|healing (?:well|fracture)|heal(?:ed|ing)|post[- ]?op(?:erative)? (?:visit"
    r"|check)|cast (?:removal|change|check)"
    r"|suture removal|weeks? (?:out|post|after)|status post (?:orif|open reduction|fixation))\b"
)
_OPEN = re.compile(r"\b(?:open|compound) (?:[a-z]+ ){0,3}fractures?\b|\bgustilo\b")


class SeventhCharacter:
    """A code lacks the seventh character that its category asks for, or the placeholder X before it (Guidelines I.A.4-5).

    The note fills it in: sequela, subsequent encounter, else initial; an open fracture only where the note says open.
    """

    id = "seventh-character"
    citation = "ICD-10-CM Official Guidelines I.A.4, I.A.5 and I.C.19.a"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code that is a character short."""
        for line in coded.diagnoses:
            if line.code is None or line.code.billable or not line.code.seventh_characters:
                continue
            leaves = coded.tabular.leaves(line.ref.code)
            if not leaves or any(leaf[:-1].rstrip("X").rstrip(".") != line.ref.code for leaf in leaves):
                continue
            if coded.note is None:
                endings = ", ".join(sorted({leaf[-1] for leaf in leaves}))
                message = f"{line.ref.code} needs a seventh character, one of {endings}"
                yield found(self, Severity.BLOCK, [line], message, query=QueryKind.SPECIFICITY)
                continue
            wanted = _phase(coded.note.note.text.lower(), {leaf[-1] for leaf in leaves}, coded.encounter.setting)
            leaf = next((leaf for leaf in leaves if leaf[-1] == wanted), leaves[0])
            repair = Repair((line.ref,), (icd(leaf),), stated=True)
            yield found(self, Severity.WARN, [line], f"{line.ref.code} lacks its seventh character; the note makes it {leaf}", repair=repair)


def _phase(text: str, endings: set[str], setting: Setting) -> str:
    if "S" in endings and _SEQUELA.search(text):
        return "S"
    # What an emergency department sends to follow-up it has treated itself.
    if "D" in endings and setting is not Setting.EMERGENCY and _AFTER.search(text):
        return "D"
    if "B" in endings and _OPEN.search(text):
        return "B"
    return "A"
