"""Training runs as they are asked for, followed and ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunStatus(StrEnum):
    """The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


class RunStep(StrEnum):
    """The steps of a run, in order; each can be resumed."""

    EXPORT = "export"
    SPLIT = "split"
    PREPARE = "prepare"
    FIT = "fit"
    EVALUATE = "evaluate"
    GATE = "gate"
    REGISTER = "register"


class RunTrigger(StrEnum):
    """Who or what asked for a run."""

    PERSON = "person"
    SCHEDULE = "schedule"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run. `compare`: a bundle that is only compared with the champion and not fitted, "" for a fit.

    `cutoff` of the charts is `requested_at`: what is finalised later is of the next run. `share`: of the step, in [0, 1]. `lives`: how often a
    worker began or took it up. `bundle_id`: what it made. `reason`: why it failed. `result`: numbers and names, never words of a note.
    """

    id: str
    trigger: RunTrigger
    by: str
    requested_at: datetime
    compare: str = ""
    status: RunStatus = RunStatus.QUEUED
    step: RunStep | None = None
    share: float = 0.0
    lives: int = 0
    worker: str = ""
    lease_until: datetime | None = None
    cancel_requested: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    bundle_id: str = ""
    reason: str = ""
    result: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A line of a run's log. `sequence` counts from 1."""

    sequence: int
    at: datetime
    text: str
