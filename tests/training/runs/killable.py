"""A worker and a server to be killed, each in a process forked from one that has imported everything already."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from sqlalchemy.engine import make_url

from app.classifier.shelf import BundleShelf
from app.domain.code import CodeSystem
from app.domain.training_run import RunKind
from app.jobs.durable import DurableJobs, jobs_url
from app.main import create_app
from app.store.engine import make_engine
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.models.ledger import RunLedger
from app.usecases.models.registry import Models
from app.usecases.models.shadow import ScoreShadow
from tests.api.fakes import FakeOpener
from tests.training.runs.tiny import TinyBench
from tests.workflow.desk import SETTINGS
from training.certificates.steps import CertifySteps
from training.runs.body import RunBody
from training.runs.steps import RunSteps
from training.runs.worker import QUEUES, Worker, gone, worker_name

LEASE_SECONDS = 5.0
RELEASES = {CodeSystem.ICD10CM: "2026-04", CodeSystem.CPT: "catalogue"}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(url: str, folder: Path, place: str, told: Connection) -> None:
    """A worker that dies of SIGKILL at `place`: a step and when in it, as in `fit:begun`, `fit:done` and `fit:kept`; `ended`, or `never`."""
    bench = TinyBench(folder / "models", folder / "state")
    work = SqlWork(make_engine(make_url(url)), Seal())
    name = worker_name()
    ledger = RunLedger(work, time.time, name, lease_seconds=LEASE_SECONDS)
    shelf = BundleShelf(bench.models, lambda: bench.terms_digest)
    steps = RunSteps(bench, work, shelf, Models(work, time.time, shelf), keep_bundles=5, promote_better=False)
    certify = CertifySteps(work, shelf, lambda: RELEASES)
    body = RunBody(ledger, {RunKind.TRAINING: lambda: steps, RunKind.CERTIFICATION: lambda: certify}, lease_seconds=LEASE_SECONDS)

    def doomed(run_id, durable):
        def step(step_name, do):
            def dying():
                if place == f"{step_name}:begun":
                    # In the middle of it: what the step does first is done.
                    threading.Timer(0.05, die).start()
                outcome = do()
                if place in (f"{step_name}:begun", f"{step_name}:done"):
                    die()
                return outcome

            outcome = durable(step_name, dying)
            if place == f"{step_name}:kept":
                die()
            return outcome

        body(run_id, step)
        if place == "ended":
            die()

    jobs = DurableJobs(
        jobs_url(url if url.startswith("postgres") else "", bench.state), name, doomed, queues=tuple(QUEUES.values()), polling_seconds=0.05
    )
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker = Worker(
        ledger,
        jobs,
        (),
        ScoreShadow(work, time.time, lambda bundle: bench.service(bench.models / bundle)),
        look_seconds=0.05,
    )
    assert not gone(name)
    told.send("ready")
    worker.run(stop)
    os._exit(0)


def serve(url: str, port: int, told: Connection) -> None:
    """A server on a port."""
    app = create_app(SETTINGS, opener=FakeOpener(work=SqlWork(make_engine(make_url(url)), Seal())))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))

    def tell() -> None:
        while not server.started:
            threading.Event().wait(0.01)
        app.state.service.wait(60)
        told.send("ready")

    threading.Thread(target=tell, daemon=True).start()
    server.run()
