"""Tables and repository of training runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from app.domain.automation.guarantee import Guarantee
from app.domain.model_errors import RunNotFound, RunUnderway
from app.domain.training_run import OPEN, RunKind, RunLine, RunStatus, RunStep, RunTrigger, TrainingRun
from app.store.chart_tables import charts, finalized_sets
from app.store.codec import from_json, to_json
from app.store.schema import METADATA, Moment

training_runs = Table(
    "training_runs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("trigger", String(20), nullable=False),
    Column("by", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False, index=True),
    Column("compare", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("step", String(20)),
    Column("share", Float, nullable=False),
    Column("lives", Integer, nullable=False),
    Column("worker", String(200), nullable=False),
    Column("lease_until", Moment),
    Column("cancel_requested", Boolean, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("bundle_id", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", JSON, nullable=False),
    Column("guarantee", JSON(none_as_null=True)),
    # True while a run of the kind is open, else null: of several nulls none is like another, so that one of each kind at most is open.
    Column("open", Boolean, unique=True),
    Column("certifying", Boolean, index=True, unique=True),
)
training_run_lines = Table(
    "training_run_lines",
    METADATA,
    Column("run_id", String(64), ForeignKey("training_runs.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
)


class SqlRuns:
    """Training runs within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: TrainingRun) -> None:
        """Keep a new run. Raises RunUnderway."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(training_runs).values(_row(run)))
        except IntegrityError as error:
            raise RunUnderway from error

    def get(self, run_id: str, *, to_change: bool = False) -> TrainingRun:
        """The run. Raises RunNotFound."""
        asked = select(training_runs).where(training_runs.c.id == run_id)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        if row is None:
            raise RunNotFound
        return _run(row)

    def save(self, run: TrainingRun) -> None:
        """Keep a run as it is now."""
        self._connection.execute(update(training_runs).where(training_runs.c.id == run.id).values(_row(run)))

    def newest(self, *, limit: int, kind: RunKind | None = None) -> list[TrainingRun]:
        """The last runs, newest first; of one kind where named."""
        asked = select(training_runs).order_by(training_runs.c.requested_at.desc(), training_runs.c.id.desc()).limit(limit)
        return [_run(row) for row in self._connection.execute(asked if kind is None else asked.where(_of_kind(kind)))]

    def certifications(self, bundle_id: str) -> list[TrainingRun]:
        """Every certification of a bundle, oldest first."""
        c = training_runs.c
        asked = select(training_runs).where(_of_kind(RunKind.CERTIFICATION), c.bundle_id == bundle_id)
        return [_run(row) for row in self._connection.execute(asked.order_by(c.requested_at, c.id))]

    def open(self, kind: RunKind = RunKind.TRAINING, *, to_change: bool = False) -> TrainingRun | None:
        """The run of a kind that waits or runs."""
        asked = select(training_runs).where(training_runs.c.open if kind is RunKind.TRAINING else training_runs.c.certifying)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        return None if row is None else _run(row)

    def say(self, run_id: str, at: datetime, text: str) -> None:
        """Add a line to the log, unless it is the one that stands at its end."""
        c = training_run_lines.c
        last = self._connection.execute(select(c.sequence, c.text).where(c.run_id == run_id).order_by(c.sequence.desc()).limit(1)).one_or_none()
        if last is None or last.text != text:
            values = {"run_id": run_id, "sequence": 1 if last is None else last.sequence + 1, "at": at, "text": text}
            self._connection.execute(insert(training_run_lines).values(values))

    def lines(self, run_id: str, *, after: int = 0) -> list[RunLine]:
        """The log behind a line."""
        c = training_run_lines.c
        asked = select(c.sequence, c.at, c.text).where(c.run_id == run_id, c.sequence > after).order_by(c.sequence)
        return [RunLine(*row) for row in self._connection.execute(asked)]

    def finalized_since(self, since: datetime | None) -> int:
        """How many charts that stand finalised were finalised since then."""
        f = finalized_sets.c
        asked = select(func.count(func.distinct(f.chart_id))).join(charts, charts.c.id == f.chart_id).where(charts.c.status == "finalized")
        return int(self._connection.execute(asked if since is None else asked.where(f.at > since)).scalar_one())


def _row(run: TrainingRun) -> dict[str, object]:
    return {
        "id": run.id,
        "trigger": run.trigger.value,
        "by": run.by,
        "requested_at": run.requested_at,
        "compare": run.compare,
        "status": run.status.value,
        "step": None if run.step is None else run.step.value,
        "share": run.share,
        "lives": run.lives,
        "worker": run.worker,
        "lease_until": run.lease_until,
        "cancel_requested": run.cancel_requested,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "bundle_id": run.bundle_id,
        "reason": run.reason,
        "result": dict(run.result),
        "guarantee": None if run.guarantee is None else to_json(run.guarantee, Guarantee),
        "open": True if run.status in OPEN and run.kind is RunKind.TRAINING else None,
        "certifying": True if run.status in OPEN and run.kind is RunKind.CERTIFICATION else None,
    }


def _of_kind(kind: RunKind) -> ColumnElement[bool]:
    guarantee = training_runs.c.guarantee
    return guarantee.is_(None) if kind is RunKind.TRAINING else guarantee.is_not(None)


def _run(row: Row[Any]) -> TrainingRun:
    return TrainingRun(
        row.id,
        RunTrigger(row.trigger),
        row.by,
        row.requested_at,
        row.compare,
        None if row.guarantee is None else from_json(row.guarantee, Guarantee),
        RunStatus(row.status),
        None if row.step is None else RunStep(row.step),
        row.share,
        row.lives,
        row.worker,
        row.lease_until,
        row.cancel_requested,
        row.started_at,
        row.ended_at,
        row.bundle_id,
        row.reason,
        row.result,
    )
