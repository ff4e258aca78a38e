"""Pregnancy, childbirth and the puerperium."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_WEEKS = re.compile(
    r"\b(\d{1,2})(?:\s*(?:\+|and|w)?\s*\d/7|\s?w\d?d?)?[- ]?(?:weeks?|wks?|wk|w\b)[^.\n]{0,25}?(?:gestation\w*|pregnan\w*|iup|ga\b)", re.IGNORECASE
)
_NO_WEEKS = ("O00", "O01", "O02", "O03", "O04", "O07", "O08", "O85", "O86", "O87", "O88", "O89", "O90", "O91", "O92", "O94", "O80")
_FIRST_CODED, _LAST = 8, 42
_NORMAL = "O80"


class Pregnancy:
    """Chapter 15 codes come before others, Z33.1 and Z34 never stand beside them, and the weeks of gestation, Z3A, are added where they are known.

    O80 stands without any other of them. Guidelines I.C.15.a, b and n, I.C.21.c.11.
    """

    id = "pregnancy"
    citation = "ICD-10-CM Official Guidelines I.C.15.a-b and I.C.21.c.11"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each fault."""
        obstetric = coded.starting("O")
        if obstetric:
            for line in coded.starting("Z33.1", "Z34"):
                message = f"{line.ref.code} is for a pregnancy without complication; {obstetric[0].ref.code} stands"
                yield found(self, Severity.WARN, [line, obstetric[0]], message, repair=Repair(remove=(line.ref,), stated=True))
            others = [line for line in obstetric if not line.ref.code.startswith(_NORMAL)]
            for line in coded.starting(_NORMAL) if others else ():
                message = f"{line.ref.code} is for a delivery without any other code of chapter 15; {others[0].ref.code} stands"
                yield found(self, Severity.WARN, [line, others[0]], message, repair=Repair(remove=(line.ref,), stated=True))
            place = {line.ref: i for i, line in enumerate(coded.diagnoses)}
            early = [line for line in coded.diagnoses if not line.ref.code.startswith(("O", "Z")) and place[line.ref] < place[obstetric[0].ref]]
            if early:
                message = f"{obstetric[0].ref.code} of chapter 15 comes before {early[0].ref.code}"
                yield found(
                    self, Severity.WARN, [early[0], obstetric[0]], message, repair=Repair(order=(obstetric[0].ref, early[0].ref), stated=True)
                )
        elif coded.starting("Z3A") and not coded.has("Z34", "Z33", "Z36", "O"):
            line = coded.starting("Z3A")[0]
            yield found(self, Severity.WARN, [line], f"{line.ref.code} stands only with a code of the pregnancy")
        weekly = [line for line in obstetric if not line.ref.code.startswith(_NO_WEEKS)]
        if weekly and not coded.has("Z3A") and coded.note is not None:
            said = coded.said(_WEEKS)
            week = 0 if said is None else _number(coded.note.note.quote(said))
            if said is not None and _FIRST_CODED <= week <= _LAST:
                code = f"Z3A.{week:02d}"
                message = f"The weeks of gestation beside {weekly[0].ref.code}: {code}"
                yield found(self, Severity.INFO, [weekly[0]], message, repair=Repair(add=(icd(code),), stated=True), evidence=(said,))
            elif said is None:
                yield found(self, Severity.INFO, [weekly[0]], "The weeks of gestation (Z3A.-) are not in the note", query=QueryKind.SPECIFICITY)


def _number(words: str) -> int:
    digits = re.match(r"\d+", words)
    return 0 if digits is None else int(digits[0])
