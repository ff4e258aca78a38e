"""Runs as they are asked for, followed and ended: those that train or compare bundles, and those that certify one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from app.domain.automation.guarantee import Guarantee


class RunStatus(StrEnum):
    """The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


class RunKind(StrEnum):
    """`training`: fits or compares. `certification`: looks in audits for the confidence above which codes need no person.

    Of each kind one run at most is open, and they do not wait for one another.
    """

    TRAINING = "training"
    CERTIFICATION = "certification"


class RunStep(StrEnum):
    """The steps of runs; each can be resumed."""

    EXPORT = "export"
    SPLIT = "split"
    PREPARE = "prepare"
    FIT = "fit"
    EVALUATE = "evaluate"
    GATE = "gate"
    REGISTER = "register"
    TEST = "test"
    ISSUE = "issue"


_S = RunStep
STEPS: Mapping[RunKind, tuple[RunStep, ...]] = MappingProxyType(
    {
        RunKind.TRAINING: (_S.EXPORT, _S.SPLIT, _S.PREPARE, _S.FIT, _S.EVALUATE, _S.GATE, _S.REGISTER),
        RunKind.CERTIFICATION: (_S.TEST, _S.ISSUE),
    }
)
"""Kind → its steps, in order."""


class RunTrigger(StrEnum):
    """Who or what asked for a run. `audits`: enough charts were judged. `promotion`: another bundle serves."""

    PERSON = "person"
    SCHEDULE = "schedule"
    DECISIONS = "decisions"
    AUDITS = "audits"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run. `compare`: a bundle that is only compared with the champion and not fitted, "" for a fit.

    `guarantee`: what a certification is to prove, None for other runs. `cutoff` of the charts is `requested_at`: what is finalised or judged
    later is of the next run. `share`: of the step, in [0, 1]. `lives`: how often a worker began or took it up. `bundle_id`: what it made, or
    what it is to certify. `reason`: why it failed. `result`: numbers and names, never words of a note.
    """

    id: str
    trigger: RunTrigger
    by: str
    requested_at: datetime
    compare: str = ""
    guarantee: Guarantee | None = None
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

    @property
    def kind(self) -> RunKind:
        """What it does."""
        return RunKind.TRAINING if self.guarantee is None else RunKind.CERTIFICATION


@dataclass(frozen=True, slots=True)
class RunLine:
    """A line of a run's log. `sequence` counts from 1."""

    sequence: int
    at: datetime
    text: str
