"""Finalised encounters from either database to examples and back into a fit."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from app import storage
from app.domain import chart_work
from app.domain.errors import DataFaults
from app.domain.review import Accept
from app.settings import Settings
from app.store.sealing import new_key
from tests.charts import HTN, LEASE, NOW, chart
from tests.domain.test_feedback import reviewed
from tests.store.databases import postgres_url
from tests.training import world
from training.cli import run
from training.corpus import corpus
from training.examples import read_jsonl
from training.faults import OnFault
from training.progress import quiet


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, tmp_path, monkeypatch):
    """Keeps charts, encrypted."""
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", new_key())

    def keep(*charts):
        with storage.ready(Settings()).work()() as work:
            for it in charts:
                work.charts.add(it)

    if request.param == "sqlite":
        yield keep
        return
    with postgres_url() as url:
        monkeypatch.setenv("CHARTCODER_DATABASE_URL", url.set(drivername="postgresql").render_as_string(hide_password=False))
        storage.database(Settings()).upgrade()
        yield keep


def test_finalised_encounters_become_lines_that_training_reads(kept, tmp_path, capsys):
    first = reviewed(chart(external_id="a"))
    last = reviewed(chart(external_id="b"))
    last = replace(last, encounter=replace(last.encounter, age=30), finalized=(replace(last.finalized[0], at=NOW + timedelta(days=2)),))
    erased = reviewed(chart(external_id="c"))
    again = chart_work.reopen(reviewed(chart(external_id="d")), "late", "a", NOW)
    opened = chart_work.decide(chart(), Accept(HTN), "coder", NOW, lease=LEASE)
    kept(first, last, erased, again, opened)
    with storage.ready(Settings()).work()() as work:
        work.charts.erase_texts(erased.id)
    out = tmp_path / "out.jsonl"
    assert run(["export-feedback", str(out)]) == 0
    said = capsys.readouterr()
    assert "2 encounters" in said.out
    assert "left out: 1 charts whose notes were erased" in said.err
    assert "diabetes" not in said.out + said.err
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    examples = list(read_jsonl(out))
    assert [e.id for e in examples] == [last.id, first.id]
    raw = [json.loads(line) for line in out.read_text().splitlines()]
    assert [c["origin"] for c in raw[0]["codes"]] == ["accepted", "replaced", "added", "accepted"]
    assert {r["reason"] for r in raw[0]["rejected"]} == {"history_only", "wrong_code"}
    assert raw[0]["provenance"]["chart"] == last.id
    assert run(["export-feedback", str(out), "--since", "2026-05-06"]) == 0
    assert [e.id for e in read_jsonl(out)] == [last.id]
    with storage.ready(Settings()).work()() as work:
        trail = list(work.audit.events(subject="feedback"))
    assert [json.loads(e.detail)["charts"] for e in trail] == [3, 1]
    assert {e.action for e in trail} == {"feedback.exported"}


def test_a_day_that_is_none_is_refused(kept, tmp_path, capsys):
    assert run(["export-feedback", str(tmp_path / "x"), "--since", "yesterday"]) == 2
    assert "--since" in capsys.readouterr().err


def test_a_fit_takes_decided_encounters_beside_files_and_says_when_there_are_none(kept, capsys):
    def gathered():
        return corpus(Settings(), None, {"a.jsonl": world.notes(3)}, decided=True, foundation=False, on_fault=OnFault.STOP, step=quiet)

    kept(chart())
    with pytest.raises(DataFaults, match="no encounter is finalised"):
        gathered()
    kept(reviewed(chart(external_id="x")))
    found = gathered()
    assert dict(found.trained_on) == {"a.jsonl": 3, "decided encounters": 1}
    assert [e.decided is not None for e in found.examples] == [False, False, False, True]
    assert run(["fit"]) == 2
    assert "--decided" in capsys.readouterr().err
