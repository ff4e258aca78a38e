"""The content words of wordings and queries, with what they negate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.usecases.ports import WordReader

NEGATORS = frozenset({"without", "no", "not"})
# "non-pressure" and "non displaced" are one word each, as in "nondisplaced"; "doesn't" holds a "not".
_NON = re.compile(r"\bnon[- ](?=[a-z])", re.IGNORECASE)
_NOT = re.compile(r"n['\u2019]t\b", re.IGNORECASE)
# Stop words of a note that tell one title from the next, and numbers in letters.
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_KEPT = {"other": "other", "another": "other", **{word: str(number) for number, word in enumerate(_NUMBERS, 1)}}
_CLAUSE = re.compile(r"[,;:.()\[\]]")
# Words that a negator reaches; a clause or, once it has reached a word, a stop word ends it before.
_REACH = 3


class SaidWord(NamedTuple):
    """A content word of a text; `negated` when the text denies it ("without foreign body")."""

    norm: str
    stem: str
    negated: bool


class NegationScope:
    """What a negator reaches, going through a text word by word."""

    def __init__(self) -> None:
        self._left, self._reached = 0, False

    def opens(self) -> None:
        """A negator stands here."""
        self._left, self._reached = _REACH, False

    def passes(self, *, content: bool, clause: bool) -> bool:
        """True when the next word is denied. `clause`: punctuation stands before it; `content`: it is no stop word."""
        if clause or (self._reached and not content):
            self._left = 0
        denied = content and self._left > 0
        if denied:
            self._left, self._reached = self._left - 1, True
        return denied


def joined(text: str) -> str:
    """The text with "non" and its word in one, and "not" by itself."""
    return _NOT.sub(" not", _NON.sub("non", text))


def said(text: str, words: WordReader) -> Iterator[SaidWord]:
    """The content words of `text` in order, negators left out."""
    text = joined(text)
    read = words.read(text)
    scope = NegationScope()
    last = 0
    for begin, end, norm, stem in zip(read.begins, read.ends, read.norms, read.stems, strict=True):
        clause = _CLAUSE.search(text, last, begin) is not None
        last = end
        if norm in NEGATORS:
            scope.opens()
            continue
        kept = _KEPT.get(norm, stem)
        denied = scope.passes(content=bool(kept), clause=clause)
        if kept:
            yield SaidWord(norm, kept, denied)
