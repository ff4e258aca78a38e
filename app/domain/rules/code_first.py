"""Aetiology and manifestation go together, in that order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found
from app.domain.tabular.tabular import Tabular

_MANIFESTATION = ("in diseases classified elsewhere", "in other diseases classified elsewhere", "in (due to)")
# A condition weighed but not on the claim may complete a pair from this confidence on.
_ENOUGH = 0.15


class CodeFirst:
    """A manifestation needs its aetiology on the claim, before it; it is never first-listed (Guidelines I.A.13).

    The pair is completed by a condition that the note supports. Where there is none, a person has to find it. Where both
    stand in the wrong order, the order is mended.
    """

    id = "code-first"
    citation = "ICD-10-CM Official Guidelines I.A.13"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each manifestation without its aetiology, or before it."""
        place = {line.ref: i for i, line in enumerate(coded.diagnoses)}
        for line in coded.diagnoses:
            notes = coded.tabular.notes(line.ref.code)
            if not notes.must_follow:
                continue
            before = [o for o in coded.diagnoses if o is not line and _behind(coded.tabular, line.ref.code, o.ref.code)]
            if before:
                late = [o for o in before if place[o.ref] > place[line.ref]]
                if len(late) == len(before) and not self._settled(line, late, coded):
                    message = f"{late[0].ref.code} is coded before {line.ref.code}"
                    yield found(self, Severity.BLOCK, [line, late[0]], message, repair=Repair(order=(late[0].ref, line.ref), stated=True))
            elif line.code is not None and any(words in line.code.title.lower() for words in _MANIFESTATION):
                yield self._lonely(line, coded)

    def _lonely(self, line: CodedLine, coded: CodedEncounter) -> Finding:
        patterns = coded.tabular.notes(line.ref.code).code_first
        near = [o for o in coded.seen if o.confidence >= _ENOUGH and any(p.matches(o.ref.code) for p in patterns)]
        if near:
            best = max(near, key=lambda o: (o.confidence, o.ref))
            message = f"{line.ref.code} is a manifestation; {best.ref.code}, which the note supports, is coded first"
            return found(self, Severity.WARN, [line], message, repair=Repair(add=(best.ref,), order=(best.ref, line.ref), stated=True))
        message = f"{line.ref.code} is a manifestation and can't stand without the disease behind it, which is coded first"
        return found(self, Severity.BLOCK, [line], message, query=QueryKind.CAUSAL_LINK)

    @staticmethod
    def _settled(line: CodedLine, late: list[CodedLine], coded: CodedEncounter) -> bool:
        """True for two codes that each ask to come after the other: a person may order them."""
        return any(p.matches(line.ref.code) for o in late for p in coded.tabular.notes(o.ref.code).code_first)


@lru_cache(maxsize=100_000)
def _behind(tabular: Tabular, code: str, other: str) -> bool:
    """True when a note puts `other` before `code`; every round asks for all pairs of a claim."""
    return tabular.notes(code).code_first.name(other)
