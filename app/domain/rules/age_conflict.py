"""Codes that one age can't have."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Severity
from app.domain.rules.base import Data, found

# Age conflict edits of the Medicare Code Editor by leading characters: (codes, least age, greatest age, what they are for).
_EDITS: tuple[tuple[tuple[str, ...], int, int, str], ...] = (
    (("P", "Z38", "Z05", "Z00.110", "Z00.111"), 0, 0, "newborns"),
    (("Z00.121", "Z00.129", "Z62.3", "J21", "L22", "R62.51"), 0, 17, "children up to 17"),
    (("O", "Z34", "Z33.1", "Z3A", "Z36", "Z39"), 9, 64, "maternity from 9 to 64"),
    (("Z00.00", "Z00.01", "N40", "C61", "F03", "G30", "I70.2", "M80.0", "M81.0", "H25"), 15, 130, "adults from 15"),
)
_LASTING = ("P96.89", "P29.3", "P27", "P83.5")


class AgeConflict:
    """A diagnosis is for another age than the patient's: newborn, paediatric, maternity and adult codes (Medicare Code Editor, age conflict)."""

    id = "age-conflict"
    citation = "CMS Medicare Code Editor, age conflict edit"
    needs = frozenset({Data.AGE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code outside its ages."""
        age = coded.encounter.age
        if age is None:
            return
        for codes, least, most, name in _EDITS:
            if least <= age <= most:
                continue
            for line in coded.starting(*codes):
                if not line.ref.code.startswith(_LASTING):
                    yield found(self, Severity.BLOCK, [line], f"{line.ref.code} is for {name}; the patient is recorded as {age}")
