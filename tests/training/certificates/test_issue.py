"""From judgements of random audits to certificates."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.domain.audit import Actor
from app.domain.audits.sample import SampleKind
from app.domain.automation.certificate import CodeSlice, RevokeReason
from app.domain.chart_event import EventType
from app.domain.encounter import Setting
from app.domain.people import COMMAND_LINE
from app.usecases.automation.audited import ReadAudited
from app.usecases.automation.manage import ManageAutomation
from app.usecases.charts.desk import Desk
from tests.charts import DM, HTN, ICD, INJECTION, NOW
from tests.training.certificates.audits import RELEASES
from tests.training.certificates.audits import audited as in_store
from tests.usecases.fake_records import FakeWork
from training.certificates.issue import Certified, certificates, told
from training.certificates.slices import Aim, run

BUNDLE = "fa4e000000000001"


@pytest.fixture
def work():
    return FakeWork()


audited = partial(in_store, bundle=BUNDLE)


def test_what_was_suggested_is_set_beside_what_the_auditor_holds_right(work):
    (it,) = audited(work, [HTN, DM], candidate=0.3)
    (found,) = ReadAudited(work)(BUNDLE, RELEASES)
    assert (found.id, found.setting, found.at, found.waiting) == (it.id, Setting.OUTPATIENT, it.received_at, 0.3)
    assert {c.ref: (c.confidence, c.right) for c in found.codes} == {HTN: (0.97, True), INJECTION: (0.9, False)}
    assert found.missed == (DM,)


def test_what_a_phrase_of_the_site_suggests_is_left_out_and_keeps_the_chart_for_a_person(work):
    audited(work, [HTN], phrases=("p1",))
    (found,) = ReadAudited(work)(BUNDLE, RELEASES)
    assert [c.ref for c in found.codes] == [INJECTION]
    assert (found.missed, found.waiting) == ((), 1.0)


def test_only_random_audits_of_this_bundle_and_release_count(work):
    audited(work, [HTN], kind=SampleKind.RULE)
    audited(work, [HTN], bundle="another")
    audited(work, [HTN], disputed=True)
    assert ReadAudited(work)(BUNDLE, RELEASES) == []
    audited(work, [HTN])
    assert len(ReadAudited(work)(BUNDLE, RELEASES)) == 1
    assert ReadAudited(work)(BUNDLE, {**RELEASES, ICD: "2026-10"}) == []


def test_a_certificate_is_issued_for_what_is_right_and_supersedes_the_one_before(work):
    audited(work, [HTN, DM], number=100)
    drafts, aim = ReadAudited(work)(BUNDLE, RELEASES), Aim()
    tests = run(drafts, aim)
    made = certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30, of="run-1")
    assert [c.slice for c in made] == [CodeSlice(ICD, Setting.OUTPATIENT, "I10")]
    assert (made[0].threshold, made[0].expires, made[0].basis.right) == (0.97, NOW + timedelta(days=30), 100)
    manage = ManageAutomation(Desk(work, NOW.timestamp))
    manage.issue(Actor(COMMAND_LINE), made)
    again = certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30, of="run-2")
    manage.issue(Actor(COMMAND_LINE), again)
    with work() as w:
        assert w.certificates.get(made[0].id).reason is RevokeReason.SUPERSEDED
        assert w.certificates.standing() == again
        assert [e.type for e in w.events.after(0, limit=9)] == [
            EventType.CERTIFICATE_ISSUED,
            EventType.CERTIFICATE_REVOKED,
            EventType.CERTIFICATE_ISSUED,
        ]
    text = "\n".join(told(Certified(len(drafts), tuple(tests), tuple(made)), aim))
    assert "from 0.970 on, 100 of 100 drawn codes right" in text
    assert "1 of 2 slices" in text
    assert "206" in text
    assert "no threshold" in text


def test_where_nothing_is_found_it_says_so(work):
    audited(work, [DM], number=100)
    drafts, aim = ReadAudited(work)(BUNDLE, RELEASES), Aim()
    tests = run(drafts, aim)
    assert certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30, of="run-1") == []
    assert told(Certified(100, tuple(tests), ()), aim)[-1].endswith("nothing is automated")


def test_without_audits_there_is_nothing_to_test():
    assert run([], Aim()) == []
    assert told(Certified(0, (), ()), Aim())[-1].endswith("nothing is automated")
