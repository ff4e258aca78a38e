"""Diabetes and what it does: the assumed link."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

# What diabetes is linked with unless the record denies it (Alphabetic Index, "Diabetes, with"): beginnings of the
# condition's codes → ending of the diabetes code behind the category, and whether the condition is still coded beside it.
_LINKED: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    (("N18",), ".22", True),
    (("G62.9", "G63"), ".42", False),
    (("G90.9", "G99.0", "K31.84"), ".43", False),
    (("I73.9", "I70.20"), ".51", False),
    (("I96",), ".52", False),
    (("L97",), ".621", True),
    (("H35.00",), ".319", False),
    (("N28.9", "N05", "N08"), ".21", False),
)
_CATEGORIES = ("E08", "E09", "E10", "E11", "E13")
_DENIED = re.compile(
    r"\b(?:not (?:due to|related to|caused by|from|secondary to)|unrelated to|non[- ]?diabetic|due to (?:alcohol"
    r"|chemotherapy|hypertension|lupus|vasculitis|b12|obstruct))",
    re.IGNORECASE,
)


class DiabetesWith:
    """Diabetes and a condition that the index lists under "with" are linked, unless the record denies it (Guidelines I.A.15, I.C.4.a).

    One diabetes code says both. Where a diabetes code of that complication stands already, the one without complications comes off.
    """

    id = "diabetes-with"
    citation = "ICD-10-CM Official Guidelines I.A.15 and I.C.4.a"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each condition that is linked and not yet coded so."""
        for diabetes in coded.starting(*(f"{category}.9" for category in _CATEGORIES)):
            category = diabetes.ref.code[:3]
            for conditions, ending, beside in _LINKED:
                other = next(iter(coded.starting(*conditions)), None)
                if other is None or _apart(other, coded):
                    continue
                linked = coded.starting(category + ending[:-1])
                if linked:
                    message = f"{linked[0].ref.code} says that this diabetes has a complication, and {diabetes.ref.code} that it has none"
                    yield found(self, Severity.WARN, [diabetes, linked[0]], message, repair=Repair((diabetes.ref,), stated=True))
                    continue
                if coded.tabular.find(category + ending) is None:
                    continue
                gone = (diabetes.ref,) if beside else (diabetes.ref, other.ref)
                message = f"Diabetes and {other.ref.code} are linked unless the record denies it: {category}{ending}"
                repair = Repair(gone, (icd(category + ending),), stated=True)
                yield found(self, Severity.WARN, [diabetes, other], message, repair=repair)


def _apart(other: CodedLine, coded: CodedEncounter) -> bool:
    return _DENIED.search(coded.words_about(other)) is not None
