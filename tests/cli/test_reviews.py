"""The commands around the database of reviews, on both databases."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from app import storage
from app.cli import run
from app.domain import chart_work
from app.domain.review import Accept
from app.domain.site_phrases import SitePhrase
from app.settings import Settings
from tests.charts import DM, LEASE, NOW, TEXT, chart
from tests.store.databases import postgres_url

PASSWORD = "correct horse battery"


@pytest.fixture(params=["sqlite", "postgresql"])
def command(request, tmp_path, monkeypatch, capsys):
    """Runs a command: exit code, what it said on standard output, what on standard error."""
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(tmp_path / "state"))

    def ask(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = run(arguments)
        return (code, *capsys.readouterr())

    if request.param == "sqlite":
        yield ask
    else:
        with postgres_url() as url:
            monkeypatch.setenv("CHARTCODER_DATABASE_URL", url.set(drivername="postgresql").render_as_string(hide_password=False))
            yield ask


def keep(*charts):
    with storage.ready(Settings()).work()() as work:
        for it in charts:
            work.charts.add(it)


def read(chart_id):
    with storage.ready(Settings()).work()() as work:
        return work.charts.get(chart_id)


def test_a_database_is_upgraded_checked_backed_up_and_restored(command, tmp_path):
    code, out, _ = command("db", "check")
    assert (code, "chartcoder db upgrade" in out) == (1, True)
    assert re.search(r"empty -> \d{4}$", command("db", "upgrade")[1].strip())
    assert command("db", "upgrade")[1].strip().endswith("nothing to do")
    assert command("db", "check")[0] == 0
    first, later = chart(), chart()
    keep(first)
    backup = tmp_path / "backup"
    assert command("db", "backup", str(backup))[0] == 0
    code, _, err = command("db", "backup", str(backup))
    assert (code, "exists" in err) == (2, True)
    keep(later)
    code, _, err = command("db", "restore", str(backup))
    assert code == 2
    assert command("db", "restore", "--force", str(backup))[0] == 0
    assert read(first.id) == first
    with storage.ready(Settings()).work()() as work:
        assert work.charts.to_purge(NOW) == []
    assert command("db", "check")[0] == 0
    broken = tmp_path / "broken"
    broken.write_bytes(b"not a backup")
    code, _, err = command("db", "restore", "--force", str(broken))
    assert (code, err.count("\n")) == (2, 1)
    assert read(first.id) == first
    assert command("db", "restore", str(tmp_path / "nothing"))[0] == 2


def test_users_and_keys_are_kept_by_command(command):
    command("db", "upgrade")
    assert command("users", "add", "ada", "--role", "admin", "--role", "manager", "--password-stdin", given=PASSWORD + "\n")[:2] == (
        0,
        "ada: admin, manager\n",
    )
    code, _, err = command("users", "add", "Ada", "--role", "coder", "--password-stdin", given=PASSWORD)
    assert (code, "already" in err) == (2, True)
    assert command("users", "add", "bea", "--role", "coder", "--password-stdin", given="short")[0] == 2
    for words in (("roles", "ada", "--role", "coder"), ("disable", "ada"), ("unlock", "ada")):
        assert command("users", *words)[0] == 0
    assert command("users", "list")[1] == "ada\tcoder\tdisabled\tada\n"
    assert command("users", "enable", "ada")[0] == 0
    assert command("users", "password", "ada", "--password-stdin", given="another long password")[0] == 0
    assert command("users", "disable", "nobody-here")[0] == 2
    key = command("keys", "add", "ehr", "--scope", "submit", "--days", "9")[1].strip()
    listed = command("keys", "list")[1]
    key_id = listed.split("\t")[0]
    assert listed == f"{key_id}\tehr\tintegration\tsubmit\tactive\n"
    assert key.startswith(f"cck_{key_id}_")
    assert key.split("_", 2)[2] not in listed
    assert command("keys", "revoke", key_id)[0] == 0
    assert command("keys", "list")[1].endswith("revoked\n")
    assert command("keys", "revoke", "nothing")[0] == 2
    hook = command("webhooks", "add", "https://ehr.example/hook", "--event", "encounter.finalized", "--key", key_id)[1].split("\t")[0]
    assert command("webhooks", "list")[1] == f"{hook}\thttps://ehr.example/hook\tencounter.finalized\tkey:{key_id}\n"
    assert command("webhooks", "remove", hook)[0] == 0
    assert command("webhooks", "list")[1] == ""
    actions = [json.loads(line)["action"] for line in command("audit", "export")[1].splitlines()]
    assert actions == ["user.changed"] * 6 + ["key.changed"] * 2 + ["webhook.changed"] * 2


def test_the_trail_is_verified_and_a_change_is_found(command):
    from sqlalchemy import text

    command("db", "upgrade")
    for name in ("ann", "bea", "cleo"):
        command("users", "add", name, "--role", "coder", "--password-stdin", given=PASSWORD)
    code, out, _ = command("audit", "verify")
    assert (code, out.startswith("3 events, the chain holds; head ")) == (0, True)
    head = out.split()[-1]
    assert command("audit", "verify", "--head", head)[0] == 0
    assert command("audit", "verify", "--head", "f" * 64)[0] == 1
    engine = storage.database(Settings())._engine
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE audit_events SET actor = 'x' WHERE sequence = 2"))
    with engine.begin() as connection:
        on = "" if engine.dialect.name == "sqlite" else " ON audit_events"
        name = "audit_events_no_update" if engine.dialect.name == "sqlite" else "audit_events_keep"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text("UPDATE audit_events SET actor = 'x' WHERE sequence = 2"))
    code, out, _ = command("audit", "verify")
    assert (code, out) == (1, "event 2: its content was changed\n")


def test_notes_are_encrypted_rotated_and_purged(command, monkeypatch):
    command("db", "upgrade")
    it = chart_work.decide(chart(patient="mrn-0815"), Accept(DM), "ann", NOW, lease=LEASE)
    keep(it)
    old, new = (command("notes", "new-key")[1].strip() for _ in range(2))
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", old)
    assert read(it.id) == it
    assert command("notes", "rotate")[1].startswith("3 texts encrypted")
    monkeypatch.delenv("CHARTCODER_NOTE_KEYS")
    code, out, _ = command("db", "check")
    assert (code, "CHARTCODER_NOTE_KEYS" in out) == (1, True)
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", f"{new}, {old}")
    assert command("notes", "rotate")[0] == 0
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", new)
    assert (read(it.id).notes[0].text, read(it.id).patient) == (TEXT, "mrn-0815")
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", "not a key")
    code, _, err = command("db", "check")
    assert (code, "notes new-key" in err) == (1, True)
    monkeypatch.setenv("CHARTCODER_NOTE_KEYS", new)
    assert command("notes", "purge")[0] == 2
    assert command("notes", "purge", "--older-than", "1")[1] == "0 encounters, 0 notes erased; 0 site phrases forgotten\n"
    assert command("notes", "purge", "--id", it.id, "--dry-run")[1].startswith("1 encounters")
    assert command("notes", "purge", "--id", it.id)[1] == "1 encounters, 1 notes erased; 0 site phrases forgotten\n"
    assert read(it.id).notes[0].text is None
    assert read(it.id).decisions == it.decisions
    assert command("audit", "export", "--subject", it.id)[1].count("note.purged") == 1
    assert command("notes", "purge", "--id", "nothing")[0] == 2


def test_a_purge_forgets_phrases_that_no_note_says_any_more(command, monkeypatch, tmp_path):
    command("db", "upgrade")
    old = datetime.now(UTC) - timedelta(days=400)
    with storage.ready(Settings()).work()() as work:
        for name in ("left", "kept"):
            work.site_phrases.add(SitePhrase(name, DM, "diabetes", f"sugar feet {name}", "en", "ann", "Ann", old))
        work.site_phrases.count("kept", right=True, said=old + timedelta(days=100))
    assert "1 site phrases would be forgotten" in command("notes", "purge", "--older-than", "350", "--dry-run")[1]
    assert command("notes", "purge", "--older-than", "350")[1].endswith("; 1 site phrases forgotten\n")
    with storage.ready(Settings()).work()() as work:
        assert [p.id for p in work.site_phrases.all()] == ["kept"]
        (event,) = work.audit.events(subject="left")
    assert (event.action, "sugar" in event.detail) == ("phrase.forgotten", False)


def test_a_database_that_is_not_there_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(tmp_path))
    for url in ("postgresql://127.0.0.1:1/none", "mysql://localhost/x", "nonsense"):
        monkeypatch.setenv("CHARTCODER_DATABASE_URL", url)
        assert run(["users", "list"]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_a_demonstration_is_not_served_to_others(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(tmp_path))
    assert run(["serve", "--host", "0.0.0.0"]) == 2
    assert "CHARTCODER_AUTH=required" in capsys.readouterr().err
