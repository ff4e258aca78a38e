"""Codes that the tabular list does not let stand together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import CodedEncounter, CodedLine, Data
from app.domain.tabular.tabular import Tabular


class Excludes1:
    """Two codes stand together although a note Excludes1 of one of them, or of an ancestor, names the other (Guidelines I.A.12.a).

    The set keeps what is worth most. Excludes2 lets both stand, and overrides an Excludes1 further up. Conditions that
    have nothing to do with each other may be coded together: a person then says so.
    """

    id = "excludes1"
    citation = "ICD-10-CM Official Guidelines I.A.12.a"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each pair."""
        for a, b in combinations(coded.diagnoses, 2):
            if excluded(coded.tabular, a, b):
                first, second = sorted((a.ref, b.ref))
                yield Finding(
                    self.id,
                    Severity.BLOCK,
                    (first, second),
                    f"{first.code} and {second.code} exclude each other unless the two conditions are unrelated",
                    self.citation,
                    tuple(e.span for line in (a, b) for e in line.evidence[:1]),
                    Repair(one_of=(first, second)),
                    QueryKind.CONFLICTING,
                )


def excluded(tabular: Tabular, a: CodedLine, b: CodedLine) -> bool:
    """True when a note of either code, nearest first, keeps the two apart."""
    return _names(tabular, a.ref.code, b.ref.code) or _names(tabular, b.ref.code, a.ref.code)


def _names(tabular: Tabular, code: str, other: str) -> bool:
    notes = tabular.notes(code)
    return any(p.matches(other) for p in notes.excludes1) and not any(p.matches(other) for p in notes.excludes2) and not _same_branch(code, other)


def _same_branch(code: str, other: str) -> bool:
    return code == other or other.startswith(code) or code.startswith(other)
