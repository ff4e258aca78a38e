"""Runs as workers take them, tell of them and end them.

A run belongs to the worker that renews its lease. When a worker is killed the lease runs out, and another takes the run up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart_event import ChartEvent, EventType
from app.domain.people import COMMAND_LINE
from app.domain.training_run import OPEN, RunKind, RunStatus, RunStep, TrainingRun
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

MOST_LIVES = 40
"""A run that so many workers died of is failed: it would be the end of the next one too."""


class RunLost(Exception):
    """The run has ended, or another worker has it."""


class RunCancelled(Exception):
    """Somebody asked to cancel the run."""


class RunLedger:
    """The runs in the hands of one worker. Safe to share between threads."""

    def __init__(self, work: Work, clock: Clock, worker: str, *, lease_seconds: float) -> None:
        """`worker` names this process among all of all machines."""
        self._work, self._clock, self._worker, self._lease = work, clock, worker, timedelta(seconds=lease_seconds)

    def due(self, kind: RunKind, gone: Callable[[str], bool] = lambda _: False) -> TrainingRun | None:
        """A run of a kind that waits for a worker, or whose worker is gone: its lease has ended, or `gone` knows that it will not come back.

        It is this worker's to hand over until the lease ends.
        """
        with self._work() as work:
            run = work.runs.open(kind, to_change=True)
            if run is None:
                return None
            leased = run.lease_until is not None and run.lease_until > self._now()
            if leased and not (run.worker and gone(run.worker)):
                return None
            if run.lives >= MOST_LIVES:
                reason = f"{run.lives} workers died of it"
                failed = replace(run, status=RunStatus.FAILED, ended_at=self._now(), lease_until=None, reason=reason)
                work.runs.save(failed)
                work.audit.add(AuditEntry(self._now(), Actor(COMMAND_LINE), Action.RUN_ENDED, run.id, {"status": RunStatus.FAILED.value}))
                tell_ended(work, failed, self._now())
                return None
            taken = replace(run, worker="", lease_until=self._now() + self._lease)
            work.runs.save(taken)
            return taken

    def begin(self, run_id: str) -> TrainingRun:
        """Have the run: whoever had it before loses it. Raises RunLost for one that has ended."""
        with self._work() as work:
            run = work.runs.get(run_id, to_change=True)
            if run.status not in OPEN:
                raise RunLost
            now = self._now()
            begun = replace(
                run,
                status=RunStatus.RUNNING,
                lives=run.lives + 1,
                worker=self._worker,
                lease_until=now + self._lease,
                started_at=run.started_at or now,
            )
            work.runs.save(begun)
            if run.lives:
                work.runs.say(run_id, now, f"taken up again after its worker was gone ({run.lives + 1})")
            return begun

    def tell(self, run_id: str, step: RunStep, share: float) -> None:
        """Say how far it is, and renew the lease. Raises RunLost and RunCancelled."""
        with self._work() as work:
            run = self._own(work.runs.get(run_id, to_change=True))
            work.runs.save(replace(run, step=step, share=min(max(share, 0.0), 1.0), lease_until=self._now() + self._lease))
        if run.cancel_requested:
            raise RunCancelled

    def renew(self, run_id: str) -> None:
        """Renew the lease of a run that has not ended. Raises RunLost when another worker has it."""
        with self._work() as work:
            run = work.runs.get(run_id, to_change=True)
            if run.worker != self._worker:
                raise RunLost
            if run.status in OPEN:
                work.runs.save(replace(run, lease_until=self._now() + self._lease))

    def release(self) -> None:
        """Let go of what this worker has, so that another takes it up at once."""
        for kind in RunKind:
            with self._work() as work:
                run = work.runs.open(kind, to_change=True)
                if run is not None and run.worker == self._worker:
                    work.runs.save(replace(run, worker="", lease_until=None))

    def is_open(self, run_id: str) -> bool:
        """True for a run that waits or runs."""
        with self._work() as work:
            found = [work.runs.open(kind) for kind in RunKind]
        return any(run is not None and run.id == run_id for run in found)

    def say(self, run_id: str, text: str) -> None:
        """Add a line to the log: numbers and names, never words of a note."""
        with self._work() as work:
            work.runs.say(run_id, self._now(), text)

    def end(self, run_id: str, status: RunStatus, *, bundle_id: str = "", reason: str = "", result: Mapping[str, object] | None = None) -> bool:
        """End the run, once; False when it had ended before."""
        with self._work() as work:
            run = work.runs.get(run_id, to_change=True)
            if run.status not in OPEN:
                return False
            now = self._now()
            ended = replace(
                run,
                status=status,
                ended_at=now,
                lease_until=None,
                bundle_id=bundle_id or run.bundle_id,
                reason=reason,
                result=dict(result or {}),
                share=1.0,
            )
            work.runs.save(ended)
            work.runs.say(run_id, now, f"{status.value}{f': {reason}' if reason else ''}")
            detail = {"status": status.value, "bundle": bundle_id}
            work.audit.add(AuditEntry(now, Actor(COMMAND_LINE), Action.RUN_ENDED, run_id, detail))
            tell_ended(work, ended, now)
        return True

    def _own(self, run: TrainingRun) -> TrainingRun:
        if run.status not in OPEN or run.worker != self._worker:
            raise RunLost
        return run

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def tell_ended(work: UnitOfWork, run: TrainingRun, at: datetime) -> None:
    """Tell other systems how a run ended. Why it failed is for those who may read its log."""
    data = {
        "run": run.id,
        "status": run.status.value,
        "kind": run.kind.value,
        "bundle": run.bundle_id,
        "verdict": str(run.result.get("verdict") or ""),
    }
    work.events.add(ChartEvent(EventType.RUN_ENDED, "", "", "", at, 1, data))
