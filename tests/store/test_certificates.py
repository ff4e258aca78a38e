"""Certificates, switches and what was done by them, in every store."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import text

from app.domain.automation.certificate import OTHER, CodeSlice, RevokeReason
from app.domain.automation.errors import CertificateNotFound
from app.domain.automation.switch import AutoFinalization, MarkedCode, Switch
from app.domain.chart_event import ChartEvent, EventType
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.suggestion import AutoMark
from app.store import migrate
from app.store.engine import make_engine
from tests.certificates import HYPERTENSION, certificate
from tests.charts import HTN, NOW, chart, draft
from tests.store.databases import postgres_url, sqlite_url


def test_a_certificate_comes_back_as_it_was_kept(work):
    made = certificate(CodeSlice(CodeSystem.ICD10CM, Setting.OUTPATIENT, OTHER), without=frozenset({"I10", "chapter 4"}))
    with work() as w:
        w.certificates.add(made)
    with work() as w:
        assert w.certificates.get(made.id, to_change=True) == made
        assert made in w.certificates.standing()
        w.certificates.end(made.end(NOW, RevokeReason.DRIFT, "scores"))
    with work() as w:
        assert w.certificates.get(made.id) == replace(made, revoked=NOW, reason=RevokeReason.DRIFT, note="scores")
        assert made.id in {c.id for c in w.certificates.all()}
        assert made.id not in {c.id for c in w.certificates.standing()}
        with pytest.raises(CertificateNotFound):
            w.certificates.get("0" * 16)


def test_the_last_issued_comes_first(work):
    made = [certificate(issued=NOW + timedelta(days=1000 + day)) for day in range(3)]
    with work() as w:
        for c in made:
            w.certificates.add(c)
    with work() as w:
        ids = [c.id for c in w.certificates.all() if c in made]
    assert ids == [c.id for c in reversed(made)]


def test_a_switch_takes_the_place_of_the_one_before(work):
    of = CodeSlice(CodeSystem.CPT, Setting.EMERGENCY, secrets.token_hex(4))
    with work() as w:
        w.automation.put(Switch(of, True, "boss", NOW, "audits are fine"))
    with work() as w:
        w.automation.put(Switch(of, False, "boss", NOW + timedelta(hours=1), "too many complaints"))
    with work() as w:
        found = [s for s in w.automation.switches() if s.slice == of]
    assert found == [Switch(of, False, "boss", NOW + timedelta(hours=1), "too many complaints")]


def test_what_was_finalised_is_found_by_certificate(work):
    made, other = certificate(), certificate()
    charts = [chart() for _ in range(3)]
    done = [
        AutoFinalization(c.id, 1, made.id, NOW + timedelta(minutes=i), i == 1, (MarkedCode(HTN, 0.97),)) for i, c in enumerate(charts)
    ]  # fmt: skip
    with work() as w:
        w.certificates.add(made)
        w.certificates.add(other)
        for c in charts:
            w.charts.add(c)
        for d in reversed(done):
            w.automation.record(d)
    with work() as w:
        assert w.automation.done_under(made.id) == done
        assert w.automation.done_under(made.id, sampled_only=True) == [done[1]]
        assert w.automation.counts([made.id, other.id]) == {made.id: (3, 1)}


def test_a_mark_is_kept_with_the_draft(work):
    made = draft()
    mark = AutoMark("c" * 16, 0.95, 0.9, 0.9, NOW, NOW + timedelta(days=90))
    marked = replace(made, suggestions=(replace(made.suggestions[0], auto=mark), *made.suggestions[1:]))
    it = chart()
    it = replace(it, drafts=(replace(it.drafts[0], draft=marked),))
    with work() as w:
        w.charts.add(it)
    with work() as w:
        assert w.charts.get(it.id) == it


def test_an_event_may_be_of_no_chart(work):
    with work() as w:
        w.events.add(ChartEvent(EventType.CERTIFICATE_REVOKED, "", "", "", NOW, 1, {"certificate": "c" * 16}))
    with work() as w:
        last = w.events.after(0, limit=100_000)[-1]
        assert (last.type, last.chart_id, last.data) == (EventType.CERTIFICATE_REVOKED, "", {"certificate": "c" * 16})
        assert last not in w.events.after(0, limit=100_000, sources={"ehr"})


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_events_and_deliveries_survive_the_migration(tmp_path, database):
    if database == "sqlite":
        _survive(sqlite_url(tmp_path))
    else:
        with postgres_url() as url:
            _survive(url)


def _survive(url):
    engine = make_engine(url)
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), "0003")
        insert = "INSERT INTO charts (id, external_id, source, received_at, setting, sex, status, version, revision, priority, random_slice)"
        connection.execute(text(f"{insert} VALUES ('c', '', 'ehr', '2026-05-01', 'outpatient', 'unknown', 'new', 1, 1, 0.5, FALSE)"))
        connection.execute(text("INSERT INTO chart_events VALUES (1, 'encounter.suggested', 'c', '', 'ehr', '2026-05-01', 1, '{}')"))
        hook = "INSERT INTO webhooks (id, url, secret, events, created, active)"
        connection.execute(text(f"{hook} VALUES ('w', 'http://127.0.0.1', :secret, '[]', '2026-05-01', TRUE)"), {"secret": b"x"})
        connection.execute(text("INSERT INTO deliveries VALUES (1, 'w', 1, 2, 'pending', '2026-05-01')"))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT attempts FROM deliveries WHERE event = 1")).scalar_one() == 2
        assert connection.execute(text("SELECT chart_id FROM chart_events")).scalar_one() == "c"
    assert migrate.differences(engine) == []
    engine.dispose()


def test_slices_have_an_order_and_a_name():
    assert HYPERTENSION.name == "ICD-10-CM I10, outpatient"
    assert CodeSlice(CodeSystem.CPT, Setting.INPATIENT, OTHER).name == "CPT all other codes, inpatient"
