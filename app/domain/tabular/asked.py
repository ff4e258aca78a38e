"""What a code asks to code beside it."""

from __future__ import annotations

from functools import lru_cache

from app.domain.tabular.tabular import Tabular


# Every round of a claim asks for its pairs, and claims share their pairs.
@lru_cache(maxsize=100_000)
def asks_for(tabular: Tabular, code: str, other: str) -> bool:
    """Whether a note "use additional code" or "code also" of a code or of its ancestors names the other (Guidelines I.A.13, I.A.17)."""
    notes = tabular.notes(code)
    return notes.use_additional.name(other) or notes.code_also.name(other)
