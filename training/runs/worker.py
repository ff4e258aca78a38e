"""The worker: takes runs, begins those that the policy wants, and scores live charts for a shadow."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache

import structlog

from app.classifier.shelf import BundleShelf
from app.domain.errors import ChartcoderError
from app.domain.suggestion import CodingDraft
from app.domain.training_run import RunKind, RunStatus, TrainingRun
from app.jobs.durable import DurableJobs, Standing, jobs_url
from app.settings import Settings
from app.usecases.automation.certify import CertifyModels, CertifyPolicy
from app.usecases.models.ledger import RunLedger
from app.usecases.models.registry import Models
from app.usecases.models.shadow import ScoreShadow
from app.usecases.models.training import Policy, TrainModels
from app.usecases.suggest_codes import SuggestionRequest
from training.certificates.steps import CertifySteps
from training.runs.bench import SiteBench
from training.runs.body import RunBody
from training.runs.material import sweep
from training.runs.steps import RunSteps

LEASE_SECONDS = 60.0
# Of two queues, so that a certification, which takes seconds, does not wait for a fit.
QUEUES = {RunKind.TRAINING: "training-runs", RunKind.CERTIFICATION: "certifications"}
_LOOK_SECONDS, _POLICY_SECONDS = 1.0, 60.0
_log = structlog.get_logger(__name__)


def worker_name() -> str:
    """Names this process among all of all machines: machine, process, and something no other process ever had."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def gone(worker: str) -> bool:
    """True for a worker of this machine whose process is not there any more; of another machine nobody knows before its lease ends."""
    host, _, rest = worker.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname()[:60] or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Worker:
    """One worker. Any number of them, on any number of machines, share the database, the models and the state directory."""

    def __init__(
        self,
        ledger: RunLedger,
        jobs: DurableJobs,
        begin: Sequence[Callable[[], TrainingRun | None]],
        shadow: ScoreShadow,
        *,
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        """`begin`: each begins a run where the site's policy wants one now."""
        self._ledger, self._jobs, self._begin, self._shadow, self._look = ledger, jobs, begin, shadow, look_seconds
        self._asked = 0.0
        self._refused = ""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. A database that is away for a while is waited for."""
        self._jobs.start()
        while not stop.wait(self._look):
            for round_of in (self._take, self._ask, self._score):
                try:
                    round_of()
                except ChartcoderError as error:
                    _log.warning("worker_waits", code=error.code, reason=str(error))

    def _take(self) -> None:
        for kind in RunKind:
            run = self._ledger.due(kind, gone)
            if run is not None and self._jobs.hand_over(run.id, QUEUES[kind]) is Standing.ENDED:
                self._ledger.end(run.id, RunStatus.FAILED, reason="its steps can't be gone on with: the log of the worker says why")

    def _ask(self) -> None:
        if time.monotonic() - self._asked >= _POLICY_SECONDS or not self._asked:
            self._asked = time.monotonic()
            for begin in self._begin:
                run = begin()
                if run is not None:
                    _log.info("run_by_policy", run=run.id, kind=run.kind.value, trigger=run.trigger.value)

    def _score(self) -> None:
        try:
            self._shadow()
        except ChartcoderError as error:
            # A shadow that can't be opened stays so until somebody sees to it: said once.
            if str(error) != self._refused:
                self._refused = str(error)
                _log.error("shadow_refused", reason=str(error))


def work(settings: Settings, stop: threading.Event) -> None:
    """Work on the site of the settings until `stop`. Raises DatabaseRefused."""
    from app import storage

    database = storage.ready(settings, pooled=True)
    bench = cache(lambda: SiteBench(settings))
    units = database.work()
    name = worker_name()
    ledger = RunLedger(units, time.time, name, lease_seconds=LEASE_SECONDS)
    shelf = BundleShelf(settings.models_dir, lambda: bench().terms_digest)
    models = Models(units, time.time, shelf)

    def steps() -> RunSteps:
        return RunSteps(bench(), units, shelf, models, keep_bundles=settings.keep_bundles, promote_better=settings.promotion == "when_better")

    def open_bundle(bundle_id: str) -> Callable[[SuggestionRequest], CodingDraft]:
        return bench().service(settings.models_dir / bundle_id)

    def certify_steps() -> CertifySteps:
        return CertifySteps(units, shelf, lambda: bench().releases)

    body = RunBody(ledger, {RunKind.TRAINING: steps, RunKind.CERTIFICATION: certify_steps}, lease_seconds=LEASE_SECONDS)
    jobs = DurableJobs(jobs_url(settings.database_url, settings.state_dir), name, body, queues=tuple(QUEUES.values()))
    training, certify = TrainModels(units, time.time, shelf), CertifyModels(units, time.time, shelf)
    policy = Policy(settings.train_every_days, settings.train_after_charts)
    certify_policy = CertifyPolicy(settings.certify_after_audits, settings.guarantee())
    begin = (lambda: training.request_by_policy(policy), lambda: certify.request_by_policy(certify_policy))
    swept = sweep(settings.state_dir, ledger.is_open)
    _log.info("worker_ready", worker=name, swept=swept)
    Worker(ledger, jobs, begin, ScoreShadow(units, time.time, open_bundle)).run(stop)
    ledger.release()
