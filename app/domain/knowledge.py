"""What coders write for the service under `data/` (formats: docs/data-files.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.assertion import Axis
from app.domain.code import CodeRef, Laterality
from app.domain.encounter import Encounter
from app.domain.note import TextSpan


@dataclass(frozen=True, slots=True)
class PhrasebookEntry:
    """Phrasings of a diagnosis code, words that merely support it, and words that send it to a neighbour code.

    `denial`: phrase → the sentence that denies it, for phrases to which "no" can't be put.
    """

    ref: CodeRef
    phrases: tuple[str, ...]
    support: tuple[str, ...]
    refine: Mapping[str, CodeRef]
    denial: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A CPT or HCPCS code of the catalogue, in our own words. `dose` is the amount of drug in one unit, or ""."""

    ref: CodeRef
    description: str
    phrases: tuple[str, ...]
    laterality: Laterality
    modifiers: tuple[str, ...]
    units: int
    dose: str


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a short form; `context` words speak for it, none means: taken when nothing speaks for another."""

    expansion: str
    context: tuple[str, ...]


class CueDirection(StrEnum):
    """Which words of its sentence a cue reaches; `end` stops other cues, `none` only keeps shorter cues inside it from counting."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"
    END = "end"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ContextRule:
    """A cue and what it says of the words it reaches.

    `value` is None for the directions `end` and `none`. `reach` is the greatest number of tokens to either side, or None
    for the whole sentence. `ends`, of the direction `end`, names the values whose cues stop there; empty means all.
    `closing`: counts only before a stop, a comma, a semicolon or the end of the sentence ("Fever: no").
    """

    cue: str
    direction: CueDirection
    value: Axis | None = None
    reach: int | None = None
    ends: frozenset[Axis] = frozenset()
    closing: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LabelledCode:
    """A code of a labelled note with the spans of text that support it (fragments of one piece of evidence together)."""

    ref: CodeRef
    evidence: tuple[tuple[TextSpan, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A note that we invented, its codes for a claim in claim order, and what else it truly mentions."""

    id: str
    title: str
    text: str
    encounter: Encounter
    codes: tuple[LabelledCode, ...]
    mentioned: tuple[LabelledCode, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything under `data/` that reading and retrieval need.

    `abbreviations`: short form → senses. `headings`: section category → wordings. `interchangeable`: groups of words that
    mean the same. `digest` is the SHA-256 of the files it came from. `place_words` say where or how much and never what;
    `deciding_words` are those without which the rest of a term speaks of something else; `body_parts` are the places that exclude one another.
    """

    phrasebook: tuple[PhrasebookEntry, ...]
    procedures: tuple[Procedure, ...]
    abbreviations: Mapping[str, tuple[Sense, ...]]
    headings: Mapping[str, tuple[str, ...]]
    interchangeable: tuple[tuple[str, ...], ...]
    digest: str
    place_words: tuple[str, ...] = ()
    deciding_words: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
