"""Long-term drug use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.domain.coded import CodedEncounter, icd
from app.domain.drug_use import not_taken
from app.domain.finding import Finding, Repair, Severity
from app.domain.note import TextSpan
from app.domain.rules.base import Data, found

_I = re.IGNORECASE
_DIABETES = ("E08", "E09", "E10", "E11", "E13")


class _Drugs(NamedTuple):
    """How a note names them, and what each of those names holds one of: without it the note need not be searched."""

    names: re.Pattern[str]
    parts: tuple[str, ...]


def _named(*names: str) -> _Drugs:
    return _Drugs(re.compile(rf"\b(?:{'|'.join(names)})\b", _I), tuple(name.removesuffix(r"\w+") for name in names))


# Drug names in the note, the code for their long-term use, and the diagnoses that they are taken for.
_DRUGS: tuple[tuple[_Drugs, str, tuple[str, ...]], ...] = (
    (_named("insulin", "lantus", "humalog", "novolog", "glargine", "levemir", "tresiba", "basaglar", "toujeo"), "Z79.4", _DIABETES),
    (_named("metformin", "glipizide", "glyburide", "glimepiride", "sitagliptin", "januvia", "empagliflozin", "jardiance", "farxiga", "pioglitazone"),
     "Z79.84", _DIABETES),
    (_named("semaglutide", "ozempic", "liraglutide", "victoza", "dulaglutide", "trulicity", "exenatide", "tirzepatide", "mounjaro"),
     "Z79.85", _DIABETES),
    (_named("warfarin", "coumadin", "apixaban", "eliquis", "rivaroxaban", "xarelto", "dabigatran", "pradaxa"), "Z79.01",
     ("I48", "I26", "I82", "Z95.2", "Z86.71", "D68", "I05", "I34")),
    (_named("clopidogrel", "plavix", "ticagrelor", "brilinta", "prasugrel"), "Z79.02", ("I2", "I63", "I7", "Z95.5", "G45")),
    (_Drugs(re.compile(r"\b(?:long[- ]term|chronic) opioids?\b|\bopioid (?:therapy|agreement|contract)\b", _I), ("opioid",)),
     "Z79.891", ("G89", "M", "C", "F11.2")),
    (_named("alendronate", "fosamax", "risedronate", "ibandronate", r"zoledron\w+", "reclast", "boniva"), "Z79.83", ("M80", "M81", "C79.5", "M88")),
)  # fmt: skip
_TYPE_1 = ("E10",)


class LongTermDrugs:
    """A long-term drug taken for a condition on the claim has a code: antidiabetics, anticoagulants, antiplatelets, opioids, bisphosphonates.

    Guidelines I.C.4.a.3, I.C.21.c.3.

    Insulin with type 1 diabetes has none: it goes without saying. Insulin given for a while does not count, nor does a
    drug that the note stops or names as an allergy.
    """

    id = "long-term-drugs"
    citation = "ICD-10-CM Official Guidelines I.C.4.a.3 and I.C.21.c.3"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each drug that is taken and not coded, and for insulin coded with type 1 diabetes."""
        for line in coded.starting("Z79.4"):
            if coded.has(*_TYPE_1) and not coded.has("E11", "E08", "E09", "E13"):
                message = "Type 1 diabetes needs insulin: Z79.4 is not coded with it"
                yield found(self, Severity.WARN, [line, coded.starting(*_TYPE_1)[0]], message, repair=Repair(remove=(line.ref,), stated=True))
        for drugs, code, conditions in _DRUGS:
            treated = coded.starting(*conditions)
            if not treated or coded.has(code) or (code == "Z79.4" and treated[0].ref.code.startswith(_TYPE_1)):
                continue
            said = _taken(coded, drugs)
            if said is not None and coded.tabular.find(code) is not None:
                message = f"A drug taken for {treated[0].ref.code} has a code of its own: {code}"
                yield found(self, Severity.INFO, [treated[0]], message, repair=Repair(add=(icd(code),), stated=True), evidence=(said,))


def _taken(coded: CodedEncounter, drugs: _Drugs) -> TextSpan | None:
    """The first place where the note names one of the drugs as taken."""
    if coded.note is None:
        return None
    text = coded.note.note.text
    lower = text.lower()
    if not any(part in lower for part in drugs.parts):
        return None
    for drug in dict.fromkeys(m.group().lower() for m in drugs.names.finditer(text)):
        said = coded.said(re.compile(rf"\b{re.escape(drug)}\b", re.IGNORECASE)) if not_taken(coded.note, drug) is None else None
        if said is not None:
            return said
    return None
