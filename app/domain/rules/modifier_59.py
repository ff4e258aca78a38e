"""Modifiers that set two services apart."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Severity
from app.domain.rules.base import Data, found

_APART = {"59", "XE", "XP", "XS", "XU"}
_Range = tuple[int, int]


class _Pair(NamedTuple):
    """Services that the NCCI edits let stand together only where they were for `what` is apart."""

    one: tuple[_Range, ...]
    other: tuple[_Range, ...]
    what: str


# Pairs that coders meet often, from the NCCI procedure-to-procedure edits that a modifier may pass; ranges of CPT codes.
_PAIRS = (
    _Pair(((45380, 45380),), ((45384, 45385), (45388, 45388), (45390, 45390)), "another lesion"),
    _Pair(((45384, 45384),), ((45385, 45385),), "another lesion"),
    _Pair(((43239, 43239),), ((43250, 43251), (43254, 43254)), "another lesion"),
    _Pair(((11102, 11107),), ((11400, 11446), (11600, 11646), (17000, 17004), (17110, 17111), (17260, 17286)), "another lesion"),
    _Pair(((17000, 17004),), ((17110, 17111),), "another lesion"),
    _Pair(((12001, 12018),), ((11400, 11446), (11600, 11646)), "another wound than that of the excision"),
    _Pair(((11042, 11047),), ((97597, 97598),), "another wound"),
    _Pair(((11055, 11057),), ((11719, 11721),), "other toes or fingers"),
    _Pair(((97140, 97140),), ((98925, 98929), (98940, 98942)), "another region of the body"),
    _Pair(((97116, 97116),), ((97530, 97530),), "another quarter of an hour"),
    _Pair(((93454, 93461),), ((92920, 92944),), "a diagnosis that no earlier study gave"),
    _Pair(((31231, 31231),), ((31575, 31575),), "another structure"),
    _Pair(((96360, 96361),), ((96365, 96368),), "another time"),
)


class Modifier59:
    """59, XE, XP, XS and XU claim another session, practitioner, structure or service.

    They are never added to clear an edit (NCCI Policy Manual, chapter I, E).

    Where one stands, the record must show what it claims; the more specific X modifier is used instead of 59, and both never
    stand together. Services that are billed together only when apart are a question.
    """

    id = "modifier-59"
    citation = "NCCI Policy Manual, chapter I, section E"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each line with such a modifier, and one for each pair that may need it."""
        yield from self._pairs(coded)
        for line in coded.procedures:
            used = sorted(_APART & set(line.modifiers))
            if len(used) > 1:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has {' and '.join(used)}: one of them says it")
            elif used and len(coded.procedures) == 1:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has {used[0]} and stands alone: there is nothing to set it apart from")
            elif used:
                yield found(
                    self, Severity.WARN, [line], f"{line.ref.code} has {used[0]}: the record must show the other session, structure or service"
                )

    def _pairs(self, coded: CodedEncounter) -> Iterable[Finding]:
        plain = [line for line in coded.procedures if line.ref.system is CodeSystem.CPT and line.ref.code.isdigit()]
        for a, b in combinations(plain, 2):
            what = None if _APART & {*a.modifiers, *b.modifiers} else _apart(a, b)
            if what is not None:
                message = f"{a.ref.code} and {b.ref.code} are billed together only for {what}: if the record shows that, 59 or an X modifier says so"
                yield found(self, Severity.WARN, [a, b], message)


def _apart(a: CodedLine, b: CodedLine) -> str | None:
    """What two services must be for to stand together; None for those of no pair."""
    one, other = int(a.ref.code), int(b.ref.code)
    for pair in _PAIRS:
        if (_within(one, pair.one) and _within(other, pair.other)) or (_within(other, pair.one) and _within(one, pair.other)):
            return pair.what
    return None


def _within(number: int, ranges: Iterable[_Range]) -> bool:
    return any(low <= number <= high for low, high in ranges)
