"""Only complete codes can be billed."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found
from app.domain.tabular.wording import best_leaves

_SHOWN = 6


class Specificity:
    """A heading stands where a complete code is wanted (Guidelines I.B.2).

    It is expanded to the leaf that the words around its evidence support; where they support none or several alike, the
    finding names what could be meant. Seventh characters are another rule's.
    """

    id = "specificity"
    citation = "ICD-10-CM Official Guidelines I.B.2"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each heading."""
        for line in coded.diagnoses:
            if line.code is None or line.code.billable or (line.code.seventh_characters and self._only_seventh(line, coded)):
                continue
            leaves = coded.tabular.leaves(line.ref.code)
            best = best_leaves(coded.tabular, leaves, coded.words_about(line))
            if len(best) == 1:
                repair = Repair((line.ref,), (icd(best[0]),), stated=True)
                yield found(self, Severity.WARN, [line], f"{line.ref.code} is a heading; the note supports {best[0]}", repair=repair)
            else:
                some = ", ".join(leaves[:_SHOWN]) + (", ..." if len(leaves) > _SHOWN else "")
                message = f"{line.ref.code} is a heading and can't be billed; the record must say which of {some}"
                yield found(self, Severity.BLOCK, [line], message, query=QueryKind.SPECIFICITY)

    @staticmethod
    def _only_seventh(line: CodedLine, coded: CodedEncounter) -> bool:
        return all(leaf[:-1].rstrip("X").rstrip(".") == line.ref.code for leaf in coded.tabular.leaves(line.ref.code))
