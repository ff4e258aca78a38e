"""Reads whether a note is a record of anesthesia, how long the anesthesia took, and the physical status."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.anesthesia import MINUTES, RECORD, STATUS
from app.domain.family import Detail
from app.domain.note import TextSpan

_DAY = 24 * 60
_LONGEST = 18 * 60
_WORD = r"an(?:a)?esthe(?:sia|siology|tic|siologist)(?:'s)?"
_TITLE = re.compile(
    rf"^\W*(?:(?:intra|peri|post|pre)[\s-]?(?:operative|op)\s+)?{_WORD}\s+(?:care\s+|procedure\s+)?(?:record|report|note|summary)\s*(?:[:-]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_CLOCK = r"(?:\s+time)?[\s:=-]*(?:at\s+)?(?P<h>[01]?\d|2[0-3]):?(?P<m>[0-5]\d)\s*(?P<half>am|pm)?\b"
_START = re.compile(rf"\b{_WORD}\s+(?:time\s+)?(?:start(?:ed)?|began|begin|in){_CLOCK}", re.IGNORECASE)
_END = re.compile(rf"\b{_WORD}\s+(?:time\s+)?(?:end(?:ed)?|stop(?:ped)?|finish(?:ed)?|out){_CLOCK}", re.IGNORECASE)
_TOTAL = re.compile(
    rf"\b(?:total\s+)?{_WORD}\s+(?:time|minutes)[\s:=-]*(?:(?P<h>\d{{1,2}})\s*(?:hours?|hrs?|h)\s*(?:and\s+)?)?(?:(?P<m>\d{{1,3}})\s*min)?",
    re.IGNORECASE,
)
_ASA = re.compile(
    r"\bASA(?:\s+(?:physical\s+)?(?:class(?:ification)?|status|ps|score))*[\s:#-]*(?P<roman>IV|V?I{1,3}|VI|V|[1-6])\s?E?\b|\bP(?P<status>[1-6])\b(?=\s+modifier|\s+status)",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}


def anesthesia_details(text: str) -> Iterator[Detail]:
    """The details, in no order. A note is a record by its title, or where it gives both start and end of anesthesia."""
    if "esthe" not in text.lower():
        return
    title, start, end = _TITLE.search(text), _START.search(text), _END.search(text)
    if title is not None:
        yield Detail(RECORD, "title", TextSpan(*title.span()))
    elif start is not None and end is not None:
        yield Detail(RECORD, "times", TextSpan(*start.span()))
    if start is not None and end is not None:
        length = (_at(end) - _at(start)) % _DAY
        if 0 < length <= _LONGEST:
            yield Detail(MINUTES, float(length), TextSpan(*end.span()))
    else:
        total = next((t for t in _TOTAL.finditer(text) if t["h"] or t["m"]), None)
        if total is not None:
            yield Detail(MINUTES, 60.0 * int(total["h"] or 0) + int(total["m"] or 0), TextSpan(*total.span()))
    asa = _ASA.search(text)
    if asa is not None:
        told = (asa["roman"] or asa["status"]).upper()
        yield Detail(STATUS, f"P{_ROMAN.get(told, told)}", TextSpan(*asa.span()))


def _at(match: re.Match[str]) -> int:
    hour, half = int(match["h"]), (match["half"] or "").lower()
    return (hour % 12 + (12 if half == "pm" else 0) if half else hour) * 60 + int(match["m"])
