"""Worker and server are killed at every step of a run, on both databases: it completes, once, with the same bundle."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time

import pytest

from app.classifier.shelf import BundleShelf
from app.domain.automation.guarantee import Guarantee
from app.domain.people import Role
from app.domain.training_run import STEPS, RunKind, RunStatus
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.automation.certify import CertifyModels
from app.usecases.people.accounts import Accounts
from tests.api.fakes import QuickPasswords
from tests.charts import HTN
from tests.store.databases import migrated, postgres_url, sqlite_url
from tests.training import world
from tests.training.certificates.audits import audited
from tests.training.runs import killable
from tests.training.runs.site import OPERATOR, body_over, site
from tests.workflow.desk import Client
from training import promote as promotion

MOMENTS = ("begun", "done", "kept")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
        with migrated(url) as engine:
            yield url.render_as_string(hide_password=False), SqlWork(engine, Seal())
    else:
        with postgres_url() as url, migrated(url) as engine:
            yield url.render_as_string(hide_password=False), SqlWork(engine, Seal())


@pytest.fixture(scope="module")
def started():
    """Starts one of killable.py and waits until it is ready."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.training.runs.killable"])

    def start(target, *arguments):
        told, tells = context.Pipe(duplex=False)
        process = context.Process(target=target, args=(*arguments, tells), daemon=True)
        process.start()
        tells.close()
        assert told.recv() == "ready"
        told.close()
        return process

    return start


def ended(process):
    process.join(60)
    return process.exitcode


@pytest.fixture(scope="module")
def champion(tmp_path_factory):
    return world.bundle(tmp_path_factory.mktemp("champion"), seed=1)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, champion):
    """The bundle that comes out when nothing is killed, without DBOS and in this process."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with migrated(sqlite_url(folder)) as engine:
        bench, work, training = site(folder, champion, SqlWork(engine, Seal()))
        run = training.request(OPERATOR)
        body_over(bench, work)(run.id, lambda _, do: do())
        ended, _ = training.one(OPERATOR, run.id)
    assert ended.status is RunStatus.SUCCEEDED, ended
    return ended.bundle_id


def test_a_run_whose_worker_and_server_are_killed_at_every_step_completes_once_with_the_same_bundle(
    database, started, champion, undisturbed, tmp_path
):
    url, work = database
    promotion.promote(tmp_path / "models", champion)
    key = Accounts(work, lambda: 0.0, QuickPasswords()).add_key("engineer", {Role.ML_ENGINEER})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = started(killable.serve, url, port)
    offset = 0 if url.startswith("sqlite") else 1
    places = [f"{step.value}:{MOMENTS[(offset + number) % len(MOMENTS)]}" for number, step in enumerate(STEPS[RunKind.TRAINING])]
    client = Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False, headers={"Authorization": f"Bearer {key}"}, timeout=30)
    with client:
        run_id = client.post("/v1/training-runs", json={}).json()["id"]
        for place in (*places, "ended"):
            doomed = started(killable.work, url, tmp_path, place)
            assert ended(doomed) == -signal.SIGKILL, place
            server.kill()
            assert ended(server) == -signal.SIGKILL
            server = started(killable.serve, url, port)
            found = client.get(f"/v1/training-runs/{run_id}").json()
            assert found["status"] == ("succeeded" if place == "ended" else "running"), place
        # It has ended: whoever comes now has nothing to do.
        last = started(killable.work, url, tmp_path, "never")
        last.terminate()
        assert ended(last) == 0
        server.kill()
    assert (found["status"], found["bundle_id"], found["lives"]) == ("succeeded", undisturbed, len(places) + 1)
    assert found["result"]["charts"] == {"train": 144, "frozen": 40, "recent": 16}
    assert found["result"]["verdict"] in ("better", "as_good", "worse")
    with work() as w:
        trail = [e.action for e in w.audit.events(subject=run_id)]
        record = w.models.get(undisturbed)
    assert trail == ["run.requested", "run.ended"]
    assert record.run_id == run_id
    assert {e.bundle_id for e in BundleShelf(tmp_path / "models").entries()} == {champion.name, undisturbed}
    assert BundleShelf(tmp_path / "models").pointer().champion == champion.name
    # The words of patients went with the run.
    assert not list((tmp_path / "state").glob("training*/*"))


def test_a_certification_whose_worker_is_killed_at_every_step_issues_once(database, started, champion, tmp_path):
    url, work = database
    promotion.promote(tmp_path / "models", champion)
    audited(work, [HTN], bundle=champion.name, number=100)
    shelf = BundleShelf(tmp_path / "models", lambda: "k")
    run = CertifyModels(work, time.time, shelf).request(OPERATOR, Guarantee())
    places = [f"{step.value}:{moment}" for step in STEPS[RunKind.CERTIFICATION] for moment in MOMENTS]
    for place in (*places, "ended"):
        doomed = started(killable.work, url, tmp_path, place)
        assert ended(doomed) == -signal.SIGKILL, place
    last = started(killable.work, url, tmp_path, "never")
    last.terminate()
    assert ended(last) == 0
    with work() as w:
        found = w.runs.get(run.id)
        (certificate,) = w.certificates.all()
        trail = [e.action for e in w.audit.events(subject=run.id)]
        issued = [e.action for e in w.audit.events(subject=certificate.id)]
    assert (found.status, found.lives, found.result["issued"]) == (RunStatus.SUCCEEDED, len(places) + 1, [certificate.id])
    assert (trail, issued, certificate.revoked) == (["run.requested", "run.ended"], ["certificate.issued"], None)
