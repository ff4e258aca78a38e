"""Promotion by REST, over real bundles: what is refused leaves the champion serving, and what is promoted serves without a dropped request."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.classifier import bundle_io
from app.domain.gate import Gate, Verdict
from app.domain.model import ModelRecord
from app.domain.people import Role
from app.main import create_app
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.models.registry import NOT_COMPARED
from tests.api.serving import served
from tests.store.databases import migrated, sqlite_url
from tests.training import world
from tests.workflow.desk import BODY, SETTINGS, TEXT, Desk
from tests.workflow.promoting import BundleOpener, copied, tamper
from training import promote as promotion

CLIENTS = 8


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    return [world.bundle(folder, seed=seed, created=f"2026-01-0{seed}T00:00:00+00:00") for seed in (1, 2, 3)]


@pytest.fixture
def desk(tmp_path, made):
    models = tmp_path / "models"
    names = copied(made, models)
    promotion.promote(models, models / names[0])
    with migrated(sqlite_url(tmp_path)) as engine:
        app = create_app(SETTINGS, opener=BundleOpener(work=SqlWork(engine, Seal()), models=models))
        with served(app) as url:
            desk = Desk(url, app.state.service.workflow)
            desk.models, desk.names, desk.state = models, names, app.state.service
            yield desk
            for client in desk.clients:
                client.close()


@pytest.fixture
def engineer(desk):
    return desk.user("engineer", Role.ML_ENGINEER)


def gate(desk, bundle, champion, verdict, *reasons):
    at = desk.workflow.models.now()
    with desk.workflow.models._work() as work:
        work.models.put(ModelRecord(bundle, at, gate=Gate(champion, bundle, verdict, tuple(reasons), 40, (), (), None)))


def promote(client, bundle, champion, **more):
    return client.post(f"/v1/models/{bundle}/promotion", json={"champion": champion, **more})


def serving(desk, *, bundle=None, refused=False):
    """Wait until a bundle serves, or until one was refused."""
    client = desk.client()
    for _ in range(500):
        ready = client.get("/readyz").json()
        if bool(ready["refused"]) == refused and ready["bundle_id"] == (bundle or ready["bundle_id"]):
            return ready
        threading.Event().wait(0.02)
    raise AssertionError(ready)


def refused(response, status, code):
    assert (response.status_code, response.json()["code"]) == (status, code), response.text


def test_promotion_under_load_drops_no_request_and_each_answer_is_of_one_bundle(desk, engineer):
    first, second, _ = desk.names
    for bundle, champion in ((second, first), (first, second)):
        gate(desk, bundle, champion, Verdict.AS_GOOD)
    seen, stop = [], threading.Event()
    notes = {**BODY, "notes": [{"title": str(i), "text": TEXT} for i in range(3)]}
    desk.machine()

    def ask(number):
        client = desk.machine()
        mine = []
        while not stop.is_set():
            if number % 4:
                response = client.post("/v1/suggestions", json={"text": TEXT})
                mine.append((response.status_code, {response.json().get("bundle_id")}))
            else:
                response = client.post("/v1/encounters", json=notes)
                mine.append((response.status_code, set(response.json()["bundles"])))
        return mine

    with ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(ask, number) for number in range(CLIENTS)]
        try:
            for bundle, champion in ((second, first), (first, second), (second, first)):
                assert promote(engineer, bundle, champion).json() == {"champion": bundle, "before": champion}
                serving(desk, bundle=bundle)
        finally:
            stop.set()
        seen = [answer for each in asking for answer in each.result()]
    assert {status for status, _ in seen} <= {200, 201}
    assert {len(bundles) for _, bundles in seen} == {1}
    assert set.union(*(bundles for _, bundles in seen)) == {first, second}


def test_rollback_goes_back_step_by_step_and_stored_suggestions_keep_their_bundle(desk, engineer):
    first, second, third = desk.names
    encounter, _ = desk.submit()
    gate(desk, second, first, Verdict.BETTER)
    gate(desk, third, second, Verdict.AS_GOOD)
    assert promote(engineer, second, first).status_code == 200
    assert promote(engineer, third, second).status_code == 200
    serving(desk, bundle=third)
    listed = engineer.get("/v1/models").json()
    assert (listed["champion"], listed["history"]) == (third, [first, second])
    assert [m["bundle_id"] for m in listed["models"]] == [third, second, first]
    assert [m["state"] for m in listed["models"]] == ["champion", "retired", "retired"]
    refused(engineer.delete(f"/v1/models/{second}/promotion"), 409, "champion_changed")
    assert engineer.delete(f"/v1/models/{third}/promotion").json() == {"champion": second, "before": third}
    assert engineer.delete(f"/v1/models/{second}/promotion").json() == {"champion": first, "before": second}
    refused(engineer.delete(f"/v1/models/{first}/promotion"), 409, "nothing_before")
    serving(desk, bundle=first)
    chart = desk.user("boss", Role.MANAGER).get(f"/v1/encounters/{encounter}").json()
    assert chart["bundles"] == [first]


def test_the_gate_refuses_with_reasons_and_an_override_is_recorded(desk, engineer):
    first, second, third = desk.names
    refused(promote(engineer, second, first), 409, "gate_refused")
    gate(desk, second, first, Verdict.WORSE, "ICD-10-CM on frozen charts: F1 .4 after .5")
    answer = promote(engineer, second, first)
    refused(answer, 409, "gate_refused")
    assert "F1 .4 after .5" in answer.json()["detail"]
    assert engineer.get(f"/v1/models/{second}").json()["state"] == "rejected"
    # What was compared with another champion was not compared with this one.
    gate(desk, third, second, Verdict.BETTER)
    refused(promote(engineer, third, first), 409, "gate_refused")
    assert serving(desk)["bundle_id"] == first
    assert promote(engineer, second, first, override="new specialty, few old charts").status_code == 200
    serving(desk, bundle=second)
    with desk.workflow.models._work() as work:
        trail = [(e.action, e.actor, json.loads(e.detail)) for e in work.audit.events(subject=second)]
    assert trail[-1] == ("model.promoted", "engineer", {"champion": first, "override": "new specialty, few old charts", "overridden": 1})
    assert [action for action, _, _ in trail] == ["model.refused", "model.refused", "model.promoted"]


@pytest.mark.parametrize("how", ["tampered", "another release", "removed", "renamed"])
def test_a_bundle_that_can_not_serve_is_refused(desk, engineer, how):
    first, second, _ = desk.names
    gate(desk, second, first, Verdict.BETTER)
    if how == "tampered":
        tamper(desk.models / second)
    elif how == "removed":
        shutil.rmtree(desk.models / second)
    elif how == "renamed":
        shutil.rmtree(desk.models / second)
        shutil.copytree(desk.models / first, desk.models / second)
    else:
        desk.state._opener.shelf._terms = lambda: "another"
    refused(promote(engineer, second, first), *((404, "model_not_found") if how == "removed" else (409, "model_refused")))
    refused(engineer.post("/v1/training-runs", json={"compare": second}), *((404, "model_not_found") if how == "removed" else (409, "model_refused")))
    assert serving(desk)["bundle_id"] == first
    assert desk.machine().post("/v1/suggestions", json={"text": TEXT}).json()["bundle_id"] == first


def test_of_two_promotions_at_once_one_wins_and_the_other_is_told(desk):
    first, second, third = desk.names
    clients = [desk.user(f"engineer-{i}", Role.ML_ENGINEER) for i in range(2)]
    for bundle in (second, third):
        gate(desk, bundle, first, Verdict.BETTER)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: promote(pair[0], pair[1], first), zip(clients, (second, third), strict=True)))
    assert sorted(a.status_code for a in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda a: a.status_code)
    assert lost.json()["code"] == "champion_changed"
    assert bundle_io.active(desk.models).name == won.json()["champion"]
    serving(desk, bundle=won.json()["champion"])
    with desk.workflow.models._work() as work:
        assert sum(e.action == "model.promoted" for e in work.audit.events()) == 1


def test_a_bundle_that_breaks_after_promotion_leaves_the_champion_serving_and_says_so(desk, engineer):
    first, second, _ = desk.names
    tamper(desk.models / second)
    bundle_io.point(desk.models, second, [first])
    ready = serving(desk, refused=True)
    assert ready["bundle_id"] == first
    assert "ranker.npz was changed" in ready["refused"]
    assert desk.machine().post("/v1/suggestions", json={"text": TEXT}).json()["bundle_id"] == first
    assert 'chartcoder_bundles_total{outcome="refused"}' in desk.client().get("/metrics").text
    # Put right on disk, it is opened without another promotion.
    tamper(desk.models / second)
    serving(desk, bundle=second)


def test_the_feed_tells_managers_and_engineers_what_became_of_models_and_runs_and_nobody_else(desk, engineer):
    first, second, _ = desk.names
    refused(promote(engineer, second, first), 409, "gate_refused")
    gate(desk, second, first, Verdict.WORSE, "ICD-10-CM on frozen charts: F1 .4 after .5")
    assert promote(engineer, second, first, override="told by Ms. Miller of room 7").status_code == 200
    assert engineer.delete(f"/v1/models/{second}/promotion").status_code == 200
    run = engineer.post("/v1/training-runs", json={}).json()["id"]
    engineer.post(f"/v1/training-runs/{run}/cancellation")
    answer = desk.user("boss", Role.MANAGER).get("/v1/events")
    assert [(e["type"], e["encounter"], e["data"]) for e in answer.json()["events"]] == [
        ("model.refused", "", {"bundle": second, "champion": first, "reasons": [NOT_COMPARED]}),
        ("model.promoted", "", {"bundle": second, "before": first, "overridden": ["ICD-10-CM on frozen charts: F1 .4 after .5"]}),
        ("model.rolled_back", "", {"bundle": second, "to": first}),
        ("run.ended", "", {"run": run, "status": "cancelled", "kind": "training", "bundle": "", "verdict": ""}),
    ]
    # What somebody wrote as a reason stays in the audit trail.
    assert "Miller" not in answer.text
    assert desk.machine().get("/v1/events").json()["events"] == []
    assert engineer.get("/v1/events").json() == answer.json()
    refused(desk.user("ann", Role.CODER).get("/v1/events"), 403, "not_allowed")
    # A promotion that fails at the pointer is no event.
    shutil.rmtree(desk.models / second)
    refused(promote(engineer, second, first), 404, "model_not_found")
    assert len(desk.user("boss").get("/v1/events").json()["events"]) == 4


def test_at_most_one_bundle_is_a_shadow_and_never_the_champion(desk, engineer):
    first, second, third = desk.names
    assert engineer.put(f"/v1/models/{second}/shadow").json()["state"] == "shadow"
    assert engineer.put(f"/v1/models/{third}/shadow").json()["state"] == "shadow"
    refused(engineer.put(f"/v1/models/{first}/shadow"), 409, "model_refused")
    assert {m["bundle_id"]: m["state"] for m in engineer.get("/v1/models").json()["models"]} == {
        first: "champion", second: "challenger", third: "shadow",
    }  # fmt: skip
    gate(desk, third, first, Verdict.BETTER)
    assert promote(engineer, third, first).status_code == 200
    assert engineer.get(f"/v1/models/{third}").json()["shadow_since"] is None


def test_one_run_at_a_time_and_a_queued_one_is_cancelled_at_once(desk, engineer):
    run = engineer.post("/v1/training-runs", json={})
    assert run.status_code == 202
    assert run.headers["Location"] == f"/v1/training-runs/{run.json()['id']}"
    refused(engineer.post("/v1/training-runs", json={}), 409, "run_underway")
    cancelled = engineer.post(f"/v1/training-runs/{run.json()['id']}/cancellation")
    assert cancelled.json()["status"] == "cancelled"
    refused(engineer.post(f"/v1/training-runs/{run.json()['id']}/cancellation"), 409, "run_ended")
    assert engineer.post("/v1/training-runs", json={}).status_code == 202
    assert len(engineer.get("/v1/training-runs").json()["runs"]) == 2
