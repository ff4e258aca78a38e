"""The sections of a note."""

from __future__ import annotations

import re
from collections.abc import Mapping

from spacy.tokens import Doc

from app.domain.feedback import NOTE_BREAK
from app.domain.note import TextSpan
from app.domain.section import Section
from app.nlp.headings import Heading, HeadingFinder
from app.nlp.reading import reading_of

_BREAK = re.compile(re.escape(NOTE_BREAK))


def sections_between(text: str, headings: list[Heading]) -> tuple[Section, ...]:
    """Sections that cover all of `text`; what stands before the first heading has the category "".

    Where notes were joined (NOTE_BREAK), each begins anew.
    """
    out: list[Section] = []
    begin, left = 0, headings
    for end in [*(m.end() for m in _BREAK.finditer(text)), len(text)]:
        here = [h for h in left if h.begin < end]
        left = left[len(here) :]
        out += _of_one_note(text, begin, end, here)
        begin = end
    return tuple(out)


def _of_one_note(text: str, first: int, last: int, headings: list[Heading]) -> list[Section]:
    if first == last:
        return []
    if not headings:
        return [Section("", None, TextSpan(first, last))]
    begins = [heading.begin for heading in headings]
    sections: list[Section] = []
    if any(map(str.isalnum, text[first : begins[0]])):
        sections.append(Section("", None, TextSpan(first, begins[0])))
    else:
        begins[0] = first
    for heading, begin, end in zip(headings, begins, [*begins[1:], last], strict=True):
        sections.append(Section(heading.category, TextSpan(heading.begin, heading.end), TextSpan(begin, end)))
    return sections


class Sectionizer:
    """Pipeline component: headings, sections and labels of the note."""

    def __init__(self) -> None:
        self._finder = HeadingFinder({})

    def use(self, headings: Mapping[str, tuple[str, ...]]) -> None:
        """Look for these headings: category → wordings."""
        self._finder = HeadingFinder(headings)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `sections` and `labels` of the reading."""
        reading = reading_of(doc)
        headings, reading.labels = self._finder.find(reading.text)
        reading.sections = sections_between(reading.text, headings)
        return doc
