"""Bundles as a site keeps them: which one serves, which wait, which were refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.bundle import BundleManifest
from app.domain.gate import Gate, Verdict


class ModelState(StrEnum):
    """`champion` serves; `shadow` scores live charts unseen; `retired` was champion; `rejected` was worse; `damaged` can't be opened."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"
    RETIRED = "retired"
    REJECTED = "rejected"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What is known of a bundle beyond its files.

    `run_id`: the training run that made it, "" for none. `trained_until`: when the newest chart of the site that it was trained on was
    finalised, None for none. `gate`: its last comparison. `shadow_since` is None unless it scores live charts.
    """

    bundle_id: str
    registered_at: datetime
    run_id: str = ""
    trained_until: datetime | None = None
    gate: Gate | None = None
    shadow_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """A bundle on disk: its manifest, or why it is refused. `bytes`: its size."""

    bundle_id: str
    manifest: BundleManifest | None
    refused: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which bundle serves, None for none, and those before it, the last one last."""

    champion: str | None
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A bundle with all that is known of it."""

    entry: ShelfEntry
    state: ModelState
    record: ModelRecord | None


def state_of(entry: ShelfEntry, record: ModelRecord | None, pointer: Pointer) -> ModelState:
    """Where a bundle stands. The pointer on disk says who serves, whatever is recorded."""
    if entry.bundle_id == pointer.champion:
        return ModelState.CHAMPION
    if entry.manifest is None:
        return ModelState.DAMAGED
    if record is not None and record.shadow_since is not None:
        return ModelState.SHADOW
    if record is not None and record.gate is not None and record.gate.verdict is Verdict.WORSE:
        return ModelState.REJECTED
    return ModelState.RETIRED if entry.bundle_id in pointer.history else ModelState.CHALLENGER
