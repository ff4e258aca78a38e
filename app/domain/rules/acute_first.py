"""Acute and chronic together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_ACUTE = re.compile(r"\b(?:acute|subacute)\b(?! on chronic| and chronic)", re.IGNORECASE)
_CHRONIC = re.compile(r"\bchronic\b", re.IGNORECASE)


class AcuteFirst:
    """The acute and the chronic form of a condition are both coded, the acute one first (Guidelines I.B.8)."""

    id = "acute-first"
    citation = "ICD-10-CM Official Guidelines I.B.8"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each pair in the wrong order."""
        courses = [(line, _course(line.code.title)) for line in coded.diagnoses if line.code is not None]
        acute = [line for line, course in courses if course == (True, False)]
        chronic = [line for line, course in courses if course == (False, True)] if acute else []
        place = {line.ref: i for i, line in enumerate(coded.diagnoses)} if chronic else {}
        for late in acute:
            for early in chronic:
                if place[early.ref] < place[late.ref] and _block(late, coded) == _block(early, coded) is not None:
                    message = f"{late.ref.code} is acute and comes before the chronic {early.ref.code}"
                    yield found(self, Severity.WARN, [early, late], message, repair=Repair(order=(late.ref, early.ref), stated=True))


# Every round asks for each code of a claim.
@lru_cache(maxsize=50_000)
def _course(title: str) -> tuple[bool, bool]:
    """Whether a title says acute, and whether it says chronic."""
    return _ACUTE.search(title) is not None, _CHRONIC.search(title) is not None


def _block(line: CodedLine, coded: CodedEncounter) -> str | None:
    return next((c.ref.code for c in coded.tabular.lineage(line.ref.code) if "-" in c.ref.code), None)
