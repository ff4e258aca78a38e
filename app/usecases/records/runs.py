"""Training runs as they are kept: also the queue that workers take them from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.domain.training_run import RunKind, RunLine, TrainingRun


class TrainingRuns(Protocol):
    """The runs. At most one of each kind is open: queued or running."""

    def add(self, run: TrainingRun) -> None:
        """Keep a new run. Raises RunUnderway while another is open."""
        ...

    def get(self, run_id: str, *, to_change: bool = False) -> TrainingRun:
        """The run. Raises RunNotFound."""
        ...

    def save(self, run: TrainingRun) -> None:
        """Keep a run as it is now."""
        ...

    def newest(self, *, limit: int, kind: RunKind | None = None) -> list[TrainingRun]:
        """The last runs, newest first; of one kind where named."""
        ...

    def certifications(self, bundle_id: str) -> list[TrainingRun]:
        """Every certification of a bundle, oldest first."""
        ...

    def open(self, kind: RunKind = RunKind.TRAINING, *, to_change: bool = False) -> TrainingRun | None:
        """The run of a kind that waits or runs."""
        ...

    def say(self, run_id: str, at: datetime, text: str) -> None:
        """Add a line to a run's log; a line that stands there already is not added again at its end."""
        ...

    def lines(self, run_id: str, *, after: int = 0) -> list[RunLine]:
        """The log behind a line."""
        ...

    def finalized_since(self, since: datetime | None) -> int:
        """How many charts were finalised since then."""
        ...
