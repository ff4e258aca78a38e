"""Writes a note piece by piece in one writer's style, and remembers where each stated fact stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.domain.code import CodeRef
from app.domain.note import TextSpan
from training.synth.dice import Dice
from training.synth.facts import Fact
from training.synth.fillers import Patient, fill
from training.synth.frames_plain import DICTATED
from training.synth.rewording import Rewording, mistyped

_SLOTS = ("x", "y", "z")
_COMMON_HEADINGS = 12
_WRAP_AT = (72, 78, 96)


class Said(NamedTuple):
    """A fact to be placed, and whether it is a label where it stands."""

    fact: Fact
    labelled: bool


@dataclass(frozen=True, slots=True)
class Style:
    """How one writer writes. `errors`, `abbreviating`, `dictated`, `no_stop` are probabilities; `wrap` is a line width or 0."""

    heading: int
    bullet: str
    letters: str
    errors: float
    abbreviating: float
    dictated: float
    no_stop: float
    wrap: int


def style_of(dice: Dice) -> Style:
    """A writer."""
    return Style(
        heading=dice.between(0, 7),
        bullet=dice.pick(("{}. ", "{}. ", "{}) ", "- ", "- ", "* ", "#", "# {}: ", "", "•  ")),
        letters=dice.choices(("as is", "upper", "lower"), (92, 4, 4))[0],
        errors=dice.choices((0.0, 0.01, 0.06), (55, 30, 15))[0],
        abbreviating=dice.choices((0.0, 0.3, 0.85), (35, 40, 25))[0],
        dictated=dice.choices((0.0, 0.04), (85, 15))[0],
        no_stop=dice.choices((0.0, 0.1, 0.9), (72, 20, 8))[0],
        wrap=dice.pick(_WRAP_AT) if dice.chance(0.2) else 0,
    )


class NoteWriter:
    """Collects text; `spans` are the places of labelled facts in the order of the text."""

    def __init__(self, dice: Dice, style: Style, patient: Patient, reword: Rewording, headings: Mapping[str, Sequence[str]]) -> None:
        self.dice, self.style, self.patient = dice, style, patient
        self._reword, self._headings = reword, headings
        self._parts: list[str] = []
        self._length = 0
        self.spans: list[tuple[CodeRef, TextSpan]] = []
        self._placed: list[tuple[int, int]] = []

    def put(self, text: str) -> None:
        """Text as it is."""
        self._parts.append(text)
        self._length += len(text)

    def say(self, frame: str, *said: Said, end: str = " ") -> None:
        """A sentence; slots x, y, z take `said` in order, and repeat nothing: slots without a fact must not be in the frame."""
        pieces = _pieces(frame)
        before = self._length
        drugs = [d for s in said for d in s.fact.drugs]
        for i, piece in enumerate(pieces):
            if i % 2 == 0:
                self._plain(piece, last=i == len(pieces) - 1)
            elif piece.lower() in _SLOTS:
                self._state(said[_SLOTS.index(piece.lower())], capital=piece.isupper() or self._length == 0)
            elif piece == "drug" and drugs:
                self.put(self.dice.pick(drugs))
            else:
                self.put(self.filled(piece))
        if end == " " and self._length > before and self._parts[-1][-1:].isalnum() and self.dice.chance(0.7):
            # Who leaves out the stop begins a new line instead, mostly.
            end = "\n"
        self.put(end)

    def filled(self, slot: str) -> str:
        """Words for a slot of a frame that takes no fact."""
        return fill(slot, self.dice, self.patient)

    def heading(self, category: str) -> None:
        """The heading of a section in the writer's style, ready for its text."""
        known = self._headings.get(category) or (category.replace("_", " "),)
        # Lists of headings begin with the common ones and end with those of one specialty.
        words = self.dice.early(known[:_COMMON_HEADINGS] if self.dice.chance(0.9) else known)
        form = self.style.heading
        if self._length and not self._ends_with("\n"):
            self.put("\n")
        gap = "\n" if self._length and form != 6 else ""
        title = words.title() if len(words) > 3 else words.upper()
        forms = (
            f"{words.upper()}:\n",
            f"{words.upper()}: ",
            f"{words.upper()}\n",
            f"{title}:\n",
            f"{title}: ",
            f"{title}\n",
            f"{words.capitalize()}: ",
            f"{words.upper()}:  ",
        )
        self.put(gap + forms[form])

    def line(self, number: int) -> None:
        """The beginning of a list item, on a line of its own."""
        if self._length and not self._ends_with("\n"):
            self.put("\n")
        self.put(self.style.bullet.format(number))

    def finish(self) -> str:
        """The text. Offsets keep, since letters are only exchanged one for one."""
        text = "".join(self._parts)
        end = max(len(text.rstrip()), max((end for _, end in self._placed), default=0))
        text = text[:end]
        if self.style.wrap:
            text = _wrapped(text, self.style.wrap, self._placed)
        if self.style.letters != "as is" and text.isascii():
            text = text.upper() if self.style.letters == "upper" else text.lower()
        return text

    def _plain(self, text: str, *, last: bool) -> None:
        if not text:
            return
        if self.dice.chance(self.style.errors):
            text = mistyped(text, self.dice)
        if last and text.endswith(".") and self.dice.chance(self.style.no_stop):
            text = text[:-1]
        self.put(text)
        if last and self.dice.chance(self.style.dictated):
            self.put(self.dice.pick(DICTATED))

    def _state(self, said: Said, *, capital: bool) -> None:
        style = self.style
        words = self._reword(said.fact.phrase, self.dice, abbreviating=style.abbreviating, errors=style.errors)
        if capital:
            words = words[:1].upper() + words[1:]
        elif self.dice.chance(0.06):
            words = words.title()
        begin = self._length
        self.put(words)
        self._placed.append((begin, self._length))
        if said.labelled:
            self.spans.append((said.fact.ref, TextSpan(begin, self._length)))

    def _ends_with(self, mark: str) -> bool:
        return bool(self._parts) and self._parts[-1].endswith(mark)


@lru_cache(maxsize=5000)
def _pieces(frame: str) -> tuple[str, ...]:
    """Literal and slot in turn, literals at even places."""
    return tuple(re.split(r"\{(\w+)\}", frame))


@lru_cache(maxsize=5000)
def facts_in(frame: str) -> int:
    """How many facts a frame takes: the highest of its slots x, y, z."""
    return max((_SLOTS.index(p.lower()) + 1 for p in _pieces(frame)[1::2] if p.lower() in _SLOTS), default=0)


def _wrapped(text: str, width: int, keep: Sequence[tuple[int, int]]) -> str:
    """Spaces become line ends at the width, except inside the spans of `keep`, which are in the order of the text."""
    letters = list(text)
    column, space, place = 0, -1, 0
    for i, letter in enumerate(letters):
        while place < len(keep) and keep[place][1] <= i:
            place += 1
        if letter == "\n":
            column, space = 0, -1
            continue
        column += 1
        if letter == " " and not (place < len(keep) and keep[place][0] <= i):
            space = i
        if column > width and space >= 0:
            letters[space] = "\n"
            column, space = i - space, -1
    return "".join(letters)
