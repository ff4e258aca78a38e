"""What the dashboards count, the same in every store."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import chart_work
from app.domain.audits import item as items
from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.item import AuditItem
from app.domain.audits.judgement import AuditError, Tally, score
from app.domain.audits.lines import audited
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size, digest_of
from app.domain.chart import ChartStatus
from app.domain.encounter import Encounter, Setting
from app.domain.figures import FigureFilter
from app.domain.review import Accept, Reject, RejectReason
from app.domain.statistics import Bin
from app.usecases.records.figures import Audited, AuditedCode, AuditErrors, CodeCount, Crossed, ModelAgreement, Worked
from tests.charts import DM, E119, HTN, INJECTION, KNEE, LEASE, NOW, REFUSED, chart, finalized

DAY = timedelta(days=1)


@pytest.fixture
def who(work):
    """A coder with three charts: two of one day, one of the next that was taken up again and finalised anew."""
    who = "c" + secrets.token_hex(6)
    usual, refused = finalized(by=who), finalized(by=who, verdicts=REFUSED, encounter=Encounter(Setting.EMERGENCY), at=NOW)
    first = finalized(by=who, at=NOW + DAY)
    again = chart_work.reopen(first, "late report", who, NOW + 2 * DAY)
    again = chart_work.decide(again, Reject(KNEE, RejectReason.INTEGRAL), who, NOW + 2 * DAY, lease=LEASE)
    again = chart_work.finalize(again, (), who, NOW + 2 * DAY, active_seconds=61)
    with work() as w:
        for it in (usual, refused, first):
            w.charts.add(it)
        w.charts.save(first, again)
    return who


def test_work_is_counted_once_for_each_finalised_set(work, who):
    with work() as w:
        wanted = FigureFilter(coder=who)
        assert w.figures.finalized_by_day(wanted) == [(NOW.date(), 2), ((NOW + DAY).date(), 1), ((NOW + 2 * DAY).date(), 1)]
        assert sorted(w.figures.worked(wanted), key=str) == sorted(
            [Worked(who, 1, None), Worked(who, 1, None), Worked(who, 1, None), Worked(who, 1, 61)], key=str
        )
        assert w.figures.finalized_by_day(replace(wanted, day_from=(NOW + DAY).date(), day_before=(NOW + 2 * DAY).date())) == [
            ((NOW + DAY).date(), 1)
        ]
        assert w.figures.finalized_by_day(replace(wanted, setting=Setting.EMERGENCY)) == [(NOW.date(), 1)]
        assert w.figures.finalized_by_day(replace(wanted, bundle="another")) == []
        coders, bundles = w.figures.choices()
    assert who in coders
    assert "fa4e000000000001" in bundles


def test_codes_are_counted_once_for_each_chart_in_its_last_set(work, who):
    with work() as w:
        wanted = FigureFilter(coder=who)
        assert {c.ref: c for c in w.figures.codes(wanted, limit=9)} == {
            DM: CodeCount(DM, 3, 1, 2, 0),
            HTN: CodeCount(HTN, 3, 2, 0, 0),
            INJECTION: CodeCount(INJECTION, 3, 3, 0, 0),
            E119: CodeCount(E119, 0, 0, 0, 2),
            KNEE: CodeCount(KNEE, 0, 0, 0, 1),
        }
        assert [c.ref for c in w.figures.codes(wanted, limit=2)] == sorted([DM, HTN, INJECTION])[:2]
        assert w.figures.bins(wanted) == [Bin(0.8, 0.9, 3, pytest.approx(0.88), 3), Bin(0.9, 1.0, 6, pytest.approx(0.955), 3)]
        # Seen on each chart: four codes and the suppressed one, and where it was added the replacing code.
        assert w.figures.model_agreement(wanted) == ModelAgreement(3, 0, 0, 0, Crossed(6, 3, 3, 5))
        assert w.figures.model_agreement(replace(wanted, bundle="another")) == ModelAgreement(0, 0, 0, 0, Crossed(0, 0, 0, 0))
        assert w.figures.bins(replace(wanted, bundle="another")) == []


def test_bands_have_their_edges_where_every_database_puts_them(work):
    who = "edge" + secrets.token_hex(4)
    made = finalized(by=who, verdicts=(Accept(HTN), Accept(DM), Accept(INJECTION)))
    draft = made.drafts[0].draft
    confidences = {HTN: 1.0, DM: 0.85, INJECTION: 0.5}
    edged = tuple(replace(s, confidence=confidences.get(s.ref, s.confidence)) for s in draft.suggestions)
    with work() as w:
        w.charts.add(replace(made, drafts=(replace(made.drafts[0], draft=replace(draft, suggestions=edged)),)))
        found = w.figures.bins(FigureFilter(coder=who))
    assert [(b.low, b.count, b.confidence) for b in found] == [(0.5, 1, 0.5), (0.8, 1, 0.85), (0.9, 1, 1.0)]


def test_the_backlog_is_what_is_not_finalised(work):
    who = "w" + secrets.token_hex(6)
    with work() as w:
        w.charts.add(chart(assignee=who, received_at=NOW - DAY))
        w.charts.add(chart(assignee=who, status=ChartStatus.QUERIED, encounter=Encounter(Setting.INPATIENT)))
        w.charts.add(finalized(assignee=who))
        found = w.figures.waiting(FigureFilter(coder=who, bundle="whatever", day_from=NOW.date() + 9 * DAY))
        assert sorted(found) == [(ChartStatus.NEW, NOW - DAY), (ChartStatus.QUERIED, NOW)]
        assert w.figures.waiting(FigureFilter(coder=who, setting=Setting.INPATIENT)) == [(ChartStatus.QUERIED, NOW)]


def test_audits_are_counted_by_coder_code_and_error(work):
    who = "a" + secrets.token_hex(6)
    charts = [finalized(by=who, encounter=Encounter(setting)) for setting in (Setting.INPATIENT, Setting.OUTPATIENT)]
    sample = Sample(
        *(
            secrets.token_hex(6),
            "",
            SampleKind.RANDOM,
            ChartRule(),
            Size(charts=2),
            False,
            "aud",
            "aud",
            NOW,
            "5eed",
            2,
            digest_of([c.id for c in charts]),
        )
    )
    made = [AuditItem(sample.id, i, SampleKind.RANDOM, c.id, 1, who, "aud", blind=False) for i, c in enumerate(charts, 1)]
    errors = [(), (AuditError(KNEE, ErrorCategory.UNSUPPORTED, Grade.CRITICAL),)]
    with work() as w:
        for it in charts:
            w.charts.add(it)
        w.audits.add(sample, made)
        assert w.figures.audited(FigureFilter(coder=who)) == []
        assert w.figures.audit_agreement(FigureFilter(coder=who)) == (0, Crossed(0, 0, 0, 0))
        for item, it, said in zip(made, charts, errors, strict=True):
            lines = tuple(map(audited, it.finalized[-1].lines))
            right = [x for x in lines if x.ref not in {e.ref for e in said}]
            judged = items.judge(item, lines, right, said, "aud", NOW, "")
            w.audits.save(item, judged, score(lines, judged.judgement), Tally(len(right), len(said), 0, 2))
    with work() as w:
        wanted = FigureFilter(coder=who)
        assert w.figures.audited(wanted) == [Audited(who, SampleKind.RANDOM, 2, 1, 8, 7)]
        assert w.figures.audited(replace(wanted, setting=Setting.OUTPATIENT)) == [Audited(who, SampleKind.RANDOM, 1, 0, 4, 3)]
        assert w.figures.audited(replace(wanted, bundle="fa4e000000000001", day_from=NOW.date(), day_before=(NOW + DAY).date()))[0].charts == 2
        assert w.figures.audited(replace(wanted, day_from=(NOW + DAY).date())) == []
        assert AuditedCode(KNEE, 2, 1) in w.figures.audited_codes(wanted, limit=9)
        assert AuditedCode(HTN, 2, 2) in w.figures.audited_codes(wanted, limit=9)
        assert w.figures.audit_errors(wanted) == [AuditErrors(ErrorCategory.UNSUPPORTED, Grade.CRITICAL, 1)]
        assert w.figures.audit_errors(replace(wanted, setting=Setting.INPATIENT)) == []
        assert w.figures.audit_agreement(wanted) == (2, Crossed(7, 1, 0, 4))
