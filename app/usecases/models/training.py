"""Training runs as people ask for them and follow them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.domain.access_errors import NotAllowed
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.model_errors import RunEnded, RunUnderway
from app.domain.people import COMMAND_LINE, Permission, Reach
from app.domain.training_run import OPEN, RunKind, RunLine, RunStatus, RunTrigger, TrainingRun
from app.usecases.charts.desk import need
from app.usecases.models.ledger import tell_ended
from app.usecases.models.shelf import Shelf
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

_LISTED = 100
_ASKS = {RunKind.TRAINING: Permission.TRAIN, RunKind.CERTIFICATION: Permission.CERTIFY}


@dataclass(frozen=True, slots=True)
class Policy:
    """When a run is begun by itself: days since the last one, and charts finalised since; 0 for never."""

    every_days: int = 0
    after_charts: int = 0


class TrainModels:
    """Asks for runs, follows and cancels them. Safe to share between threads. Workers take runs from the store (see RunLedger)."""

    def __init__(self, work: Work, clock: Clock, shelf: Shelf) -> None:
        self._work, self._clock, self._shelf = work, clock, shelf

    def request(self, actor: Actor, *, compare: str = "") -> TrainingRun:
        """A new run, queued. `compare`: compare this bundle with the champion and fit nothing.

        Raises NotAllowed, ModelNotFound and ModelRefused for the bundle, and RunUnderway.
        """
        need(actor, Permission.TRAIN)
        if compare:
            self._shelf.check(compare)
        with self._work() as work:
            return self._add(work, actor, RunTrigger.PERSON, compare)

    def request_by_policy(self, policy: Policy) -> TrainingRun | None:
        """A new run where the policy wants one now and none is open."""
        with self._work() as work:
            trigger = self._due(work, policy)
            if trigger is None:
                return None
            try:
                return self._add(work, Actor(COMMAND_LINE), trigger, "")
            except RunUnderway:
                return None

    def all(self, actor: Actor) -> list[TrainingRun]:
        """The last runs, newest first. Raises NotAllowed."""
        need(actor, Permission.MODELS)
        with self._work() as work:
            return work.runs.newest(limit=_LISTED)

    def one(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[TrainingRun, list[RunLine]]:
        """A run, and its log behind a line. Raises NotAllowed and RunNotFound."""
        need(actor, Permission.MODELS)
        with self._work() as work:
            return work.runs.get(run_id), work.runs.lines(run_id, after=after)

    def cancel(self, actor: Actor, run_id: str) -> TrainingRun:
        """End a run that waits at once, and one that runs at its next step. Raises NotAllowed, RunNotFound and RunEnded.

        Whoever may ask for a run may cancel it.
        """
        if not any(actor.principal.reach(p) is not Reach.NONE for p in _ASKS.values()):
            raise NotAllowed(Permission.TRAIN.value)
        with self._work() as work:
            run = work.runs.get(run_id, to_change=True)
            need(actor, _ASKS[run.kind])
            if run.status not in OPEN:
                raise RunEnded
            if run.status is RunStatus.QUEUED:
                run = replace(run, status=RunStatus.CANCELLED, ended_at=self._now(), cancel_requested=True)
            else:
                run = replace(run, cancel_requested=True)
            work.runs.save(run)
            work.runs.say(run_id, self._now(), "cancel was asked for")
            work.audit.add(AuditEntry(self._now(), actor, Action.RUN_CANCELLED, run_id, {}))
            if run.status is RunStatus.CANCELLED:
                tell_ended(work, run, self._now())
            return run

    def _add(self, work: UnitOfWork, actor: Actor, trigger: RunTrigger, compare: str) -> TrainingRun:
        run = TrainingRun(secrets.token_hex(12), trigger, actor.principal.id, self._now(), compare)
        work.runs.add(run)
        work.audit.add(AuditEntry(self._now(), actor, Action.RUN_REQUESTED, run.id, {"trigger": trigger.value, "compare": compare}))
        return run

    def _due(self, work: UnitOfWork, policy: Policy) -> RunTrigger | None:
        if not (policy.every_days or policy.after_charts) or work.runs.open() is not None:
            return None
        last = next((run for run in work.runs.newest(limit=_LISTED, kind=RunKind.TRAINING) if not run.compare), None)
        since = None if last is None else last.requested_at
        # Without a new decision the same bundle would come out again.
        charts = work.runs.finalized_since(since)
        if policy.after_charts and charts >= policy.after_charts:
            return RunTrigger.DECISIONS
        if policy.every_days and charts and (since is None or self._now() - since >= timedelta(days=policy.every_days)):
            return RunTrigger.SCHEDULE
        return None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
