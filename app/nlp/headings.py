"""Which words are a heading: by their place in the line, what follows them, and the wordings we know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LINE = re.compile(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_MARKER = re.compile(r"(?:[-*•▪●◦‣·■□#>=_~]+|\(?(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)](?=\s))\s*")
_DASH = re.compile(r"\s+[-–—]{1,2}\s+|\s?[–—]{1,2}\s?")  # noqa: RUF001
# A heading in the middle of a line, where the line breaks of a note were lost.
_INLINE = re.compile(r".*(?:[.,;:!?)\s]\s|[.;:!?)],)(?P<words>[A-Z][A-Za-z0-9/&'’() -]{1,60})", re.DOTALL)  # noqa: RUF001
_LONGEST_INLINE = 64
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*")
_LONGEST = 80
# Words after a known wording that leave it a heading: "Past medical history per chart:".
_TRAILING = frozenset("per as from on at by today reviewed obtained reported updated continued cont prior since date dated unchanged".split())
_LEADING = frozenset(
    "his her the their patient patients pertinent brief additional other relevant significant current today todays updated known".split()
)
# Labels of an examination. After vital signs they lead back to it; elsewhere (review of systems) they change nothing.
_SYSTEMS = frozenset(
    "general heent hent head eyes ears nose throat neck chest lungs heart cardiovascular cardiac cv respiratory pulmonary resp "
    "abdomen abdominal abd gi gastrointestinal genitourinary gu back spine extremities ext skin neuro neurologic neurological "
    "musculoskeletal msk psych psychiatric constitutional rectal pelvic breasts breast lymphatic lymph".split()
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The words of a heading, [begin, end) without the colon, and the category they open."""

    begin: int
    end: int
    category: str


def key_of(wording: str) -> str:
    """A heading without case, punctuation and spacing."""
    return _NOT_KEY.sub(" ", wording.lower()).strip()


def _without_the(key: str) -> str:
    return " ".join(word for word in key.split() if word != "the")


class HeadingFinder:
    """Finds headings line by line. `headings`: category → wordings."""

    def __init__(self, headings: Mapping[str, tuple[str, ...]]) -> None:
        self._categories = {key_of(wording): category for category, wordings in headings.items() for wording in wordings}
        for key, category in list(self._categories.items()):
            self._categories.setdefault(_without_the(key), category)

    def find(self, text: str) -> tuple[list[Heading], list[int]]:
        """Headings in order, and where else a label stands ("HEENT:"), in order; linear in the length of `text`."""
        found: list[Heading] = []
        labels: list[int] = []
        # The number of the last item that was no heading: the one after it is of the same list, and none either ("6. PSH: none").
        item = -1
        for line in _LINE.finditer(text):
            begin, end = line.span()
            marker = _MARKER.match(text, begin, min(end, begin + 12))
            first = marker.end() if marker is not None else begin
            heading = self._at_line(text, first, end, marked=marker is not None and text[begin] not in "#*=_~")
            number = _number(text[begin:first])
            if number is not None and heading is not None and number == item + 1:
                heading = None
            if number is not None or heading is not None:
                item = number if number is not None and heading is None else -1
            if heading is None and found and found[-1].category == "vital_signs":
                heading = _system_at(text, first, end)
            if heading is not None:
                found.append(heading)
            colon = text.find(":", first if heading is None else heading.end + 1, end)
            while colon >= 0:
                inline = _INLINE.fullmatch(text, max(first, colon - _LONGEST_INLINE), colon)
                if inline is not None:
                    self._inline(text, inline.start("words"), colon, found, labels)
                colon = text.find(":", colon + 1, end)
        return found, labels

    def _at_line(self, text: str, begin: int, end: int, *, marked: bool) -> Heading | None:
        """The heading a line opens with. `marked`: the line is a list item, which only capitals and a colon make a heading."""
        head = text[begin : min(end, begin + _LONGEST)]
        if not head or not head[0].isalpha():
            return None
        words = head.partition(":")[0]
        category = self._category(words) if len(words) < len(head) and (not marked or words.isupper()) else ""
        if not category and not marked:
            dash = _DASH.search(head)
            if dash is not None and dash.start() > 2 and head[0].isupper():
                words = head[: dash.start()]
                category = self._categories.get(key_of(words), "")
            if not category and end - begin <= _LONGEST and head[-1] != ",":
                words = head.rstrip(" \t*_#=.-")
                category = self._category(words) if words[:1].isupper() or " " in words else ""
        return Heading(begin, begin + len(words.rstrip(" \t*_")), category) if category else None

    def _inline(self, text: str, begin: int, end: int, found: list[Heading], labels: list[int]) -> None:
        words = text[begin:end]
        capitals = words.isupper()
        # After a comma, only capitals tell a heading from the words of a sentence.
        if not capitals and (text[begin - 2] not in ".!?" or len(words) < 4):
            return
        category = self._category(words)
        if category and len(words) > 1:
            found.append(Heading(begin, end, category))
        elif capitals or text[begin - 2] in ".!?":
            labels.append(begin)

    def _category(self, words: str) -> str:
        """The category of a heading, forgiving a parenthesis and a few words around a wording we know; "" for none."""
        key = key_of(words)
        category = self._categories.get(key)
        if category is not None:
            return category
        bare = _without_the(key_of(_PARENTHESIS.sub(" ", words))).split()
        if len(bare) > 9 or not bare:
            return ""
        if bare[0] in _LEADING:
            bare = bare[2 if len(bare) > 1 and bare[1] == "s" else 1 :]
        for last in range(len(bare), 0, -1):
            category = self._categories.get(" ".join(bare[:last]))
            if category is not None:
                return category if last == len(bare) or (last > 1 and bare[last] in _TRAILING) else ""
        return ""


def _number(marker: str) -> int | None:
    """The number of a numbered item; None for other marks."""
    digits = marker.strip(" \t().")
    return int(digits) if digits.isdecimal() and digits.isascii() else None


def _system_at(text: str, begin: int, end: int) -> Heading | None:
    """The label of an examination that a line opens with."""
    label = text[begin : min(end, begin + _LONGEST)].partition(":")
    known = bool(label[1]) and key_of(label[0]).split(" ")[0] in _SYSTEMS and len(label[0]) < 30
    return Heading(begin, begin + len(label[0].rstrip()), "physical_exam") if known else None
