"""Samples and audited charts as every store keeps them."""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from app.domain import chart_work
from app.domain.audits import item as items
from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.errors import SampleNotFound
from app.domain.audits.item import AuditItem, ItemState
from app.domain.audits.judgement import AuditError, judged, score
from app.domain.audits.lines import AuditedLine, audited
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size, digest_of, draw
from app.domain.encounter import Encounter, Setting
from app.domain.errors import StaleWrite
from app.domain.finding import Finding, Severity
from app.store import outcomes
from app.store.audit_tables import audit_samples
from app.store.outcome_tables import chart_outcomes, code_outcomes
from app.store.sealing import Seal
from tests.charts import E119, HTN, INJECTION, KNEE, LEASE, NOW, REFUSED, chart, finalized

LATER = itertools.count(1000)
WRONG = AuditError(E119, ErrorCategory.UNSUPPORTED, Grade.CRITICAL, comment="the note says with neuropathy")


def own(prefix: str = "") -> str:
    return prefix + secrets.token_hex(6)


def sample_of(charts, *, kind=SampleKind.RANDOM, rule=None, blind=False, auditor="auditor-1", drawn_at=NOW):
    rule = rule or ChartRule(coder="any" if kind is SampleKind.RULE else None)
    ids = [c.id for c in charts]
    sample = Sample(own(), "May", kind, rule, Size(charts=len(ids)), blind, auditor, auditor, drawn_at, "5eed", len(ids), digest_of(ids))
    drawn = draw(ids, len(ids), sample.seed)
    coders = {c.id: c.finalized[-1].by for c in charts}
    made = [AuditItem(sample.id, i, kind, chart_id, 1, coders[chart_id], auditor, blind) for i, chart_id in enumerate(drawn, 1)]
    return sample, made


def kept_sample(work, *charts, **given):
    sample, made = sample_of(charts, **given)
    with work() as w:
        for it in charts:
            w.charts.add(it)
        w.audits.add(sample, made)
    return sample, made


def judge(work, item, chart, *, at=NOW, errors=(WRONG,)):
    lines = tuple(map(audited, chart.finalized[-1].lines))
    left = [line for line in lines if line.ref not in {e.ref for e in errors}]
    after = items.judge(item, lines, left, errors, item.auditor, at, "see the assessment")
    with work() as w:
        return w.audits.save(item, after, score(lines, after.judgement))


def test_a_sample_comes_back_with_its_charts_and_progress(work):
    charts = [finalized(external_id=f"v{i}") for i in range(3)]
    sample, made = kept_sample(work, *charts, rule=ChartRule(finalized_before=NOW + timedelta(days=1)))
    with work() as w:
        assert w.audits.get(sample.id).sample == sample
        assert w.audits.get(sample.id).states == {ItemState.WAITING: 3}
        assert [w.audits.item(sample.id, i) for i in (1, 2, 3)] == made
        rows = w.audits.items(sample.id)
        with pytest.raises(SampleNotFound):
            w.audits.get("nothing")
        with pytest.raises(SampleNotFound):
            w.audits.item(sample.id, 4)
    assert [(r.number, r.chart_id, r.state, r.codes) for r in rows] == [(i.number, i.chart_id, ItemState.WAITING, None) for i in made]
    assert {r.external_id for r in rows} == {"v0", "v1", "v2"}


def test_an_item_comes_back_after_every_step(work):
    it = finalized(by=own("coder"))
    sample, (item,) = kept_sample(work, it, blind=True)
    words = it.finalized[-1].lines[0].evidence
    mine = (AuditedLine(HTN, "hypertension", words=words), AuditedLine(INJECTION, "injection", ("RT",), 2, (HTN,)))
    for hand_in in (False, True):
        with work() as w:
            item = w.audits.save(item, items.code_blind(item, mine, hand_in=hand_in), ())
            assert w.audits.blind_for("auditor-1", it.id) is not hand_in
            assert w.audits.blind_among("auditor-1", [it.id, "nothing"]) == (set() if hand_in else {it.id})
            assert w.audits.blind_among("auditor-2", [it.id]) == set()
        with work() as w:
            assert w.audits.item(sample.id, 1, to_change=True) == item
    item = judge(work, item, it)
    with work() as w:
        item = w.audits.save(item, items.answer(item, item.coder, NOW, "it says so", dispute=True), ())
        lines = tuple(map(audited, it.finalized[-1].lines))
        changed = judged(lines, lines, (), "auditor-1", NOW + timedelta(hours=1), "you are right")
        settled = items.settle(item, "auditor-1", NOW + timedelta(hours=1), "agreed", changed=changed)
        item = w.audits.save(item, settled, score(lines, changed))
    with work() as w:
        assert w.audits.item(sample.id, 1) == item
        assert item.revision == 6
        (row,) = w.audits.items_of(it.finalized[0].by, frozenset({ItemState.SETTLED}), limit=5)
        assert (row.codes, row.agreed, row.judged_at) == (4, 4, NOW + timedelta(hours=1))
        assert w.audits.items_of(it.finalized[0].by, frozenset({ItemState.JUDGED}), limit=5) == []
        assert w.audits.get(sample.id).states == {ItemState.SETTLED: 1}
        assert (w.audits.get(sample.id).codes, w.audits.get(sample.id).agreed) == (4, 4)


def test_a_stale_judgement_is_refused(work):
    it = finalized()
    _, (item,) = kept_sample(work, it)
    judge(work, item, it)
    with pytest.raises(StaleWrite):
        judge(work, item, it)


def test_samples_are_listed_by_auditor_the_last_first(work):
    auditor = own("a")
    made = [kept_sample(work, finalized(), auditor=auditor, drawn_at=NOW + timedelta(hours=i))[0] for i in range(3)]
    with work() as w:
        assert [p.sample for p in w.audits.samples(auditor=auditor, limit=2)] == made[:0:-1]
        assert [p.sample for p in w.audits.samples(auditor=auditor, limit=9, before=made[1].drawn_at)] == made[:1]
        assert {s.id for s in made} <= {p.sample.id for p in w.audits.samples(auditor=None, limit=1000)}


def test_judgements_tell_random_from_rule_and_the_last_of_a_chart_counts(work):
    # After everything that tests before it judged: stores are shared by the tests of a session.
    start = NOW + timedelta(days=next(LATER))
    it, other = finalized(), finalized()
    random, (first, _) = kept_sample(work, it, other)
    first_chart = {it.id: it, other.id: other}[first.chart_id]
    judge(work, first, first_chart, at=start)
    with work() as w:
        (found,) = w.audits.judgements(random_only=True, since=start)
    assert (found.sample_id, found.chart_id, found.version, found.population, found.size) == (random.id, first.chart_id, 1, 2, 2)
    assert E119 not in {line.ref for line in found.lines}
    assert (found.errors, found.disputed) == ((WRONG,), False)
    rule, (again,) = sample_of([first_chart], kind=SampleKind.RULE)
    with work() as w:
        w.audits.add(rule, [again])
    judge(work, again, first_chart, at=start + timedelta(hours=1), errors=())
    with work() as w:
        (last,) = w.audits.judgements(since=start)
        assert last.sample_id == rule.id
        assert [j.sample_id for j in w.audits.judgements(random_only=True, since=start)] == [random.id]
        assert w.audits.judgements(since=start + timedelta(hours=2)) == []


def test_charts_to_draw_are_narrowed_by_every_rule(work):
    who, bundle = own("c"), own("b")
    at = NOW + timedelta(days=1)
    late = finalized(by=who, at=NOW + timedelta(hours=2))
    emergency = finalized(by=who, encounter=Encounter(Setting.EMERGENCY), verdicts=REFUSED)
    mine = finalized(by=own("me"))
    reopened = chart_work.reopen(finalized(by=who), "late report", "x", NOW + timedelta(hours=1))
    blocked = chart_work.finalize(
        chart_work.reopen(finalized(by=who), "again", who, NOW), (Finding("r", Severity.BLOCK, (), "m", "c"),), who, NOW, override="agreed"
    )
    unfinished = chart()
    made = [late, emergency, mine, reopened, blocked, unfinished]
    with work() as w:
        for it in made:
            w.charts.add(it)

    def drawn(*, at=at, not_by="nobody", unaudited=False, **rule):
        with work() as w:
            found = w.audits.drawable(ChartRule(**rule), at=at, not_by=not_by, unaudited=unaudited)
        assert [d.chart_id for d in found] == sorted(d.chart_id for d in found)
        return {d.chart_id for d in found} & {c.id for c in made}

    assert drawn() == {late.id, emergency.id, mine.id, blocked.id}
    # As it was before the chart was taken up again.
    assert drawn(at=NOW + timedelta(minutes=30)) == {emergency.id, mine.id, blocked.id, reopened.id}
    assert drawn(not_by=who) == {mine.id}
    assert drawn(coder=who, settings=frozenset({Setting.EMERGENCY})) == {emergency.id}
    assert drawn(coder=who, code="I1") == {late.id, blocked.id}
    assert drawn(coder=who, code="E11.4") == {emergency.id}
    assert drawn(coder=who, code="%") == set()
    # The replaced diabetes was 0.94; what is billed in its place was suggested by nobody.
    assert drawn(coder=who, least_confidence=0.93, most_confidence=0.95) == {emergency.id}
    assert drawn(coder=who, code="I10", most_confidence=0.9) == set()
    assert drawn(coder=who, overridden=True) == {blocked.id}
    assert drawn(coder=who, overridden=False) == {late.id, emergency.id}
    assert drawn(coder=who, bundle=bundle) == set()
    assert drawn(coder=who, bundle="fa4e000000000001") == {late.id, emergency.id, blocked.id}
    assert drawn(coder=who, finalized_from=NOW + timedelta(hours=1)) == {late.id}
    assert drawn(coder=who, finalized_before=NOW + timedelta(hours=1)) == {emergency.id, blocked.id}
    sample, items_ = sample_of([late], drawn_at=NOW + timedelta(hours=6))
    with work() as w:
        w.audits.add(sample, items_)
    assert drawn(coder=who, unaudited=True) == {emergency.id, blocked.id}
    assert drawn(coder=who, unaudited=True, at=NOW + timedelta(hours=5)) == {late.id, emergency.id, blocked.id}


def test_purging_takes_the_words_of_an_audit_too(work):
    it = finalized()
    _, (item,) = kept_sample(work, it)
    item = judge(work, item, it)
    with work() as w:
        item = w.audits.save(item, items.answer(item, item.coder, NOW, "said in the history", dispute=True), ())
        w.charts.erase_texts(it.id)
        left = w.audits.item(item.sample_id, 1)
    assert (left.judgement.comment, left.judgement.errors[0].comment, left.replies[0].comment) == ("", "", "")
    assert left.judgement.lines == item.judgement.lines


def test_the_database_keeps_samples_as_they_were_drawn(engine):
    with engine.begin() as connection:
        it = finalized()
        from app.store.charts import SqlCharts

        SqlCharts(connection, Seal()).add(it)
        sample, _ = sample_of([it])
        from app.store.audit_rows import sample_row

        connection.execute(audit_samples.insert().values(sample_row(sample)))
    for change in (update(audit_samples).values(population=1), delete(audit_samples)):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(change)


def test_outcomes_are_written_with_the_set_and_can_be_made_again(engine):
    from app.store.charts import SqlCharts

    before = finalized(verdicts=REFUSED)
    with engine.begin() as connection:
        charts = SqlCharts(connection, Seal())
        charts.add(before)
        again = chart_work.reopen(before, "late report", "coder-1", NOW)
        for verdict in REFUSED[1:]:
            again = chart_work.decide(again, verdict, "coder-1", NOW, lease=LEASE)
        charts.save(before, chart_work.finalize(again, (), "coder-2", NOW + timedelta(days=1)))

    def rows(connection):
        return [
            connection.execute(select(t).where(t.c.chart_id == before.id).order_by(*t.primary_key.columns)).all()
            for t in (chart_outcomes, code_outcomes)
        ]

    with engine.begin() as connection:
        kept = rows(connection)
        assert [(r.version, r.coder, r.latest, r.edits, r.suggested, r.kept, r.billed, r.seen) for r in kept[0]] == [
            (1, "coder-1", False, 1, 3, 2, 2, 5),
            (2, "coder-2", True, 0, 3, 2, 2, 5),
        ]
        assert {(r.version, r.code): (r.origin, r.billed) for r in kept[1]}[1, "I10"] == ("suggested", False)
        assert KNEE.code not in {r.code for r in kept[1]}
        for table in (code_outcomes, chart_outcomes):
            connection.execute(delete(table).where(table.c.chart_id == before.id))
        assert outcomes.fill(connection, Seal()) == 2
        assert rows(connection) == kept
        assert outcomes.fill(connection, Seal()) == 0
