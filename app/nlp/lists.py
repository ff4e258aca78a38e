"""Lists that a sentence introduces: "Complications include:" speaks of each of the items behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.domain.analysis import Sentence

_BULLET = re.compile(r"[-*•▪●◦‣·■□+](?=\s)")
_NUMBER = re.compile(r"\(?(?P<number>\d{1,2}|[a-z])[.)](?=\s)")
# Nobody sets an item in further than this.
_FURTHEST_IN = 40
_FIRST = frozenset({"1", "a"})


def list_behind(text: str, sentences: Sequence[Sentence], introduction: int) -> int | None:
    """Where the list ends that begins in the sentence after the one at `introduction`; None where none begins there.

    An introduction that is an item itself has the list only if that is marked in another way, or counts from its start.
    """
    kind = _kind_at(text, sentences, introduction + 1)
    number = _NUMBER.match(text, sentences[introduction + 1].span.begin) if kind == "number" else None
    if not kind or kind == _kind_at(text, sentences, introduction) == "bullet" or (number is not None and number["number"] not in _FIRST):
        return None
    last = introduction + 1
    while _kind_at(text, sentences, last + 1) == kind:
        last += 1
    return sentences[last].span.end


def _kind_at(text: str, sentences: Sequence[Sentence], i: int) -> str:
    """How the sentence is marked as an item: "bullet", "number", or "" where it is none or doesn't open a line."""
    if i >= len(sentences):
        return ""
    begin = sentences[i].span.begin
    before = text[max(begin - _FURTHEST_IN, 0) : begin].rstrip(" \t")
    if before and before[-1] not in "\n\r":
        return ""
    if _BULLET.match(text, begin):
        return "bullet"
    return "number" if _NUMBER.match(text, begin) else ""
