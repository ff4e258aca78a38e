"""What every store does, whatever it is made of."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import chart_work
from app.domain.access_errors import InvalidPerson, PersonNotFound
from app.domain.audit import Action, Actor, AuditEntry, first_break
from app.domain.chart import ChartNote, ChartStatus, QueryStatus
from app.domain.chart_event import ChartEvent, EventType, Webhook
from app.domain.code import CodeRef
from app.domain.encounter import Setting
from app.domain.errors import ChartNotFound, StaleWrite
from app.domain.finding import Finding, Severity
from app.domain.note import TextSpan
from app.domain.people import COMMAND_LINE, ApiKey, Permission, Role, Session, User
from app.domain.query_kind import QueryKind
from app.domain.review import Accept, Add, Modify, NoteSpan, Point, Reject, RejectReason, Reorder, Replace, Undo
from app.domain.site_phrases import SitePhrase, SitePhraseNotFound
from app.usecases.records.charts import NOBODY, Order, Position, Receipt, WorklistFilter
from tests.charts import CHEST, DM, HTN, ICD, INJECTION, KNEE, LEASE, NOW, chart, draft


def own(prefix: str = "") -> str:
    return prefix + secrets.token_hex(6)


def entry(subject: str) -> AuditEntry:
    return AuditEntry(NOW, Actor(COMMAND_LINE, "10.0.0.1", "r1"), Action.CHART_READ, subject, {"revision": 3, "code": None})


def user(**changes) -> User:
    return User(**{"id": own(), "name": own("u"), "display_name": "U", "roles": frozenset({Role.CODER}), "password_hash": "x", **changes})


def worked_on():
    """A chart with one of everything."""
    before = chart()
    after = before
    for verdict in (
        Accept(DM),
        Reject(HTN, RejectReason.NOT_TREATED, "said only in passing"),
        Replace(KNEE, CodeRef(ICD, "M17.11"), "osteoarthritis of right knee"),
        Accept(INJECTION),
        Modify(INJECTION, ("RT",), 2),
        Point(INJECTION, (CodeRef(ICD, "M17.11"),)),
        Reorder((CodeRef(ICD, "M17.11"), DM)),
        Add(CodeRef(ICD, "Z79.4"), "insulin", (NoteSpan(1, 1, TextSpan(0, 15)),)),
        Undo(2),
        Accept(HTN),
    ):
        after = chart_work.decide(after, verdict, "coder-1", NOW, lease=LEASE)
    asked = chart_work.QueryWords(QueryKind.LATERALITY, "Side", "Which knee?", ("Right", "Left"), ("Knee pain",))
    after = chart_work.write_query(after, asked, "coder-1", NOW, send=True, lease=LEASE)
    after = chart_work.move_query(after, 1, QueryStatus.ANSWERED, "The right one")
    finding = Finding("no-pointer", Severity.BLOCK, (INJECTION,), "points to nothing", "CMS-1500 24E")
    after = chart_work.release(after, "coder-1", NOW, active_seconds=40)
    after = chart_work.finalize(after, (finding,), "coder-1", NOW, override="agreed with the payer", active_seconds=25)
    after = chart_work.reopen(after, "a late report", "auditor-1", NOW)
    note = ChartNote(1, 2, "Progress note", "Hypertension. Späte Ergänzung 🦴", NOW + timedelta(hours=1), "ehr")
    return before, chart_work.put_note(after, note, draft(note.text))


def test_a_chart_comes_back_as_it_was_kept(work):
    before, after = worked_on()
    with work() as w:
        w.charts.add(before)
    with work() as w:
        assert w.charts.get(before.id) == before
        kept = w.charts.save(before, after)
    assert kept == replace(after, revision=2)
    with work() as w:
        assert w.charts.get(before.id, to_change=True) == kept
        assert [(done.active_seconds, kept.active_seconds) for done in kept.finalized] == [(65, 0)]
        assert w.charts.times_finalized([DM, CHEST]).get(CHEST) is None
        assert w.charts.times_finalized([DM])[DM] >= 1
        assert w.charts.times_finalized([]) == {}


def test_a_query_that_changes_is_kept_in_its_place(work):
    before = chart()
    words = chart_work.QueryWords(QueryKind.TYPE, "Type", "Which type?")
    asked = chart_work.write_query(before, words, "coder-1", NOW, send=False, lease=LEASE)
    with work() as w:
        w.charts.add(before)
        asked = w.charts.save(before, asked)
    with work() as w:
        sent = w.charts.save(asked, chart_work.move_query(asked, 1, QueryStatus.SENT, ""))
    with work() as w:
        assert [q.status for q in w.charts.get(before.id).queries] == [QueryStatus.SENT]
        assert w.charts.get(before.id) == sent


def test_a_write_on_an_older_state_is_refused_and_changes_nothing(work):
    before = chart()
    with work() as w:
        w.charts.add(before)
        kept = w.charts.save(before, chart_work.decide(before, Accept(DM), "a", NOW, lease=LEASE))
    with pytest.raises(StaleWrite), work() as w:
        w.charts.save(before, chart_work.decide(before, Reject(DM, RejectReason.OTHER), "b", NOW, lease=LEASE))
    with work() as w:
        assert w.charts.get(before.id) == kept


def test_a_unit_of_work_that_raises_leaves_nothing(work):
    it, subject = chart(), own()

    def interrupted():
        with work() as w:
            w.charts.add(it)
            w.audit.add(entry(subject))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with work() as w:
        assert list(w.audit.events(subject=subject)) == []
        with pytest.raises(ChartNotFound):
            w.charts.get(it.id)


@pytest.mark.parametrize("order", list(Order))
def test_pages_together_are_the_whole_worklist_in_order(work, order):
    source = own()
    charts = [chart(source=source, priority=(i % 3) / 4, received_at=NOW + timedelta(minutes=i % 4)) for i in range(11)]
    with work() as w:
        for it in charts:
            w.charts.add(it)
        rows, after = [], None
        while True:
            page = w.charts.page(WorklistFilter(source=source), order, after=after, limit=3)
            rows += page
            if len(page) < 3:
                break
            after = Position(page[-1].priority if order is Order.PRIORITY else page[-1].received_at, page[-1].id)
        assert len(w.charts.page(WorklistFilter(source=source), order, after=None, limit=50)) == 11
    keys = [(-r.priority if order is Order.PRIORITY else r.received_at.timestamp()) for r in rows]
    assert keys == sorted(keys)
    assert sorted(r.id for r in rows) == sorted(c.id for c in charts)


def test_a_worklist_is_narrowed_by_every_filter(work):
    source = own()
    new = chart(source=source, priority=0.9)
    mine = chart(source=source, assignee="me", received_at=NOW + timedelta(days=1), external_id="other", status=ChartStatus.QUERIED)
    theirs = chart(source=source, assignee="them", encounter=replace(new.encounter, setting=Setting.EMERGENCY))

    with work() as w:
        for it in (new, mine, theirs):
            w.charts.add(it)

        def ids(**wanted):
            wanted = WorklistFilter(source=source, **wanted)
            found = {r.id for r in w.charts.page(wanted, Order.AGE, after=None, limit=9)}
            assert sum(w.charts.counts(wanted).values()) == len(found)
            return found

        assert ids() == {new.id, mine.id, theirs.id}
        assert ids(statuses=frozenset({ChartStatus.QUERIED})) == {mine.id}
        assert ids(settings=frozenset({Setting.EMERGENCY})) == {theirs.id}
        assert ids(assignee="me") == {mine.id}
        assert ids(assignee=NOBODY) == {new.id}
        assert ids(visible_to="me") == {new.id, mine.id}
        assert ids(received_before=NOW + timedelta(hours=1)) == {new.id, theirs.id}
        assert ids(received_from=NOW + timedelta(hours=1)) == {mine.id}
        assert ids(min_priority=0.8) == {new.id}
        assert ids(external_id="other") == {mine.id}


def test_purging_takes_every_word_and_leaves_every_decision(work):
    before, after = worked_on()
    with work() as w:
        w.charts.add(before)
        kept = w.charts.save(before, after)
    with work() as w:
        assert w.charts.erase_texts(before.id) == 2
        assert w.charts.erase_texts(before.id) == 0
        purged = w.charts.get(before.id)
        with pytest.raises(ChartNotFound):
            w.charts.erase_texts("nothing")
    assert [n.text for n in purged.notes] == [None, None]
    assert [(q.question, q.answer, q.options) for q in purged.queries] == [("", "", ())]
    assert [d.verdict for d in purged.decisions if isinstance(d.verdict, Reject)] == [Reject(HTN, RejectReason.NOT_TREATED)]
    assert purged.finalized == kept.finalized
    assert len(purged.decisions) == len(kept.decisions)
    assert purged.revision > kept.revision


def test_whose_chart_it_is_is_kept_and_goes_with_the_words(work):
    it = chart(patient="mrn-0815")
    with work() as w:
        w.charts.add(it)
    with work() as w:
        kept = w.charts.get(it.id)
        assert (kept.patient, kept.person) == ("mrn-0815", it.person)
        assert w.charts.save(kept, replace(kept, priority=0.1)).patient == "mrn-0815"
    with work() as w:
        assert w.charts.get(it.id).patient == "mrn-0815"
        w.charts.erase_texts(it.id)
    with work() as w:
        assert (w.charts.get(it.id).patient, w.charts.get(it.id).person) == ("", "ehr/visit-1")


def test_only_finalised_charts_with_text_are_due_for_purging(work):
    old = NOW - timedelta(days=4000)
    done = chart(received_at=old, status=ChartStatus.FINALIZED)
    open_chart, late = chart(received_at=old), chart(received_at=old + timedelta(days=2), status=ChartStatus.FINALIZED)
    with work() as w:
        for it in (done, open_chart, late):
            w.charts.add(it)
        due = w.charts.to_purge(old + timedelta(days=1))
        assert done.id in due
        assert not {open_chart.id, late.id} & set(due)
        w.charts.erase_texts(done.id)
        assert done.id not in w.charts.to_purge(old + timedelta(days=1))


def test_a_receipt_is_kept_once(work):
    actor, first, second = own(), own(), own()
    with work() as w:
        assert w.receipts.find(actor, "k") is None
        assert w.receipts.put(Receipt(actor, "k", "d", first)).chart_id == first
        assert w.receipts.put(Receipt(actor, "k", "e", second)) == Receipt(actor, "k", "d", first)
        assert w.receipts.put(Receipt(own(), "k", "d", second)).chart_id == second


def test_audit_events_follow_one_another_over_units_of_work(work):
    subject = own()
    for _ in range(3):
        with work() as w:
            w.audit.add(entry(subject))
            w.audit.add(entry(own()))
    with work() as w:
        assert first_break(w.audit.events()) is None
        found = list(w.audit.events(subject=subject))
    assert [e.action for e in found] == ["chart.read"] * 3
    assert found[0].detail == '{"code":null,"revision":3}'


def test_the_feed_is_in_order_and_can_be_one_submitters(work):
    it, source = chart(), own()
    with work() as w:
        w.charts.add(it)
        start = max((e.sequence for e in w.events.after(0, limit=10_000)), default=0)
        for i in range(4):
            w.events.add(ChartEvent(EventType.SUGGESTED, it.id, "v", source if i % 2 else own(), NOW, 1, {"codes": [i]}))
    with work() as w:
        found = w.events.after(start, limit=10)
        assert [e.data["codes"] for e in found] == [[0], [1], [2], [3]]
        assert [e.sequence for e in found] == list(range(start + 1, start + 5))
        assert [e.data["codes"] for e in w.events.after(start, limit=10, sources={source})] == [[1], [3]]
        assert w.events.after(start + 1, limit=2) == found[1:3]


def test_a_delivery_is_taken_by_one_and_comes_back_until_it_is_settled(work):
    it, source = chart(), own()
    wanted = Webhook(own(), "https://a.example/", own(), frozenset({EventType.FINALIZED}), source, NOW)
    others = Webhook(own(), "https://b.example/", own(), frozenset({EventType.QUERIED}), None, NOW)
    with work() as w:
        w.charts.add(it)
        w.webhooks.add(wanted)
        w.webhooks.add(others)
        w.events.add(ChartEvent(EventType.FINALIZED, it.id, "v", source, NOW, 1, {}))
        w.events.add(ChartEvent(EventType.FINALIZED, it.id, "v", own(), NOW, 1, {}))
    with work() as w:
        (first,) = w.webhooks.take_due(NOW, limit=10, lease_seconds=60)
        assert (first.webhook, first.attempts, first.event.source) == (wanted, 1, source)
    with work() as w:
        assert w.webhooks.take_due(NOW, limit=10, lease_seconds=60) == []
        (again,) = w.webhooks.take_due(NOW + timedelta(seconds=61), limit=10, lease_seconds=60)
        assert (again.id, again.attempts) == (first.id, 2)
        w.webhooks.settle(again, delivered=False, next_at=NOW + timedelta(hours=1))
        assert w.webhooks.take_due(NOW + timedelta(minutes=30), limit=10, lease_seconds=60) == []
        (last,) = w.webhooks.take_due(NOW + timedelta(hours=2), limit=10, lease_seconds=60)
        w.webhooks.settle(last, delivered=True, next_at=None)
        assert w.webhooks.take_due(NOW + timedelta(days=2), limit=10, lease_seconds=60) == []
        assert {h.id for h in w.webhooks.all()} >= {wanted.id, others.id}
        w.webhooks.remove(wanted.id)
        assert wanted.id not in {h.id for h in w.webhooks.all()}
        with pytest.raises(PersonNotFound):
            w.webhooks.remove(wanted.id)
        w.webhooks.remove(others.id)


def test_a_removed_webhook_gets_nothing_that_was_on_its_way(work):
    it, source = chart(), own()
    hook = Webhook(own(), "https://a.example/", own(), frozenset(EventType), source, NOW)
    with work() as w:
        w.charts.add(it)
        w.webhooks.add(hook)
        w.events.add(ChartEvent(EventType.REOPENED, it.id, "v", source, NOW, 2, {}))
    with work() as w:
        w.webhooks.remove(hook.id)
        assert w.webhooks.take_due(NOW + timedelta(days=1), limit=10, lease_seconds=60) == []


def test_user_names_are_unique_whatever_their_case(work):
    it = user()
    with work() as w:
        w.users.add(it)
    with work() as w:
        with pytest.raises(InvalidPerson):
            w.users.add(user(name=it.name.upper()))
        assert w.users.named(it.name.upper(), to_change=True) == it
        assert w.users.get(it.id) == it
        w.users.save(replace(it, failures=3, locked_until=5.5, disabled=True, roles=frozenset({Role.MANAGER, Role.AUDITOR})))
        assert w.users.get(it.id).failures == 3
        assert it.id in {u.id for u in w.users.all()}
        assert w.users.named(own("nobody")) is None
        with pytest.raises(PersonNotFound):
            w.users.get("nothing")


def test_sessions_end_one_by_one_or_all_of_a_user(work):
    it = user()
    sessions = [Session(own(), it.id, "csrf", 1.0, 2.0) for _ in range(3)]
    with work() as w:
        w.users.add(it)
        for session in sessions:
            w.sessions.add(session)
        w.sessions.touch(sessions[0].digest, 9.0)
        assert w.sessions.get(sessions[0].digest) == replace(sessions[0], seen=9.0)
        w.sessions.remove(sessions[0].digest)
        assert w.sessions.get(sessions[0].digest) is None
        w.sessions.touch(sessions[2].digest, 5.0)
        assert [s.digest for s in w.sessions.of(it.id)] == [sessions[2].digest, sessions[1].digest]
        w.sessions.remove_of(it.id, but=sessions[1].digest)
        assert [s.digest for s in w.sessions.of(it.id)] == [sessions[1].digest]
        w.sessions.remove_of(it.id)
        assert w.sessions.get(sessions[1].digest) is None


def test_keys_are_kept_with_their_scopes_and_revoked_once_and_for_all(work):
    scoped = ApiKey(own(), own(), "d", frozenset({Role.INTEGRATION}), frozenset({Permission.SUBMIT}), 1.0, 9.0)
    free = ApiKey(own(), own(), "d", frozenset({Role.INTEGRATION}), None, 1.0)
    with work() as w:
        w.keys.add(scoped)
        w.keys.add(free)
        assert w.keys.get(scoped.id) == scoped
        w.keys.revoke(free.id, 5.0)
        assert w.keys.get(free.id) == replace(free, revoked=5.0)
        assert {k.id for k in w.keys.all()} >= {scoped.id, free.id}
        with pytest.raises(InvalidPerson):
            w.keys.add(replace(free, id=own()))
        with pytest.raises(PersonNotFound):
            w.keys.revoke("nothing", 1.0)
        assert w.keys.get("nothing") is None


def test_phrases_of_the_site_are_kept_counted_and_forgotten(work):
    phrase = SitePhrase(own(), DM, "diabetes", "süße Füße 🦶", "en", "ann", "Ann", NOW)
    with work() as w:
        empty = w.site_phrases.stamp()
        w.site_phrases.add(phrase)
    with work() as w:
        assert phrase in w.site_phrases.all()
        added = w.site_phrases.stamp()
        w.site_phrases.count(phrase.id, right=True, said=NOW + timedelta(days=2))
        w.site_phrases.count(phrase.id, right=False, said=NOW + timedelta(days=1))
        w.site_phrases.count("gone", right=False, said=NOW)
    with work() as w:
        assert w.site_phrases.get(phrase.id) == replace(phrase, right=2, wrong=1, said=NOW + timedelta(days=2))
        counted = w.site_phrases.stamp()
        w.site_phrases.remove(phrase.id)
    with work() as w:
        with pytest.raises(SitePhraseNotFound):
            w.site_phrases.get(phrase.id)
        with pytest.raises(SitePhraseNotFound):
            w.site_phrases.remove(phrase.id)
        assert len({empty, added, counted}) == 3
        assert w.site_phrases.stamp() == empty
