"""Training runs, and what is known of bundles: kept alike by SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import chart_work
from app.domain.gate import Calibrated, Compared, Cost, Gate, Verdict
from app.domain.model import ModelRecord
from app.domain.model_errors import RunNotFound, RunUnderway
from app.domain.review import Reject, RejectReason
from app.domain.training_run import RunLine, RunStatus, RunStep, RunTrigger, TrainingRun
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.records.models import Shadowed
from tests.charts import CHEST, DM, E119, HTN, INJECTION, KNEE, NOW, chart, finalized


def own():
    return secrets.token_hex(6)


@pytest.fixture
def work(engine):
    return SqlWork(engine, Seal())


@pytest.fixture
def open_run(work):
    """A run that is open, and is ended when the test is over."""
    run = TrainingRun(own(), RunTrigger.PERSON, "engineer", NOW)
    with work() as w:
        w.runs.add(run)
    yield run
    with work() as w:
        w.runs.save(replace(run, status=RunStatus.CANCELLED))


def record(**changes):
    compared = Compared("frozen", "ICD-10-CM", "chapter", "9", 40, 80, 0.5, 0.6, 0.1, 0.02, 0.18, 0.01)
    gate = Gate("c" * 16, own(), Verdict.BETTER, ("a reason",), 40, (compared,), (Calibrated("all", "CPT", 40, 0.1, 0.05),), Cost(1.5, 2.0, 10, 20))
    return replace(ModelRecord(own(), NOW, own(), NOW - timedelta(days=1), gate), **changes)


class TestRuns:
    def test_a_run_comes_back_as_it_was_kept(self, work, open_run):
        result = {"verdict": "better", "charts": {"train": 3}, "removed": []}
        later = replace(
            open_run, status=RunStatus.RUNNING, step=RunStep.FIT, share=0.25, lives=2, worker="a:1:x", lease_until=NOW + timedelta(seconds=60),
            cancel_requested=True, started_at=NOW, compare="b" * 16, bundle_id="b" * 16, reason="none", result=result,
        )  # fmt: skip
        with work() as w:
            assert w.runs.get(open_run.id) == w.runs.open() == open_run
            w.runs.save(later)
        with work() as w:
            assert w.runs.get(open_run.id, to_change=True) == w.runs.open(to_change=True) == later
            with pytest.raises(RunNotFound):
                w.runs.get("nothing")

    def test_one_run_is_open_and_a_refused_one_undoes_nothing_else(self, work, open_run):
        second = replace(open_run, id=own(), requested_at=NOW + timedelta(hours=1))
        with work() as w:
            w.runs.say(open_run.id, NOW, "said before")
            with pytest.raises(RunUnderway):
                w.runs.add(second)
        with work() as w:
            assert [line.text for line in w.runs.lines(open_run.id)] == ["said before"]
            w.runs.save(replace(open_run, status=RunStatus.FAILED, ended_at=NOW))
            assert w.runs.open() is None
            w.runs.add(second)
            ids = [r.id for r in w.runs.newest(limit=100)]
            assert ids.index(second.id) < ids.index(open_run.id)
            assert [r.id for r in w.runs.newest(limit=1)] == ids[:1]
            w.runs.save(replace(second, status=RunStatus.SUCCEEDED))

    def test_lines_are_numbered_and_what_stands_at_the_end_is_not_said_again(self, work, open_run):
        with work() as w:
            for text in ("a", "a", "b", "a"):
                w.runs.say(open_run.id, NOW, text)
        with work() as w:
            assert w.runs.lines(open_run.id) == [RunLine(1, NOW, "a"), RunLine(2, NOW, "b"), RunLine(3, NOW, "a")]
            assert [line.text for line in w.runs.lines(open_run.id, after=2)] == ["a"]

    def test_charts_that_stand_finalised_are_counted_once_and_from_a_time_on(self, work):
        since = NOW + timedelta(days=1000)
        done, early = finalized(at=since + timedelta(hours=1)), finalized(at=since - timedelta(hours=1))
        reopened = chart_work.reopen(finalized(at=since + timedelta(hours=1)), "a late report", "auditor-1", since + timedelta(hours=2))
        twice = chart_work.reopen(finalized(at=since + timedelta(hours=1)), "a late report", "auditor-1", since + timedelta(hours=2))
        twice = chart_work.finalize(twice, (), "coder-1", since + timedelta(hours=3))
        with work() as w:
            before = w.runs.finalized_since(None)
            for it in (done, early, reopened, twice):
                kept = chart(id=it.id)
                w.charts.add(kept)
                w.charts.save(kept, it)
        with work() as w:
            assert w.runs.finalized_since(since) == 2
            assert w.runs.finalized_since(None) == before + 3


class TestModels:
    def test_a_record_comes_back_as_it_was_kept_and_is_replaced(self, work):
        first = record()
        bare = ModelRecord(own(), NOW)
        with work() as w:
            w.models.put(first)
            w.models.put(bare)
        with work() as w:
            assert w.models.get(first.bundle_id) == first
            assert w.models.get("nothing") is None
            w.models.put(replace(first, gate=None, shadow_since=NOW))
            w.models.end_shadows()
        with work() as w:
            found = w.models.all()
            assert found[bare.bundle_id] == bare
            assert found[first.bundle_id] == replace(first, gate=None)

    def test_drafts_that_a_shadow_has_not_scored_come_oldest_first(self, work):
        since = NOW + timedelta(days=2000)
        bundle = own()

        def at(moment):
            it = chart()
            return replace(it, drafts=(replace(it.drafts[0], made_at=moment),))

        before, first, second = (at(since + timedelta(minutes=m)) for m in (-1, 1, 2))
        with work() as w:
            for it in (second, first, before):
                w.charts.add(it)
        with work() as w:
            assert w.models.to_shadow(bundle, since, limit=9) == [(first.id, 1, 1), (second.id, 1, 1)]
            assert w.models.to_shadow(bundle, since, limit=1) == [(first.id, 1, 1)]
            w.models.add_shadowed(Shadowed(first.id, 1, 1, bundle, "c" * 16, since, 2, (KNEE, HTN), (DM,)))
            # Of several workers the first counts.
            w.models.add_shadowed(Shadowed(first.id, 1, 1, bundle, "c" * 16, since, 0, (), ()))
        with work() as w:
            assert w.models.to_shadow(bundle, since, limit=9) == [(second.id, 1, 1)]
            assert w.models.to_shadow("another", since, limit=9) == [(first.id, 1, 1), (second.id, 1, 1)]
            assert w.models.shadowed(bundle) == [Shadowed(first.id, 1, 1, bundle, "c" * 16, since, 2, (KNEE, HTN), (DM,))]
            assert w.models.shadowed("another") == []

    def test_standing_codes_are_those_of_the_last_finalised_set_of_decided_charts(self, work):
        done = finalized()
        none = finalized(verdicts=tuple(Reject(ref, RejectReason.NOT_TREATED) for ref in (HTN, DM, INJECTION)))
        reopened = chart_work.reopen(finalized(), "a late report", "auditor-1", NOW)
        again = chart_work.reopen(finalized(), "a late report", "auditor-1", NOW)
        again = chart_work.decide(again, Reject(HTN, RejectReason.NOT_TREATED), "coder-1", NOW, lease=timedelta(minutes=15))
        again = chart_work.finalize(again, (), "coder-1", NOW)
        undecided = chart()
        with work() as w:
            w.charts.add(undecided)
            for it in (done, none, reopened, again):
                kept = chart(id=it.id)
                w.charts.add(kept)
                w.charts.save(kept, it)
        with work() as w:
            found = w.models.standing_codes([it.id for it in (done, none, reopened, again, undecided)])
            assert w.models.standing_codes([]) == {}
        assert found == {
            done.id: {HTN, E119, INJECTION, KNEE},
            # No code at all is a decision too.
            none.id: frozenset(),
            again.id: {E119, INJECTION, KNEE},
        }
        assert CHEST not in found[done.id]
