"""What the components of the pipeline hand on to one another beside the Doc."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc

from app.domain.analysis import Expansion, Sentence
from app.domain.assertion import AssertionScope
from app.domain.section import Section
from app.domain.words import Words

_KEY = "chartcoder.reading"


@dataclass(slots=True)
class Reading:
    """A note in the course of being read; all offsets are code points of `text`, which is the untouched text.

    `labels` are places where a line or an item opens with a label and a colon ("HEENT:"), in order.
    """

    text: str
    language: str
    words: Words
    sections: tuple[Section, ...] = ()
    labels: list[int] = field(default_factory=list)
    sentences: tuple[Sentence, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    scopes: tuple[AssertionScope, ...] = ()


def attach(doc: Doc, reading: Reading) -> None:
    """Let the components of the pipeline find `reading` on `doc`."""
    doc.user_data[_KEY] = reading


def reading_of(doc: Doc) -> Reading:
    """The reading attached to `doc`."""
    reading: Reading = doc.user_data[_KEY]
    return reading
