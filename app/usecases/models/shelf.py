"""Where bundles stand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from app.domain.model import Pointer, ShelfEntry


class Shelf(Protocol):
    """Bundles on disk and the pointer to the one that serves. Safe to share between threads and processes."""

    def pointer(self) -> Pointer:
        """Which bundle serves, and those before it."""
        ...

    def entries(self) -> list[ShelfEntry]:
        """Every bundle, newest first."""
        ...

    def entry(self, bundle_id: str) -> ShelfEntry:
        """One bundle, checked against its hashes. Raises ModelNotFound."""
        ...

    def card(self, bundle_id: str) -> str:
        """Its model card, Markdown. Raises ModelNotFound."""
        ...

    def check(self, bundle_id: str) -> None:
        """Pass a bundle that could serve now. Raises ModelNotFound and ModelRefused."""
        ...

    def promote(self, bundle_id: str, *, expected: str | None) -> Pointer:
        """Have it serve, if `expected` still does. Raises ModelNotFound, ModelRefused and ChampionChanged, and then nothing has changed."""
        ...

    def rollback(self, *, expected: str) -> Pointer:
        """Go back to the bundle before, if `expected` still serves. Raises NothingBefore, ModelRefused and ChampionChanged."""
        ...

    def prune(self, keep: Collection[str], *, newest: int) -> list[str]:
        """Remove all but `keep`, the champion, the one before it, and the `newest` newest; the ids removed."""
        ...
