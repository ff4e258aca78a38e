"""Body mass index."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_DIAGNOSES = (
    "E66",
    "E40",
    "E41",
    "E42",
    "E43",
    "E44",
    "E45",
    "E46",
    "E64.0",
    "R63.4",
    "R63.5",
    "R63.6",
    "R63.8",
    "R64",
    "F50",
    "O99.21",
    "O99.84",
    "E88.82",
)
_BMI = re.compile(r"\b(?:bmi|body mass index)\b[^.\n\d]{0,25}(\d{2}(?:\.\d{1,2})?)", re.IGNORECASE)
_ADULT = 20
_LOWEST, _HIGHEST = 20, 70


class BodyMassIndex:
    """A body mass index is coded only beside a provider's diagnosis that has to do with weight.

    (Guidelines I.B.14); with one, the value in the note gives the code.

    Not in pregnancy (I.C.15).
    """

    id = "body-mass-index"
    citation = "ICD-10-CM Official Guidelines I.B.14 and I.C.21.c.3"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for a code without its diagnosis, and one for an obese adult without the code."""
        values = coded.starting("Z68")
        weight = coded.starting(*_DIAGNOSES)
        for line in values:
            if not weight or coded.has("O"):
                message = f"{line.ref.code} needs a provider's diagnosis of weight, and is not coded in pregnancy"
                yield found(
                    self, Severity.WARN, [line], message, repair=Repair(remove=(line.ref,), stated=True), query=QueryKind.CLINICAL_SIGNIFICANCE
                )
        obese = coded.starting("E66")
        if obese and not values and coded.note is not None and coded.encounter.age is not None and coded.encounter.age >= _ADULT:
            said = coded.said(_BMI)
            code = None if said is None else _code(coded.note.note.quote(said))
            if said is not None and code is not None and coded.tabular.find(code) is not None and not coded.has("O"):
                message = f"The body mass index beside {obese[0].ref.code} is coded {code}"
                yield found(self, Severity.INFO, [obese[0]], message, repair=Repair(add=(icd(code),)), evidence=(said,))


def _code(words: str) -> str | None:
    m = _BMI.search(words)
    value = 0 if m is None else int(float(m[1]))
    if value < _LOWEST:
        return "Z68.1" if value else None
    if value < 40:
        return f"Z68.{value}"
    steps = ((45, "Z68.41"), (50, "Z68.42"), (60, "Z68.43"), (70, "Z68.44"))
    return next((code for limit, code in steps if value < limit), "Z68.45")
