"""Hypertension with heart and kidney disease."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_HEART = ("I50", "I51.4", "I51.5", "I51.7", "I51.81", "I51.89", "I51.9")
_FAILURE = ("I50",)
_END_STAGE = ("N18.5", "N18.6")
_FAMILY = ("I10", "I11", "I12", "I13")
_DENIED = re.compile(
    r"\b(?:not (?:due to|related to|caused by|from|secondary to)|unrelated to) (?:[a-z]+ ){0,2}(?:hypertension|htn|blood pressure)", re.IGNORECASE
)


class HypertensionWith:
    """Hypertension is linked with heart failure and with chronic kidney disease, unless the record says they are unrelated (Guidelines I.C.9.a).

    I11 with heart disease, I12 with chronic kidney disease, I13 with both; the failure and the stage are coded beside it.
    """

    id = "hypertension-with"
    citation = "ICD-10-CM Official Guidelines I.C.9.a.1-3"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding where the hypertension code does not say what stands beside it."""
        pressure = coded.starting(*_FAMILY)
        heart = [line for line in coded.starting(*_HEART) if not _apart(line, coded)]
        kidney = [line for line in coded.starting("N18") if not _apart(line, coded)]
        if not pressure or not (heart or kidney):
            return
        right = _code(heart, kidney)
        if right is None or {line.ref.code for line in pressure} == {right} or coded.tabular.find(right) is None:
            return
        if not any(line.ref.code == "I10" for line in pressure) and not (heart and kidney):
            return
        message = f"Hypertension with {' and '.join(line.ref.code for line in (*heart[:1], *kidney[:1]))} is coded {right}"
        gone = tuple(line.ref for line in pressure if line.ref.code != right)
        yield found(self, Severity.WARN, [*pressure, *heart[:1], *kidney[:1]], message, repair=Repair(gone, (icd(right),), stated=True))


def _code(heart: list[CodedLine], kidney: list[CodedLine]) -> str | None:
    failing = any(line.ref.code.startswith(_FAILURE) for line in heart)
    late = any(line.ref.code.startswith(_END_STAGE) for line in kidney)
    if heart and kidney:
        return ("I13.2" if late else "I13.0") if failing else ("I13.11" if late else "I13.10")
    if heart:
        return "I11.0" if failing else "I11.9"
    return "I12.0" if late else "I12.9"


def _apart(line: CodedLine, coded: CodedEncounter) -> bool:
    return _DENIED.search(coded.words_about(line)) is not None
