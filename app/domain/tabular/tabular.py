"""The tabular list of one release: a code's ancestors, and the notes that hold for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.tabular.patterns import CodePatterns, patterns_in

_CATEGORY = 3
_WITHIN = re.compile(r"\b(?:in|due to|complicating|associated with|following)\b[^()]*\(")


@dataclass(frozen=True, slots=True)
class InheritedNotes:
    """The codes that the notes of a code and of all its ancestors name."""

    excludes1: CodePatterns
    excludes2: CodePatterns
    code_first: CodePatterns
    use_additional: CodePatterns
    code_also: CodePatterns
    must_follow: bool
    """True where a "code first" note stands: another code has to come before."""


class Tabular:
    """Reads codes through `find` (dotted code → Code, None when the release lacks it) and remembers what it worked out.

    Safe to share between threads: what two work out at once is the same.
    """

    def __init__(self, find: Callable[[CodeRef], Code | None]) -> None:
        self._find = find
        self._lineages: dict[str, tuple[Code, ...]] = {}
        self._notes: dict[str, InheritedNotes] = {}
        self._leaves: dict[str, tuple[str, ...]] = {}

    def find(self, code: str) -> Code | None:
        """The code, or None when the release lacks it."""
        return self._find(CodeRef(CodeSystem.ICD10CM, code))

    def lineage(self, code: str) -> tuple[Code, ...]:
        """The code and its ancestors up to the chapter; empty when the release lacks it."""
        known = self._lineages.get(code)
        if known is None:
            found: list[Code] = []
            at = self.find(code)
            while at is not None:
                found.append(at)
                at = self.find(at.parent) if at.parent else None
            known = self._lineages[code] = tuple(found)
        return known

    def notes(self, code: str) -> InheritedNotes:
        """The notes that hold for a code: its own and its ancestors'."""
        known = self._notes.get(code)
        if known is None:
            line = self.lineage(code)
            found = [_patterns(note for c in line for note in own(c)) for own in _KINDS]
            # "coma in diabetes (E08-E13)" excludes a kind of coma, not diabetes: nothing for a whole category can be read off it.
            found[0] = CodePatterns(
                p for c in line for n in c.excludes1 for p in patterns_in(n) if p.form or len(p.low) > _CATEGORY or not _WITHIN.search(n)
            )
            known = self._notes[code] = InheritedNotes(found[0], found[1], found[2], found[3], found[4], must_follow=any(c.code_first for c in line))
        return known

    def leaves(self, code: str) -> tuple[str, ...]:
        """The billable codes at or below a code, in the order of the classification."""
        known = self._leaves.get(code)
        if known is None:
            at = self.find(code)
            if at is None:
                known = ()
            elif at.billable:
                known = (code,)
            else:
                known = tuple(leaf for child in at.children for leaf in self.leaves(child))
            self._leaves[code] = known
        return known


_KINDS: tuple[Callable[[Code], tuple[str, ...]], ...] = tuple(
    map(attrgetter, ("excludes1", "excludes2", "code_first", "use_additional", "code_also"))
)


def _patterns(notes: Iterable[str]) -> CodePatterns:
    return CodePatterns(p for note in notes for p in patterns_in(note))
