"""Sides: which one a diagnosis code names, and the codes of the other sides of the same condition."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from app.domain.tabular.tabular import Tabular


class Side(StrEnum):
    """What a title says of sides. `open`: the side exists and is left unspecified."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "bilateral"
    OPEN = "open"


_SIDED = re.compile(r"\b(right|left|bilateral|unspecified)\b")
_NOT_SIDES = re.compile(
    r"\b(?:right|left)(?: and left)? (?:heart|ventric|bundle|main|atri|anterior descending|circumflex|upper quadrant|lower quadrant|-sided)"
)
# Codes of joints whose unspecified form names neither side nor kind: primary is what the words mean without more (Coding
# Clinic 4Q 2016).
_JOINTS = {
    "M17.9": {Side.RIGHT: "M17.11", Side.LEFT: "M17.12", Side.BOTH: "M17.0"},
    "M16.9": {Side.RIGHT: "M16.11", Side.LEFT: "M16.12", Side.BOTH: "M16.0"},
    "M18.9": {Side.RIGHT: "M18.11", Side.LEFT: "M18.12", Side.BOTH: "M18.0"},
    "M17.10": {Side.RIGHT: "M17.11", Side.LEFT: "M17.12", Side.BOTH: "M17.0"},
    "M16.10": {Side.RIGHT: "M16.11", Side.LEFT: "M16.12", Side.BOTH: "M16.0"},
    "M18.10": {Side.RIGHT: "M18.11", Side.LEFT: "M18.12", Side.BOTH: "M18.0"},
}
_UP = 2


@lru_cache(maxsize=20_000)
def side_of(tabular: Tabular, code: str) -> Side | None:
    """The side that a code names; None where its condition has no sides."""
    if code in _JOINTS:
        return Side.OPEN
    known = tabular.find(code)
    if known is None or not known.billable:
        return None
    title = known.title.lower()
    named = [side for side in (Side.BOTH, Side.RIGHT, Side.LEFT) if _names(title, side)]
    if named:
        return named[0] if named[0] is Side.BOTH or len(named) == 1 else None
    return Side.OPEN if "unspecified" in title and _sibling(tabular, code, Side.RIGHT) is not None else None


def on_side(tabular: Tabular, code: str, side: Side) -> str | None:
    """The code of the same condition on a side; None where there is none. A seventh character is kept."""
    if code in _JOINTS:
        found = _JOINTS[code].get(side)
        return found if found is not None and tabular.find(found) is not None else None
    return _sibling(tabular, code, side)


def both(tabular: Tabular, code: str) -> str | None:
    """The code that names both sides of the condition of a right-sided or left-sided code; None where there is none."""
    return _sibling(tabular, code, Side.BOTH)


@lru_cache(maxsize=20_000)
def _sibling(tabular: Tabular, code: str, side: Side) -> str | None:
    title = _bare(tabular, code)
    if title is None:
        return None
    line = tabular.lineage(code)
    for above in line[1 : 1 + _UP + (len(code) == 8)]:
        if "-" in above.ref.code or len(above.ref.code) < 3:
            break
        for leaf in tabular.leaves(above.ref.code):
            named = tabular.find(leaf)
            if leaf != code and named is not None and _names(named.title.lower(), side) and _bare(tabular, leaf) == title:
                return leaf
    return None


@lru_cache(maxsize=20_000)
def left_open(tabular: Tabular, code: str) -> str | None:
    """The code that leaves open the side of a right-sided or left-sided code, its seventh character kept; None where there is none."""
    title = _bare(tabular, code)
    for above in tabular.lineage(code)[1 : 1 + _UP + (len(code) == 8)]:
        if "-" in above.ref.code or len(above.ref.code) < 3:
            break
        for leaf in tabular.leaves(above.ref.code):
            if leaf[7:] == code[7:] and side_of(tabular, leaf) is Side.OPEN and _bare(tabular, leaf) == title:
                return leaf
    return None


def _names(title: str, side: Side) -> bool:
    return side.value in title and _NOT_SIDES.search(title) is None and re.search(rf"\b{side.value}\b", title) is not None


def _bare(tabular: Tabular, code: str) -> str | None:
    """The title without its sides, to tell what two codes have in common."""
    known = tabular.find(code)
    if known is None:
        return None
    return _without_sides(known.title)


@lru_cache(maxsize=20_000)
def _without_sides(title: str) -> str:
    title = _SIDED.sub(" ", title.lower()).replace("unilateral", " ")
    words = re.sub(r"\b(?:side|of|the)\b", " ", title)
    words = re.sub(
        r"\b(eye|ear|hip|knee|limb|shoulder|breast|ovar|lung|kidney|hand|foot|leg|arm|ankle|wrist|elbow|joint)(?:s|ies|y)?\b", r"\1", words
    )
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", words).split())
