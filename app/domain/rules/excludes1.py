"""Codes that the tabular list does not let stand together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from app.domain.code import CodeRef
from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.precedence import Rank, rank
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data
from app.domain.tabular.tabular import Tabular

_SUBSTANCE = re.compile(r"(F1[0-9])\.[129]")


class Excludes1:
    """Two codes stand together although a note Excludes1 of one of them, or of an ancestor, names the other (Guidelines I.A.12.a).

    The set keeps what is worth most, and leans to the code that the other's note sends to, unless it can't stand alone.
    Excludes2 lets both stand, and overrides an Excludes1 further up. Conditions that have nothing to do with each other
    may be coded together: a person then says so.
    """

    id = "excludes1"
    citation = "ICD-10-CM Official Guidelines I.A.12.a"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each pair."""
        tabular = coded.tabular
        noted = {line.ref.code for line in coded.diagnoses if tabular.notes(line.ref.code).excludes1}
        for a, b in combinations(coded.diagnoses, 2):
            x, y = a.ref.code, b.ref.code
            a_names, b_names = x in noted and _names(tabular, x, y), y in noted and _names(tabular, y, x)
            if a_names or b_names:
                first, second = sorted((a.ref, b.ref))
                # The code that the other's note sends to takes in what the other says: it is the better one.
                better = _stronger(a.ref, b.ref) if a_names and b_names else b.ref if a_names else a.ref
                if better is not None and rank(better.code) is Rank.MORE:
                    better = None
                yield Finding(
                    self.id,
                    Severity.BLOCK,
                    (first, second),
                    f"{first.code} and {second.code} exclude each other unless the two conditions are unrelated",
                    self.citation,
                    tuple(e.span for line in (a, b) for e in line.evidence[:1]),
                    Repair(one_of=(first, second), prefer=better),
                    QueryKind.CONFLICTING,
                )


def _stronger(a: CodeRef, b: CodeRef) -> CodeRef | None:
    """Of two codes of one substance that exclude each other, dependence before abuse before use (I.C.5.b.2); None for other codes."""
    x, y = _SUBSTANCE.match(a.code), _SUBSTANCE.match(b.code)
    if x is None or y is None or x[1] != y[1]:
        return None
    order = "291"
    return min((a, b), key=lambda ref: order.find(ref.code[4]))


# Every round asks for all pairs of a claim, and claims share their pairs.
@lru_cache(maxsize=100_000)
def _names(tabular: Tabular, code: str, other: str) -> bool:
    notes = tabular.notes(code)
    return notes.excludes1.name(other) and not notes.excludes2.name(other) and not _same_branch(code, other)


def _same_branch(code: str, other: str) -> bool:
    return code == other or other.startswith(code) or code.startswith(other)
