"""What a note adds to a code beside the words that name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.candidate import ScoredCandidate
from app.domain.code import CodeRef
from app.domain.rules.base import Ruling


@dataclass(frozen=True, slots=True)
class CodeDetail:
    """Units and modifiers that the note supports, why, what keeps the code from being suggested, and ids of the site's phrases for it."""

    units: int = 1
    modifiers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    ruling: Ruling | None = None
    site_phrases: tuple[str, ...] = ()


PLAIN = CodeDetail()


class Detailed(NamedTuple):
    """Candidates, best first, and the details of those that have any."""

    scored: list[ScoredCandidate]
    details: Mapping[CodeRef, CodeDetail]
