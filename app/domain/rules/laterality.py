"""Which side."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found
from app.domain.tabular.sides import Side, both, left_open, on_side, side_of

_RIGHT = re.compile(r"\b(?:right|rt|r)\b")
_LEFT = re.compile(r"\b(?:left|lt|l)\b")
_BOTH = re.compile(r"\b(?:bilateral(?:ly)?|both|b/l|bilat)\b")
# Whatever a note can mean a side by, eyes (OD, OS, OU), ears (AD, AS, AU) and limbs (RLE, LUE) among it.
_ANY_SIDE = re.compile(
    r"\b(?:right|left|rt|lt|r|l|bilateral\w*|both|b/l|bilat|o[dsu]|a[dsu]|[rl][ul][eql]|dexter|sinister|dominant|nondominant|ipsilateral|contralateral)\b",
    re.IGNORECASE,
)


class Laterality:
    """The code leaves the side open or names one that the note doesn't, or codes name one side each or beside both (Guidelines I.B.13).

    The side is taken from the words around the evidence; where the note does not name it, the clinician is asked.
    """

    id = "laterality"
    citation = "ICD-10-CM Official Guidelines I.B.13"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each open side, for each side that nobody stated, and for each pair of sides."""
        for line in coded.diagnoses:
            side = None if line.code is None else side_of(coded.tabular, line.ref.code)
            if side in (Side.RIGHT, Side.LEFT) and coded.note is not None and line.evidence and coded.mentioned(_ANY_SIDE) is None:
                yield from self._unstated(coded, line)
            if side is not Side.OPEN:
                continue
            said = _stated(coded.words_about(line))
            others = _on(coded, line.ref.code, said)
            if others:
                repair = Repair((line.ref,), tuple(icd(other) for other in others), stated=True)
                yield found(self, Severity.WARN, [line], f"{said} side stated: {' and '.join(others)} in place of {line.ref.code}", repair=repair)
            else:
                right = on_side(coded.tabular, line.ref.code, Side.RIGHT)
                wanted = f"; with the side stated it is {right} (right)" if right is not None else ""
                yield found(self, Severity.WARN, [line], f"{line.ref.code} leaves the side open{wanted}", query=QueryKind.LATERALITY)
        yield from self._pairs(coded)

    def _unstated(self, coded: CodedEncounter, line: CodedLine) -> Iterable[Finding]:
        other = left_open(coded.tabular, line.ref.code)
        if other is not None:
            repair = Repair((line.ref,), (icd(other),), stated=True)
            yield found(
                self, Severity.WARN, [line], f"The note names no side: {other} in place of {line.ref.code}", repair=repair, query=QueryKind.LATERALITY
            )

    def _within_both(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code of one side beside the code of both."""
        on = {line.ref.code: line for line in coded.diagnoses}
        for line in coded.diagnoses:
            if side_of(coded.tabular, line.ref.code) in (Side.RIGHT, Side.LEFT):
                double = both(coded.tabular, line.ref.code)
                if double is not None and double in on:
                    message = f"{line.ref.code} is within {double}, which names both sides"
                    yield found(self, Severity.WARN, [line, on[double]], message, repair=Repair(remove=(line.ref,), stated=True))

    def _pairs(self, coded: CodedEncounter) -> Iterable[Finding]:
        yield from self._within_both(coded)
        rights = [line for line in coded.diagnoses if side_of(coded.tabular, line.ref.code) is Side.RIGHT]
        on = {line.ref.code: line for line in coded.diagnoses}
        for line in rights:
            left = on_side(coded.tabular, line.ref.code, Side.LEFT)
            double = both(coded.tabular, line.ref.code)
            if double in on:
                continue
            if left in on and double is not None:
                pair = [line, on[left]]
                repair = Repair(tuple(p.ref for p in pair), (icd(double),), stated=True)
                yield found(self, Severity.WARN, pair, f"Both sides have a code of their own: {double}", repair=repair)


def _on(coded: CodedEncounter, code: str, said: Side | None) -> tuple[str, ...]:
    """The codes of the side that is stated; of both sides one code, else one for each."""
    if said is None:
        return ()
    one = on_side(coded.tabular, code, said)
    if one is not None or said is not Side.BOTH:
        return () if one is None else (one,)
    sides = (on_side(coded.tabular, code, Side.RIGHT), on_side(coded.tabular, code, Side.LEFT))
    return tuple(side for side in sides if side is not None) if None not in sides else ()


def _stated(words: str) -> Side | None:
    right, left = _RIGHT.search(words) is not None, _LEFT.search(words) is not None
    if _BOTH.search(words) or (right and left):
        return Side.BOTH if _BOTH.search(words) else None
    return Side.RIGHT if right else Side.LEFT if left else None
