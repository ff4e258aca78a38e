"""Certifications as people and the site's policy ask for them; workers do them (training/certificates/steps.py)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.automation.guarantee import Guarantee
from app.domain.model_errors import ModelNotFound, RunUnderway
from app.domain.people import COMMAND_LINE, Permission
from app.domain.training_run import RunKind, RunLine, RunTrigger, TrainingRun
from app.usecases.charts.desk import need
from app.usecases.models.shelf import Shelf
from app.usecases.records.unit_of_work import Clock, UnitOfWork, Work

_LISTED = 5


@dataclass(frozen=True, slots=True)
class CertifyPolicy:
    """When a certification is begun by itself: after so many newly judged charts of random audits, 0 for never; and what it is to prove."""

    after_audits: int = 0
    guarantee: Guarantee = field(default_factory=Guarantee)


class CertifyModels:
    """Asks for certifications of the bundle that serves, and lists them. Safe to share between threads."""

    def __init__(self, work: Work, clock: Clock, shelf: Shelf) -> None:
        self._work, self._clock, self._shelf = work, clock, shelf

    def request(self, actor: Actor, guarantee: Guarantee) -> TrainingRun:
        """A new certification, queued. Raises NotAllowed, ModelNotFound where no bundle serves, and RunUnderway."""
        need(actor, Permission.CERTIFY)
        champion = self._shelf.pointer().champion
        if champion is None:
            raise ModelNotFound
        with self._work() as work:
            return self._add(work, actor, RunTrigger.PERSON, champion, guarantee)

    def request_by_policy(self, policy: CertifyPolicy) -> TrainingRun | None:
        """A new certification where enough charts were judged since the last one, or another bundle serves, and none is open."""
        champion = self._shelf.pointer().champion
        if not policy.after_audits or champion is None:
            return None
        with self._work() as work:
            trigger = _due(work, policy, champion)
            if trigger is None:
                return None
            try:
                return self._add(work, Actor(COMMAND_LINE), trigger, champion, policy.guarantee)
            except RunUnderway:
                return None

    def newest(self, actor: Actor) -> list[tuple[TrainingRun, list[RunLine]]]:
        """The last few certifications with their logs, newest first. Raises NotAllowed."""
        need(actor, Permission.CERTIFICATES)
        with self._work() as work:
            return [(run, work.runs.lines(run.id)) for run in work.runs.newest(limit=_LISTED, kind=RunKind.CERTIFICATION)]

    def _add(self, work: UnitOfWork, actor: Actor, trigger: RunTrigger, bundle_id: str, guarantee: Guarantee) -> TrainingRun:
        now = datetime.fromtimestamp(self._clock(), UTC)
        run = TrainingRun(secrets.token_hex(12), trigger, actor.principal.id, now, guarantee=guarantee, bundle_id=bundle_id)
        work.runs.add(run)
        detail = {"trigger": trigger.value, "kind": run.kind.value, "bundle": bundle_id}
        work.audit.add(AuditEntry(now, actor, Action.RUN_REQUESTED, run.id, detail))
        return run


def _due(work: UnitOfWork, policy: CertifyPolicy, champion: str) -> RunTrigger | None:
    if work.runs.open(RunKind.CERTIFICATION) is not None:
        return None
    last = next(iter(work.runs.newest(limit=1, kind=RunKind.CERTIFICATION)), None)
    if last is not None and last.bundle_id != champion:
        # Certificates ended with the bundle before. Audits of this one may be there, where it served before; else it says how many are wanting.
        return RunTrigger.PROMOTION
    judged = work.audits.judged_since(None if last is None else last.requested_at)
    return RunTrigger.AUDITS if judged >= policy.after_audits else None
