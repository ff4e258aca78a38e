"""Sections of a note."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.note import TextSpan


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a note under one heading.

    `category` is a name of `data/sections.yaml`, or "" for text before the first heading. `heading` spans the words of
    the heading without a colon (None where there is none); `span` runs from the heading to the next section.
    """

    category: str
    heading: TextSpan | None
    span: TextSpan
