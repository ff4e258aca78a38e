"""The same words give one code of a category."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.note import TextSpan
from app.domain.rules.base import Data, found

_CATEGORY = 3
# One list of drugs, one sentence of history, may give several of these.
_STATUS = ("Z",)
_SIDES = re.compile(r"\b(?:right|left|bilateral|unilateral|unspecified)\b", re.IGNORECASE)


class OneReading:
    """Two codes of one category rest on the very same words: the condition is coded once (Guidelines I.B.18).

    The set keeps the likelier reading. Codes that differ by side alone may both be meant, and so may codes of which
    each has words of its own.
    """

    id = "one-reading"
    citation = "ICD-10-CM Official Guidelines I.B.18"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each such pair."""
        families: dict[str, list[CodedLine]] = {}
        for line in coded.diagnoses:
            if line.code is not None and line.evidence and not line.ref.code.startswith(_STATUS):
                families.setdefault(line.ref.code[:_CATEGORY], []).append(line)
        for family in families.values():
            for a, b in combinations(sorted(family, key=lambda line: line.ref), 2):
                mine, theirs = _spans(a), _spans(b)
                if (mine <= theirs or theirs <= mine) and not _sides(a, b):
                    message = f"{a.ref.code} and {b.ref.code} are two readings of the same words"
                    yield found(self, Severity.WARN, [a, b], message, repair=Repair(one_of=(a.ref, b.ref)))


def _spans(line: CodedLine) -> frozenset[TextSpan]:
    return frozenset(e.span for e in line.evidence)


def _sides(a: CodedLine, b: CodedLine) -> bool:
    assert a.code is not None
    assert b.code is not None
    return _SIDES.sub("", a.code.title) == _SIDES.sub("", b.code.title)
