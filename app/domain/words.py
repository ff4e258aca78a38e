"""Text as a row of normalised words: what terms and notes are compared by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order, as four tuples of one length.

    `begins`, `ends`: code points of the text. `norms`: lower case, accents and possessives gone, one spelling for
    variants. `stems`: the stem of each norm, "" for stop words.
    """

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    norms: tuple[str, ...]
    stems: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.begins)
