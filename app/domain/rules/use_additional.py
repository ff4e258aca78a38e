"""What the tabular list asks to add."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found
from app.domain.tabular.asked import asks_for
from app.domain.tabular.tabular import Tabular

_ENOUGH = 0.15


class UseAdditional:
    """A note "use additional code" or "code also" of a code on the claim names a code that the note supports and the claim lacks.

    Guidelines I.A.13, I.A.17.
    """

    id = "use-additional"
    citation = "ICD-10-CM Official Guidelines I.A.13 and I.A.17"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code that could be added."""
        near = [o for o in coded.seen if o.confidence >= _ENOUGH and o.evidence and o.evidence[0].assertion.affirmed]
        asked: set[str] = set()
        for line in [line for line in coded.diagnoses if _has_notes(coded.tabular, line.ref.code)] if near else ():
            for other in near:
                code = other.ref.code
                if code in asked or not asks_for(coded.tabular, line.ref.code, code):
                    continue
                asked.add(other.ref.code)
                message = f"{line.ref.code} asks for an additional code where it applies: {other.ref.code}"
                spans = (other.evidence[0].span,)
                yield found(self, Severity.INFO, [line], message, repair=Repair(add=(other.ref,)), evidence=spans)


def _has_notes(tabular: Tabular, code: str) -> bool:
    notes = tabular.notes(code)
    return bool(notes.use_additional or notes.code_also)
