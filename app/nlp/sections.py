"""The sections of a note."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Doc

from app.domain.note import TextSpan
from app.domain.section import Section
from app.nlp.headings import Heading, HeadingFinder
from app.nlp.reading import reading_of


def sections_between(text: str, headings: list[Heading]) -> tuple[Section, ...]:
    """Sections that cover all of `text`; what stands before the first heading has the category ""."""
    if not headings:
        return (Section("", None, TextSpan(0, len(text))),)
    begins = [heading.begin for heading in headings]
    sections: list[Section] = []
    if any(map(str.isalnum, text[: begins[0]])):
        sections.append(Section("", None, TextSpan(0, begins[0])))
    else:
        begins[0] = 0
    for heading, begin, end in zip(headings, begins, [*begins[1:], len(text)], strict=True):
        sections.append(Section(heading.category, TextSpan(heading.begin, heading.end), TextSpan(begin, end)))
    return tuple(sections)


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
