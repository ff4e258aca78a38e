"""Runs in this process, without DBOS: what comes out, and what goes wrong without harm."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.chart_event import EventType
from app.domain.model_errors import RunUnderway
from app.domain.training_run import RunKind, RunStatus, RunStep, RunTrigger
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.models.ledger import MOST_LIVES, RunLedger, RunLost
from app.usecases.models.training import Policy
from tests.store.databases import migrated, sqlite_url
from tests.training import world
from tests.training.runs.site import OPERATOR, body_over, shelf_of, site
from training import promote as promotion
from training.runs import held_out
from training.runs.material import sweep

TRAINING = RunKind.TRAINING


@pytest.fixture(scope="module")
def champion(tmp_path_factory):
    return world.bundle(tmp_path_factory.mktemp("champion"), seed=1)


@pytest.fixture
def work(tmp_path):
    with migrated(sqlite_url(tmp_path)) as engine:
        yield SqlWork(engine, Seal())


@pytest.fixture
def here(tmp_path, champion, work):
    return site(tmp_path, champion, work)


def do_run(bench, work, training, *, compare="", **options):
    run = training.request(OPERATOR, compare=compare)
    body_over(bench, work, **options)(run.id, lambda _, do: do())
    return training.one(OPERATOR, run.id)


def nothing_left(bench):
    assert not list(bench.state.glob("training*/*"))
    assert [p.name for p in bench.models.iterdir() if p.name.startswith(".") and p.name != ".promotion.lock"] == []


def test_a_run_makes_a_challenger_that_was_compared_on_charts_nothing_was_trained_on(here):
    bench, work, training = here
    ended, lines = do_run(bench, work, training)
    assert ended.status is RunStatus.SUCCEEDED
    assert ended.result["charts"] == {"train": 144, "frozen": 40, "recent": 16}
    with work() as unit:
        record = unit.models.get(ended.bundle_id)
        told = [(e.type, e.data) for e in unit.events.after(0, limit=10)]
    assert told == [
        (
            EventType.RUN_ENDED,
            {"run": ended.id, "status": "succeeded", "kind": "training", "bundle": ended.bundle_id, "verdict": ended.result["verdict"]},
        )
    ]
    assert record.gate.documents == 56
    assert {(c.charts, c.slice) for c in record.gate.compared if c.system == "ICD-10-CM"} >= {("all", ""), ("frozen", ""), ("all", "setting")}
    assert record.trained_until is None or record.trained_until.tzinfo is not None
    assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
    nothing_left(bench)
    # The next run may be asked for, and of the same charts comes the same bundle, compared with itself by nobody.
    with pytest.raises(RunUnderway):
        training.request(OPERATOR) and training.request(OPERATOR)


def test_where_the_site_wants_it_a_better_challenger_serves_at_once_and_old_bundles_go(here, champion):
    bench, work, training = here
    for seed in (5, 6, 7):
        world.bundle(bench.models, seed=seed, created=f"2025-01-0{seed}T00:00:00+00:00")
    # A champion that knows nothing of this site.
    ended, lines = do_run(bench, work, training, promote_better=True, keep=1)
    better = ended.result["verdict"] == "better"
    assert ended.result["promoted"] is better
    assert shelf_of(bench).pointer().champion == (ended.bundle_id if better else champion.name)
    assert len(ended.result["removed"]) == 3
    assert {e.bundle_id for e in shelf_of(bench).entries()} == {champion.name, ended.bundle_id}
    assert sum("removed bundle" in line.text for line in lines) == 3


def test_a_bundle_is_compared_without_being_fitted_again(here):
    bench, work, training = here
    other = world.bundle(bench.models, seed=2)
    ended, _ = do_run(bench, work, training, compare=other.name)
    assert (ended.status, ended.bundle_id) == (RunStatus.SUCCEEDED, other.name)
    with work() as unit:
        assert unit.models.get(other.name).gate.challenger == other.name
        assert unit.models.get(other.name).run_id == ""
    nothing_left(bench)


def test_a_champion_that_no_longer_fits_stands_in_nobodys_way(here, champion):
    bench, work, training = here
    bench.terms_digest = "another"
    ended, lines = do_run(bench, work, training)
    assert (ended.status, ended.result["champion"], ended.result["verdict"]) == (RunStatus.SUCCEEDED, None, None)
    assert any(champion.name in line.text and "other code releases or data files" in line.text for line in lines)


def test_a_job_for_a_model_that_was_deleted_fails_and_says_so(here, champion):
    bench, work, training = here
    other = world.bundle(bench.models, seed=2)
    run = training.request(OPERATOR, compare=other.name)
    shutil.rmtree(other)
    body_over(bench, work)(run.id, lambda _, do: do())
    ended, _ = training.one(OPERATOR, run.id)
    assert ended.status is RunStatus.FAILED
    assert "no such bundle" in ended.reason
    assert shelf_of(bench).pointer().champion == champion.name


def test_a_run_that_is_cancelled_ends_in_its_step_and_leaves_nothing(here):
    bench, work, training = here
    run = training.request(OPERATOR)

    def durable(name, do):
        if name == "fit":
            training.cancel(OPERATOR, run.id)
        return do()

    body_over(bench, work)(run.id, durable)
    ended, _ = training.one(OPERATOR, run.id)
    assert (ended.status, ended.step, ended.bundle_id) == (RunStatus.CANCELLED, RunStep.FIT, "")
    nothing_left(bench)


def test_an_unforeseen_error_fails_the_run_without_saying_what_it_said(here):
    bench, work, training = here
    bench.prepare = lambda run, examples, step: (_ for _ in ()).throw(ValueError(f"in the note {examples[-1].note.text}"))
    ended, lines = do_run(bench, work, training)
    assert ended.status is RunStatus.FAILED
    assert ended.reason == "ValueError in the step prepare: the log of the worker says where"
    assert not any("Seen for" in line.text for line in lines)
    nothing_left(bench)


def test_a_run_that_goes_on_with_another_version_of_the_program_leaves_nothing_of_the_one_before(here, monkeypatch):
    bench, work, training = here
    run = training.request(OPERATOR)

    def durable(name, do):
        if name == "fit":
            assert list(bench.state.glob("training-runs/*/training/*"))
            monkeypatch.setattr("training.work._code", lambda: ["another"])
        return do()

    body_over(bench, work)(run.id, durable)
    assert training.one(OPERATOR, run.id)[0].status is RunStatus.SUCCEEDED
    nothing_left(bench)


@pytest.fixture
def tiny_disk(tmp_path):
    """A small file system of its own for the models."""
    models = tmp_path / "models"
    models.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(models)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("file systems can be mounted by root only")
    yield models
    subprocess.run(["umount", str(models)], check=True)


def fill(folder, *, room):
    """Leave so many bytes on the file system of the folder."""
    filler = folder / "filler"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    filler.write_bytes(bytes(max(free - room, 0)))


def test_a_full_disk_fails_the_run_and_leaves_champion_and_registry_as_they_were(tiny_disk, here, champion):
    bench, work, training = here
    before = (bench.models / "active.json").read_bytes()
    fill(tiny_disk, room=8192)
    ended, _ = do_run(bench, work, training)
    assert ended.status is RunStatus.FAILED
    assert "No space left on device" in ended.reason
    assert (bench.models / "active.json").read_bytes() == before
    shelf_of(bench).check(champion.name)
    assert [e.bundle_id for e in shelf_of(bench).entries()] == [champion.name]
    with work() as unit:
        assert unit.models.all() == {}
    nothing_left(bench)
    # With room for the bundle and none for the pointer, the promotion fails and the pointer stands.
    (tiny_disk / "filler").unlink()
    other = world.bundle(bench.models, seed=2)
    fill(tiny_disk, room=0)
    with pytest.raises(OSError, match="No space left"):
        promotion.promote(bench.models, other)
    assert (bench.models / "active.json").read_bytes() == before


def test_a_run_belongs_to_one_worker_until_its_lease_ends_or_its_process_is_gone(work, here):
    _, _, training = here
    now = [1_000_000.0]
    first, second = (RunLedger(work, lambda: now[0], name, lease_seconds=60) for name in ("a:1:x", "b:2:y"))
    run = training.request(OPERATOR)
    assert first.due(TRAINING).id == run.id
    assert second.due(TRAINING) is None
    first.begin(run.id)
    now[0] += 50
    first.renew(run.id)
    now[0] += 50
    assert second.due(TRAINING) is None
    assert second.due(TRAINING, lambda worker: worker == "a:1:x").id == run.id
    second.begin(run.id)
    for lost in (lambda: first.renew(run.id), lambda: first.tell(run.id, RunStep.FIT, 0.5)):
        with pytest.raises(RunLost):
            lost()
    second.release()
    assert first.due(TRAINING).id == run.id
    assert first.begin(run.id).lives == 3
    assert first.end(run.id, RunStatus.SUCCEEDED, bundle_id="b")
    assert not second.end(run.id, RunStatus.FAILED)
    assert training.one(OPERATOR, run.id)[0].status is RunStatus.SUCCEEDED


def test_what_a_worker_left_that_was_killed_after_the_end_is_swept(work, here):
    bench, _, training = here
    run = training.request(OPERATOR)
    for name in (run.id, "0" * 24):
        (bench.state / "training-runs" / name).mkdir(parents=True)
    ledger = RunLedger(work, time.time, "a:1:x", lease_seconds=60)
    assert sweep(bench.state, ledger.is_open) == ["0" * 24]
    assert [p.name for p in (bench.state / "training-runs").iterdir()] == [run.id]


def test_a_run_that_kills_its_workers_is_given_up(work, here):
    _, _, training = here
    ledger = RunLedger(work, time.time, "a:1:x", lease_seconds=0)
    run = training.request(OPERATOR)
    for _ in range(MOST_LIVES):
        assert ledger.due(TRAINING) is not None
        ledger.begin(run.id)
    assert ledger.due(TRAINING) is None
    assert training.one(OPERATOR, run.id)[0].status is RunStatus.FAILED
    with work() as unit:
        assert [(e.type, e.data["status"]) for e in unit.events.after(0, limit=10)] == [(EventType.RUN_ENDED, "failed")]


def test_a_worker_that_lost_its_run_writes_nothing_more(here):
    bench, work, training = here
    run = training.request(OPERATOR)
    thief = RunLedger(work, time.time, "b:2:y", lease_seconds=60)

    def durable(name, do):
        if name == "split":
            thief.begin(run.id)
        return do()

    with pytest.raises(SystemExit):
        body_over(bench, work)(run.id, durable)
    assert training.one(OPERATOR, run.id)[0].worker == "b:2:y"


def test_policy_asks_for_a_run_when_charts_are_enough_and_never_without_a_new_one(work, here, monkeypatch):
    _, _, training = here
    counts = {"since": 0}
    monkeypatch.setattr("app.store.runs.SqlRuns.finalized_since", lambda self, since: counts["since"])
    assert training.request_by_policy(Policy()) is None
    assert training.request_by_policy(Policy(every_days=1, after_charts=3)) is None
    counts["since"] = 2
    assert training.request_by_policy(Policy(after_charts=3)) is None
    counts["since"] = 3
    run = training.request_by_policy(Policy(after_charts=3))
    assert (run.trigger, run.by) == (RunTrigger.DECISIONS, "command")
    assert training.request_by_policy(Policy(after_charts=3)) is None
    RunLedger(work, time.time, "w", lease_seconds=60).end(run.id, RunStatus.SUCCEEDED)
    counts["since"] = 1
    assert training.request_by_policy(Policy(every_days=1)) is None
    training._clock = lambda: time.time() + 90_000
    assert training.request_by_policy(Policy(every_days=1)).trigger is RunTrigger.SCHEDULE


def test_of_several_workers_one_asks(work, here):
    _, _, training = here
    with work() as unit:
        assert unit.runs.open() is None
    found = []
    threads = [threading.Thread(target=lambda: found.append(_asked(training))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(run is not None for run in found) == 1


def _asked(training):
    try:
        return training.request(OPERATOR)
    except RunUnderway:
        return None


class TestHeldOut:
    NOW = datetime(2026, 2, 1, tzinfo=UTC)

    def charts(self, count, *, begun=datetime(2026, 1, 1)):  # noqa: DTZ001
        notes = world.notes(count)
        return [replace(e, time=begun + timedelta(hours=i)) for i, e in enumerate(notes)]

    def test_no_patient_is_on_two_sides_and_what_is_held_out_is_newer(self, tmp_path):
        charts = self.charts(200)
        s = held_out.split(tmp_path, charts, self.NOW)
        of = {e.id: e for e in charts}
        groups = [{of[c].group for c in part} for part in (s.train, s.frozen, s.recent)]
        assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
        assert max(of[c].time for c in s.train) < min(of[c].time for c in (*s.frozen, *s.recent))
        assert len(s.train) + len(s.frozen) + len(s.recent) == 200

    def test_the_frozen_set_stays_as_it_was_drawn_whatever_comes(self, tmp_path):
        charts = self.charts(200)
        first = held_out.split(tmp_path, charts, self.NOW)
        later = held_out.split(tmp_path, [*charts, *self.more(charts)], self.NOW)
        assert later.frozen == first.frozen
        assert set(first.recent) <= set(later.train)
        assert not set(later.recent) & {e.id for e in charts}

    def more(self, charts):
        return [replace(e, id=f"m{e.id}", group=f"m{e.group}", time=e.time + timedelta(days=30)) for e in charts]

    def test_frozen_charts_that_were_decided_anew_or_lost_their_words_are_counted(self, tmp_path):
        charts = self.charts(200)
        frozen = held_out.split(tmp_path, charts, self.NOW).frozen
        changed = [replace(e, labels={}) if e.id == frozen[0] else e for e in charts if e.id != frozen[1]]
        s = held_out.split(tmp_path, changed, self.NOW)
        assert (s.changed, s.gone) == (1, 1)
        assert not {frozen[0]} & {*s.train, *s.recent}

    def test_a_small_site_freezes_nothing_yet(self, tmp_path):
        s = held_out.split(tmp_path, self.charts(held_out.FREEZE_FROM - 2), self.NOW)
        assert s.frozen == ()
        assert s.recent
        assert not held_out.exists(tmp_path)
        assert held_out.split(tmp_path, self.charts(6), self.NOW).recent == ()
