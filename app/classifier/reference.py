"""What a bundle was trained on, for the watch over drift: counts, and hashes of the words that several notes had.

A word of one or two notes, which may be a name, is not among them.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeSystem
from app.domain.note_profile import Profile

LEAST_NOTES = 3
"""Notes that must have a word for it to be known."""


@dataclass(frozen=True, slots=True)
class TrainingReference:
    """`profile`: the training notes and their cross-fitted suggestions. `known`: hashes of stems."""

    profile: Profile
    known: frozenset[int] = field(repr=False)

    def knows(self, stem: str) -> bool:
        """True for a stem that several training notes had."""
        return word_hash(stem) in self.known

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        known = np.array(sorted(self.known), "<u4").tobytes()
        return {"profile": asdict(self.profile), "known": base64.b64encode(known).decode()}


def from_json(raw: Mapping[str, Any]) -> TrainingReference:
    """The reference again. Raises KeyError, TypeError and ValueError."""
    given = dict(raw["profile"])
    given["scores"] = {CodeSystem(system): tuple(counts) for system, counts in given["scores"].items()}
    known = np.frombuffer(base64.b64decode(raw["known"], validate=True), "<u4")
    return TrainingReference(Profile(**given), frozenset(known.tolist()))


def notes_with(analyses: Iterable[NoteAnalysis]) -> Counter[int]:
    """Hash of a stem → notes that have it."""
    found = Counter[int]()
    for analysis in analyses:
        found.update({word_hash(stem) for stem in set(analysis.words.stems) if stem})
    return found


@lru_cache(maxsize=100_000)
# Notes share their words.
@lru_cache(maxsize=100_000)
def word_hash(stem: str) -> int:
    """32 bits of BLAKE2b."""
    return int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=4).digest(), "big")
