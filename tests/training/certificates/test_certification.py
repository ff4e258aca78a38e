"""Certifications as runs: asked for by people and by policy, done by a worker, in this process and without DBOS."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access_errors import NotAllowed
from app.domain.audit import Actor
from app.domain.automation.errors import InvalidAutomation
from app.domain.automation.guarantee import Guarantee
from app.domain.chart_event import EventType
from app.domain.model_errors import ModelNotFound, RunUnderway
from app.domain.people import Principal, PrincipalKind, Role
from app.domain.training_run import RunKind, RunStatus, RunTrigger
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.automation.certify import CertifyModels, CertifyPolicy
from app.usecases.models.ledger import RunLedger
from app.usecases.models.training import TrainModels
from tests.charts import HTN, NOW
from tests.store.databases import migrated, sqlite_url
from tests.training import world
from tests.training.certificates.audits import RELEASES, audited
from tests.training.runs.site import OPERATOR, shelf_of, site
from training import promote as promotion
from training.certificates.steps import CertifySteps, spent
from training.runs.body import RunBody

MANAGER = Actor(Principal(PrincipalKind.PERSON, "boss", "boss", frozenset({Role.MANAGER})))
POLICY = CertifyPolicy(60)


@pytest.fixture(scope="module")
def champion(tmp_path_factory):
    return world.bundle(tmp_path_factory.mktemp("champion"), seed=1)


@pytest.fixture
def work(tmp_path):
    with migrated(sqlite_url(tmp_path)) as engine:
        yield SqlWork(engine, Seal())


class Here:
    def __init__(self, bench, work):
        self.bench, self.work, self.shelf = bench, work, shelf_of(bench)
        self.certify = CertifyModels(work, time.time, self.shelf)
        self.training = TrainModels(work, time.time, self.shelf)

    def do(self, run, durable=lambda _, do: do()):
        ledger = RunLedger(self.work, time.time, "host:1:x", lease_seconds=60)
        steps = CertifySteps(self.work, self.shelf, lambda: RELEASES)
        RunBody(ledger, {RunKind.CERTIFICATION: lambda: steps}, lease_seconds=60)(run.id, durable)
        ended, lines = self.training.one(MANAGER, run.id)
        return ended, [line.text for line in lines]

    def standing(self):
        with self.work() as w:
            return w.certificates.standing()


@pytest.fixture
def here(tmp_path, champion, work):
    bench, _, _ = site(tmp_path, champion, work)
    return Here(bench, work)


def test_a_certification_that_a_manager_asks_for_issues_what_the_audits_prove(here, champion):
    audited(here.work, [HTN], bundle=champion.name, number=100)
    run = here.certify.request(MANAGER, Guarantee(days=30))
    ended, said = here.do(run)
    (certificate,) = here.standing()
    assert (ended.status, ended.bundle_id, ended.result["charts"], ended.result["issued"]) == (
        RunStatus.SUCCEEDED,
        champion.name,
        100,
        [certificate.id],
    )
    assert (certificate.slice.family, certificate.threshold, certificate.issued_by) == ("I10", 0.97, "boss")
    assert certificate.expires - certificate.issued == timedelta(days=30)
    assert any("100 of 100 drawn codes right" in line for line in said)
    with here.work() as w:
        assert [e.action for e in w.audit.events(subject=run.id)] == ["run.requested", "run.ended"]
        (issued,) = w.audit.events(subject=certificate.id)
        told = [(e.type, e.data) for e in w.events.after(0, limit=9)]
    assert run.id in issued.detail
    assert [kind for kind, _ in told] == [EventType.CERTIFICATE_ISSUED, EventType.RUN_ENDED]
    assert told[1][1] == {"run": run.id, "status": "succeeded", "kind": "certification", "bundle": champion.name, "verdict": ""}


def test_where_it_finds_nothing_it_says_why(here, champion):
    audited(here.work, [], bundle=champion.name, number=100)
    audited(here.work, [HTN], bundle="another", number=100)
    ended, said = here.do(here.certify.request(MANAGER, Guarantee()))
    assert (ended.status, ended.result["issued"], here.standing()) == (RunStatus.SUCCEEDED, [], [])
    slices = ended.result["settings"][0]["slices"]
    assert {s["why"] for s in slices} == {"no threshold: too many codes are wrong"}
    assert any(line.endswith("nothing is automated") for line in said)


def test_a_slice_with_too_few_charts_is_told_how_many_it_needs(here, champion):
    audited(here.work, [HTN], bundle=champion.name, number=20)
    ended, _ = here.do(here.certify.request(MANAGER, Guarantee()))
    assert {s["why"] for s in ended.result["settings"][0]["slices"]} == {"no threshold: a test needs 45 patients at least"}


def test_charts_of_one_patient_are_one_observation(here, champion):
    for number in range(50):
        audited(here.work, [HTN], bundle=champion.name, number=2, patient=f"mrn-{number % 25}")
    ended, _ = here.do(here.certify.request(MANAGER, Guarantee()))
    assert (ended.result["charts"], ended.result["issued"]) == (100, [])
    assert {s["patients"] for s in ended.result["settings"][0]["slices"]} == {25}


def test_one_is_open_at_a_time_and_a_training_run_does_not_stand_in_its_way(here):
    here.training.request(OPERATOR)
    run = here.certify.request(MANAGER, Guarantee())
    with pytest.raises(RunUnderway):
        here.certify.request(MANAGER, Guarantee())
    ledger = RunLedger(here.work, time.time, "host:1:x", lease_seconds=60)
    assert ledger.due(RunKind.CERTIFICATION).id == run.id
    assert ledger.due(RunKind.TRAINING).kind is RunKind.TRAINING
    assert ledger.is_open(run.id)


def test_whoever_may_certify_cancels_a_certification_and_no_training_run(here):
    training, run = here.training.request(OPERATOR), here.certify.request(MANAGER, Guarantee())
    assert here.training.cancel(MANAGER, run.id).status is RunStatus.CANCELLED
    with pytest.raises(NotAllowed):
        here.training.cancel(MANAGER, training.id)
    auditor = Actor(Principal(PrincipalKind.PERSON, "a", "a", frozenset({Role.AUDITOR})))
    with pytest.raises(NotAllowed):
        here.certify.request(auditor, Guarantee())
    assert [r.id for r, _ in here.certify.newest(auditor)] == [run.id]


def test_charts_judged_after_it_was_asked_for_are_of_the_next_one(here, champion):
    later = datetime.now(UTC) + timedelta(hours=1)
    audited(here.work, [HTN], bundle=champion.name, number=50)
    audited(here.work, [HTN], bundle=champion.name, number=50, judged=later)
    ended, _ = here.do(here.certify.request(MANAGER, Guarantee()))
    assert ended.result["charts"] == 50


def test_a_step_done_twice_issues_once(here, champion):
    audited(here.work, [HTN], bundle=champion.name, number=100)
    ended, _ = here.do(here.certify.request(MANAGER, Guarantee()), lambda _, do: do() and do())
    assert [c.id for c in here.standing()] == ended.result["issued"]
    with here.work() as w:
        assert len(w.certificates.all()) == 1


def test_a_promotion_meanwhile_ends_it_without_a_certificate(here, champion):
    audited(here.work, [HTN], bundle=champion.name, number=100)
    other = world.bundle(here.bench.models, seed=2)

    def durable(name, do):
        if name == "issue":
            promotion.promote(here.bench.models, other)
        return do()

    ended, _ = here.do(here.certify.request(MANAGER, Guarantee()), durable)
    assert (ended.status, here.standing()) == (RunStatus.FAILED, [])
    assert f"{other.name} serves by now" in ended.reason
    # The policy sees the promotion, and begins one of the new bundle.
    again = here.certify.request_by_policy(POLICY)
    assert (again.trigger, again.bundle_id) == (RunTrigger.PROMOTION, other.name)
    ended, _ = here.do(again)
    assert (ended.status, ended.result["charts"]) == (RunStatus.SUCCEEDED, 0)
    assert here.certify.request_by_policy(POLICY) is None


def test_without_a_bundle_there_is_nothing_to_certify(tmp_path, work):
    bench, _, _ = site(tmp_path, None, work)
    here = Here(bench, work)
    with pytest.raises(ModelNotFound):
        here.certify.request(MANAGER, Guarantee())
    assert here.certify.request_by_policy(POLICY) is None


def test_policy_begins_one_when_enough_charts_were_judged_since_the_last(here, champion):
    audited(here.work, [HTN], bundle=champion.name, number=59)
    assert here.certify.request_by_policy(POLICY) is None
    audited(here.work, [HTN], bundle=champion.name)
    assert here.certify.request_by_policy(CertifyPolicy(0)) is None
    run = here.certify.request_by_policy(POLICY)
    assert (run.trigger, run.by) == (RunTrigger.AUDITS, "command")
    assert here.certify.request_by_policy(POLICY) is None
    ended, _ = here.do(run)
    # The first look by policy is tested at half the probability of an error: 59 charts without a wrong code, and not 45.
    assert (ended.result["look"], len(ended.result["issued"])) == (1, 1)
    assert here.certify.request_by_policy(POLICY) is None
    audited(here.work, [HTN], bundle=champion.name, number=60, judged=datetime.now(UTC))
    ended, _ = here.do(here.certify.request_by_policy(POLICY))
    assert (ended.result["look"], ended.result["charts"]) == (2, 120)


def test_all_looks_of_the_policy_share_one_probability_of_an_error():
    assert spent(0) == 1.0
    assert sum(spent(look) for look in range(1, 10_000)) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("asked", [{"target": 0.0}, {"target": 1.0}, {"confidence_level": 1.5}, {"days": 0}])
def test_a_guarantee_that_says_nothing_is_refused(asked):
    with pytest.raises(InvalidAutomation):
        Guarantee(**asked)


def test_the_newest_audit_of_a_chart_counts_once(here, champion):
    charts = audited(here.work, [HTN], bundle=champion.name, number=3)
    with here.work() as w:
        assert w.audits.judged_since(None) == len(charts)
        assert w.audits.judged_since(NOW) == 0
        assert w.audits.judged_since(NOW - timedelta(seconds=1)) == 3
