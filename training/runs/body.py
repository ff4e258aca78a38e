"""One run from its first step to its end, in the hands of one worker."""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, Protocol

import structlog

from app.domain.errors import ChartcoderError, DatabaseRefused
from app.domain.training_run import STEPS, RunKind, RunStatus, RunStep, TrainingRun
from app.jobs.durable import Step as DurableStep
from app.usecases.models.ledger import RunCancelled, RunLedger, RunLost
from training.progress import Step

_TOLD_SECONDS = 1.0
_LONGEST_REASON = 1000
_PATIENCE_SECONDS = 60.0
LOST = 75
"""The exit code of a worker that lost its run to another, as EX_TEMPFAIL of sysexits.h: start it again."""
_log = structlog.get_logger(__name__)


class Steps(Protocol):
    """What runs of one kind do. Each step can be done again from its beginning without doing anything twice."""

    def do(
        self, name: RunStep, run: TrainingRun, before: Mapping[RunStep, Mapping[str, Any]], step: Step, say: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """One step after those `before`; what it left for others is small and plain. Raises what the domain raises, and OSError."""
        ...

    def result(self, run: TrainingRun, before: Mapping[RunStep, Mapping[str, Any]]) -> tuple[str, dict[str, object]]:
        """The bundle that the run was about, and what is kept of it: numbers and names."""
        ...

    def forget(self, run: TrainingRun) -> None:
        """Remove what a run that has ended kept."""
        ...


def _leave() -> NoReturn:
    # Whoever has the run by now writes what is to be written; this process must not write one thing more.
    os._exit(LOST)


class RunBody:
    """Does a run, given its id and the means to make steps; never raises."""

    def __init__(
        self, ledger: RunLedger, steps: Mapping[RunKind, Callable[[], Steps]], *, lease_seconds: float, leave: Callable[[], NoReturn] = _leave
    ) -> None:
        """`steps` open the site when the first run of their kind comes."""
        self._ledger, self._open, self._lease, self._leave = ledger, steps, lease_seconds, leave
        self._steps: dict[RunKind, Steps] = {}

    def __call__(self, run_id: str, durable: DurableStep) -> None:
        """Do the run. What was done before it was taken up is not done again."""
        try:
            run = self._ledger.begin(run_id)
        except RunLost:
            return
        before: dict[RunStep, Mapping[str, Any]] = {}
        with self._alive(run_id):
            for name in STEPS[run.kind]:
                outcome = durable(name.value, partial(self._guarded, name, run, before))
                if "failed" in outcome or "cancelled" in outcome:
                    status = RunStatus.CANCELLED if "cancelled" in outcome else RunStatus.FAILED
                    self._end(run, status, reason=str(outcome.get("failed", "")))
                    return
                before[name] = outcome
            bundle_id, result = self._of(run).result(run, before)
            self._end(run, RunStatus.SUCCEEDED, bundle_id=bundle_id, result=result)

    def _of(self, run: TrainingRun) -> Steps:
        if run.kind not in self._steps:
            self._steps[run.kind] = self._open[run.kind]()
        return self._steps[run.kind]

    def _guarded(self, name: RunStep, run: TrainingRun, before: Mapping[RunStep, Mapping[str, Any]]) -> Mapping[str, Any]:
        """The step's outcome, or why there is none. What an unforeseen error says may quote a note: only its type is told."""
        try:
            self._ledger.tell(run.id, name, 0.0)
            return self._of(run).do(name, run, before, self._progress(run, name), partial(self._say, run))
        except RunCancelled:
            return {"cancelled": True}
        except RunLost:
            self._leave()
        except ChartcoderError as error:
            return {"failed": str(error)[:_LONGEST_REASON]}
        except OSError as error:
            return {"failed": f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}"}
        except Exception as error:  # noqa: BLE001  a run that fails must not take the worker with it
            places = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
            _log.error("run_failed", run=run.id, step=name.value, error=type(error).__name__, places=places)
            return {"failed": f"{type(error).__name__} in the step {name.value}: the log of the worker says where"}

    def _progress(self, run: TrainingRun, name: RunStep) -> Callable[[str], Callable[[float], None]]:
        def step(stage: str) -> Callable[[float], None]:
            self._say(run, stage)
            said = time.monotonic()

            def told(share: float) -> None:
                nonlocal said
                if share >= 1.0 or time.monotonic() - said >= _TOLD_SECONDS:
                    said = time.monotonic()
                    try:
                        self._ledger.tell(run.id, name, share)
                    except DatabaseRefused:
                        _log.warning("progress_not_kept", run=run.id)

            return told

        return step

    def _say(self, run: TrainingRun, text: str) -> None:
        _log.info("run", run=run.id, line=text)
        self._ledger.say(run.id, text)

    def _end(self, run: TrainingRun, status: RunStatus, *, bundle_id: str = "", reason: str = "", result: Mapping[str, object] | None = None) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._ledger.end(run.id, status, bundle_id=bundle_id, reason=reason, result=result)
                break
            except DatabaseRefused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1.0)
        _log.info("run_ended", run=run.id, status=status.value, reason=reason)
        try:
            self._of(run).forget(run)
        except (ChartcoderError, OSError) as error:
            _log.error("run_not_tidied", run=run.id, error=type(error).__name__)

    @contextmanager
    def _alive(self, run_id: str) -> Iterator[None]:
        """Renew the lease while the block lasts."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(self._lease / 3):
                try:
                    self._ledger.renew(run_id)
                except RunLost:
                    if not ended.is_set():
                        self._leave()
                except DatabaseRefused:
                    _log.warning("lease_not_renewed", run=run_id)

        thread = threading.Thread(target=renew, name="chartcoder-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
