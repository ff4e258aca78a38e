"""Codes as the notes of the tabular list name them: "(E08-E13)", "(I11.-)", "(T36-T50 with fifth or sixth character 5)"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?\.?(?:-(?!\s*[A-Z]\d))?"
_ONE = re.compile(rf"(?P<low>{_CODE})(?:\s*(?:-|to)\s*(?P<high>{_CODE}))?(?P<rest>(?:[^A-Z]|(?<=character )[A-Z]\b)*)")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_PLACES = re.compile(r"\b(fourth|4th|fifth|5th|sixth|six|6th|seventh|7th)\b")
_NUMBER = {"fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "six": 6, "6th": 6, "seventh": 7, "7th": 7}
_CHARACTER = re.compile(r"characters? -?([0-9A-Z]+)(?:-([0-9A-Z]))?")
_BEHIND_DOT = re.compile(r"with \.([0-9A-Z]+)")


@dataclass(frozen=True, slots=True)
class CodePattern:
    """Codes from `low` to `high` and all below them, both without dots; `form`, where not "", is a regular expression they must also match."""

    low: str
    high: str
    form: str = ""

    def matches(self, code: str) -> bool:
        """True for a code, with or without its dot, that the pattern names."""
        plain = code.replace(".", "")
        return self.low <= plain and plain[: len(self.high)] <= self.high and (not self.form or re.match(self.form, plain) is not None)


class CodePatterns:
    """Patterns in order, each once. Most name one code with all below it: those are compared at once."""

    __slots__ = ("_beginnings", "_others", "_patterns")

    def __init__(self, patterns: Iterable[CodePattern] = ()) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))
        self._beginnings = tuple(p.low for p in self._patterns if p.low == p.high and not p.form)
        self._others = tuple(p for p in self._patterns if p.low != p.high or p.form)

    def __iter__(self) -> Iterator[CodePattern]:
        return iter(self._patterns)

    def __len__(self) -> int:
        return len(self._patterns)

    def name(self, code: str) -> bool:
        """True for a code, with or without its dot, that one of them names."""
        return code.replace(".", "").startswith(self._beginnings) or any(p.matches(code) for p in self._others)


@lru_cache(maxsize=20_000)
def patterns_in(note: str) -> tuple[CodePattern, ...]:
    """Every code that one line of a note names in brackets, in the order of the text; none for a line without."""
    found = []
    for inside in _BRACKETS.findall(note):
        for m in _ONE.finditer(inside):
            low, high = _plain(m["low"]), _plain(m["high"] or m["low"])
            found.append(CodePattern(low, max(low, high), _form(m["rest"])))
    return tuple(found)


def _form(text: str) -> str:
    """What "with fifth or sixth character 5", "with final character 9" and "with .42" ask of a code."""
    behind = _BEHIND_DOT.search(text)
    if behind is not None:
        return f".{{3}}{behind[1]}"
    named = _CHARACTER.search(text)
    if named is None:
        return ""
    first, last = named[1], named[2]
    wanted = f"[{first}-{last}]" if last and len(first) == 1 else first
    if "final" in text:
        return f".*{wanted}$"
    places = [_NUMBER[word] for word in _PLACES.findall(text)]
    return "|".join(f".{{{place - 1}}}{wanted}" for place in places)


def _plain(code: str) -> str:
    return code.rstrip("-").replace(".", "")
