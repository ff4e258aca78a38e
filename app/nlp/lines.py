"""Line breaks: which of them end a statement, and which only wrap it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_LINE = re.compile(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ITEM = re.compile(r"[-*•▪●◦‣·■□#>+]|\(?(?:\d{1,3}|[A-Za-z])[.)](?=\s)|[A-Z][\w /&'()-]{0,50}:(?=\s|$)")
_CLOSED = frozenset(".!?:;")
# Nobody wraps prose more narrowly than this; shorter lines are lists and tables.
_NARROWEST_WRAP = 50
# Words after which a line can't be at its end, however short it is.
_OPEN = frozenset(
    "and or nor but with without of the to a an for in on at by from is was are were be been has have had no not any his her their denies which who "
    "that".split()
)


def statement_lines(text: str) -> Iterator[int]:
    """Where a line begins that opens a new statement, in order; linear in the length of `text`."""
    block: list[tuple[int, int]] = []
    previous = 0
    for match in _LINE.finditer(text):
        begin, end = match.start(), match.start() + len(match.group().rstrip())
        if block and len(_NEWLINE.findall(text, previous, begin)) > 1:
            yield from _statements(text, block)
            block = []
        block.append((begin, end))
        previous = match.end()
    yield from _statements(text, block)


def _statements(text: str, block: list[tuple[int, int]]) -> Iterator[int]:
    """The same for lines without a blank one between them."""
    if not block:
        return
    yield block[0][0]
    width = max(end - begin for begin, end in block)
    for (begin, end), (following, following_end) in pairwise(block):
        if not _goes_on(text, begin, end, following, following_end, width):
            yield following


def _goes_on(text: str, begin: int, end: int, following: int, following_end: int, width: int) -> bool:
    """True when the statement of the line [begin, end) goes on in the next line.

    A line was wrapped when the first word of the next would not have fitted into it.
    """
    if text[end - 1] in _CLOSED or _ITEM.match(text, following, min(following_end, following + 60)):
        return False
    last = text[max(begin, end - 12) : end].lower().rsplit(None, 1)[-1]
    if last in _OPEN or (last[-1] == "," and text[following].islower()):
        return True
    if width < _NARROWEST_WRAP:
        return False
    head = text[following : min(following_end, following + 24)].split(None, 1)[0]
    full = end - begin + 1 + len(head) > width
    return full if not text[following].islower() else full or end - begin >= _NARROWEST_WRAP
