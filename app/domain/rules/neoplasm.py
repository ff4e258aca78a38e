"""Neoplasms: primary, secondary, history, treatment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_SECONDARY = ("C77", "C78", "C79")
_THERAPY = ("Z51.0", "Z51.11", "Z51.12")
_CHEMOTHERAPY = re.compile(
    r"\b(?:(?:here|presents?|admitted|seen|scheduled) (?:today )?for (?:[a-z0-9#]+ ){0,5}(?:chemotherapy|chemo"
    r"|immunotherapy|radiation)|encounter for (?:antineoplastic )?(?:chemotherapy|immunotherapy|radiation))\b",
    re.IGNORECASE,
)


class Neoplasm:
    """A secondary neoplasm stands with its primary, active or in history.

    An encounter for chemotherapy, immunotherapy or radiation has Z51 first, and the neoplasm is still coded
    (Guidelines I.C.2).
    """

    id = "neoplasm"
    citation = "ICD-10-CM Official Guidelines I.C.2.b-e and I.C.2.m"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each fault."""
        secondary = coded.starting(*_SECONDARY)
        primary = [line for line in coded.starting("C") if line not in secondary]
        if secondary and not primary and not coded.has("Z85", "C80"):
            message = f"{secondary[0].ref.code} is secondary: code the primary, its history (Z85.-), or C80.1 where it is unknown"
            yield found(self, Severity.WARN, [secondary[0]], message, query=QueryKind.SPECIFICITY)
        for line in coded.starting(*_THERAPY):
            if not coded.has("C", "D0", "D1", "D2", "D3", "D4"):
                message = f"{line.ref.code} needs the neoplasm that is treated, behind it"
                yield found(self, Severity.BLOCK, [line], message, query=QueryKind.SPECIFICITY)
        malignant = [*primary, *secondary]
        said = coded.said(_CHEMOTHERAPY) if malignant and not coded.has(*_THERAPY) else None
        if said is not None and coded.note is not None:
            words = coded.note.note.quote(said).lower()
            code = "Z51.0" if "radiation" in words else "Z51.12" if "immuno" in words else "Z51.11"
            message = f"The encounter is for treatment of {malignant[0].ref.code}: {code} first"
            yield found(
                self, Severity.INFO, [malignant[0]], message, repair=Repair(add=(icd(code),), order=(icd(code), malignant[0].ref)), evidence=(said,)
            )
