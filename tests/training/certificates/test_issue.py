"""From judgements of random audits to certificates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit import Actor
from app.domain.audits.item import AuditItem, ItemState
from app.domain.audits.judgement import Judgement
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size
from app.domain.automation.certificate import CodeSlice, RevokeReason
from app.domain.chart import NoteDraft
from app.domain.chart_event import EventType
from app.domain.encounter import Setting
from app.domain.people import COMMAND_LINE
from app.domain.suggestion import Status
from app.usecases.automation.audited import ReadAudited
from app.usecases.automation.manage import ManageAutomation
from app.usecases.charts.desk import Desk
from tests.charts import CPT, DM, HTN, ICD, INJECTION, KNEE, NOW, chart, draft, suggestion
from tests.usecases.fake_records import FakeWork
from training.certificates.issue import Certified, certificates, told
from training.certificates.slices import Aim, run

BUNDLE = "fa4e000000000001"
RELEASES = {ICD: "2026-04", CPT: "catalogue"}


@pytest.fixture
def work():
    return FakeWork()


def audited(work, right, *, bundle=BUNDLE, kind=SampleKind.RANDOM, disputed=False, number=1, candidate=0.1, phrases=()):
    """`number` charts for which I10 and an injection were suggested; `right` are the codes that the auditor holds right."""
    sure = replace(suggestion(HTN, 0.97, Status.SUGGESTED), site_phrases=phrases)
    others = (suggestion(INJECTION, 0.9, Status.SUGGESTED), suggestion(KNEE, candidate, Status.CANDIDATE))
    made = replace(draft(), bundle_id=bundle, suggestions=(sure, *others))
    charts = [chart(drafts=(NoteDraft(1, 1, NOW, made),)) for _ in range(number)]
    rule = ChartRule() if kind is SampleKind.RANDOM else ChartRule(coder="coder-1")
    sample = Sample(charts[0].id, "May", kind, rule, Size(charts=number), False, "auditor-1", "auditor-1", NOW, "0", number, "0" * 64)
    items = [AuditItem(sample.id, i, kind, c.id, 1, "coder-1", "auditor-1", False) for i, c in enumerate(charts, 1)]
    lines = tuple(AuditedLine(ref, ref.code) for ref in right)
    state = ItemState.DISPUTED if disputed else ItemState.JUDGED
    with work() as w:
        for c in charts:
            w.charts.add(c)
        w.audits.add(sample, items)
        for item in items:
            w.audits.save(item, replace(item, judgements=(Judgement("auditor-1", NOW, lines, ()),), state=state), ())
    return charts


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
    made = certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30)
    assert [c.slice for c in made] == [CodeSlice(ICD, Setting.OUTPATIENT, "I10")]
    assert (made[0].threshold, made[0].expires, made[0].basis.right) == (0.97, NOW + timedelta(days=30), 100)
    manage = ManageAutomation(Desk(work, NOW.timestamp))
    manage.issue(Actor(COMMAND_LINE), made)
    again = certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30)
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
    assert certificates(tests, aim, BUNDLE, RELEASES, NOW, by="command", days=30) == []
    assert told(Certified(100, tuple(tests), ()), aim)[-1].endswith("nothing is automated")


def test_without_audits_there_is_nothing_to_test():
    assert run([], Aim()) == []
    assert told(Certified(0, (), ()), Aim())[-1].endswith("nothing is automated")
