"""What is kept of bundles beyond their files, and of live charts that a shadow scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.code import CodeRef
from app.domain.model import ModelRecord


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What a shadow would have suggested for one version of a note, against what was suggested. Codes only."""

    chart_id: str
    note: int
    version: int
    bundle_id: str
    champion: str
    at: datetime
    kept: int
    added: tuple[CodeRef, ...]
    removed: tuple[CodeRef, ...]


class ModelRecords(Protocol):
    """Records of bundles."""

    def get(self, bundle_id: str) -> ModelRecord | None:
        """What is known of a bundle."""
        ...

    def all(self) -> Mapping[str, ModelRecord]:
        """Bundle → what is known of it."""
        ...

    def put(self, record: ModelRecord) -> None:
        """Keep a record, in the place of the one before."""
        ...

    def end_shadows(self) -> None:
        """No bundle scores live charts any more."""
        ...

    def to_shadow(self, bundle_id: str, since: datetime, *, limit: int) -> list[tuple[str, int, int]]:
        """Chart, note and version of drafts made since then that the bundle has not scored, oldest first."""
        ...

    def add_shadowed(self, shadowed: Shadowed) -> None:
        """Keep what a shadow said; of the same note only the first time."""
        ...

    def shadowed(self, bundle_id: str) -> list[Shadowed]:
        """All that a bundle said as a shadow, in order."""
        ...

    def standing_codes(self, chart_ids: list[str]) -> Mapping[str, frozenset[CodeRef]]:
        """Chart → codes of its last finalised set; charts that are not finalised are left out."""
        ...
