"""A clinical note and spans of its text."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import EmptyNote, InvalidSpan, UnreadableText


@dataclass(frozen=True, slots=True, order=True)
class TextSpan:
    """[begin, end) in Unicode code points of the untouched text of a note; never empty."""

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.begin < self.end:
            raise InvalidSpan(self.begin, self.end)

    def overlaps(self, other: TextSpan) -> bool:
        """True when the two share at least one character."""
        return self.begin < other.end and other.begin < self.end

    def covers(self, other: TextSpan) -> bool:
        """True when `other` lies wholly inside."""
        return self.begin <= other.begin and other.end <= self.end


@dataclass(frozen=True, slots=True)
class ClinicalNote:
    """Text as it came, never changed. `language` is an ISO 639-1 code.

    Raises EmptyNote or UnreadableText.
    """

    text: str
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise EmptyNote
        if "\x00" in self.text:
            raise UnreadableText("it holds NUL characters: remove them")
        if any("\ud800" <= c <= "\udfff" for c in self.text) if not self.text.isascii() else False:
            raise UnreadableText("it holds half of a surrogate pair: send valid Unicode")

    def quote(self, span: TextSpan) -> str:
        """The words of a span. Raises InvalidSpan when it lies outside the text."""
        if span.end > len(self.text):
            raise InvalidSpan(span.begin, span.end, len(self.text))
        return self.text[span.begin : span.end]


def lowered(text: str) -> str:
    """A text in lower case, every character in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
