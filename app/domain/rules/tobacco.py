"""Tobacco."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_USE = "Z72.0"
_UNSPECIFIED = "F17.20"
_PREGNANT = "O99.33"
_QUIT = re.compile(
    r"\b(?:former|ex[- ]?)[ -]?smoker\b|\b(?:quit|stopped) smoking (?:in|\d|over|more|many|years)|\bhistory of (?:tobacco|smoking)\b", re.IGNORECASE
)
_SMOKES = re.compile(r"\b(?:current(?:ly)? smok\w+|smokes|still smok\w+|(?:nicotine|tobacco) dependence|active smoker)\b", re.IGNORECASE)


class Tobacco:
    """Tobacco is coded once: dependence before use, use before history, the product before "unspecified" (Guidelines I.C.5.b.3, I.C.21.c.3-4).

    In pregnancy O99.33- stands before the code of the dependence.
    """

    id = "tobacco"
    citation = "ICD-10-CM Official Guidelines I.C.5.b.3 and I.C.21.c.4"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code that another takes in."""
        dependence = coded.starting("F17")
        weaker: list[tuple[CodedLine, CodedLine]] = []
        if dependence:
            weaker += [(line, dependence[0]) for line in coded.starting(_USE)]
            clear = [line for line in dependence if not line.ref.code.startswith(_UNSPECIFIED)]
            weaker += [(line, clear[0]) for line in dependence if clear and line.ref.code.startswith(_UNSPECIFIED)]
        else:
            weaker += [(past, use) for use in coded.starting(_USE) for past in coded.starting("Z87.891")]
        for line, other in weaker:
            message = f"{other.ref.code} says more of tobacco than {line.ref.code}"
            yield found(self, Severity.WARN, [line, other], message, repair=Repair(remove=(line.ref,), stated=True))
        quit_ = coded.mentioned(_QUIT) if dependence and coded.said(_SMOKES) is None else None
        for line in dependence if quit_ is not None else ():
            if not line.ref.code.endswith("1"):
                message = f"The note tells of a former smoker: Z87.891 in place of {line.ref.code}"
                repair = Repair((line.ref,), (icd("Z87.891"),), stated=True)
                yield found(self, Severity.WARN, [line], message, repair=repair, evidence=() if quit_ is None else (quit_,))
        if dependence and coded.has("O") and not coded.has(_PREGNANT):
            message = f"In pregnancy tobacco use is coded O99.33- with {dependence[0].ref.code} behind it"
            yield found(self, Severity.WARN, [dependence[0]], message)
