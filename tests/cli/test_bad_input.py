from __future__ import annotations

import io
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import run


class Standard(io.TextIOWrapper):
    """Bytes as standard input."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw), encoding="utf-8")


@pytest.fixture(autouse=True)
def empty_state(tmp_path, monkeypatch):
    """Neither a release nor a bundle: what is refused here is refused before either is opened."""
    monkeypatch.setenv("CHARTCODER_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CHARTCODER_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("CHARTCODER_MAX_NOTE_CHARACTERS", "1000")


def refused(capsys, *arguments: str, code: int = 2) -> str:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"caf\xe9", "UTF-8"),
        (b"a\x00b", "NUL"),
        (b"x" * 1_001, "limit is 1,000"),
        (b"x" * 9_000, "limit is 1,000"),
    ],
)
def test_a_note_that_can_not_be_used_is_one_line_and_code_2(capsys, monkeypatch, tmp_path, raw, words):
    monkeypatch.setattr(sys, "stdin", Standard(raw))
    assert words in refused(capsys, "suggest", "-")
    (tmp_path / "note.txt").write_bytes(raw)
    assert words in refused(capsys, "suggest", str(tmp_path / "note.txt"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("suggest", "/nothing/here.txt"), "No such file"),
        (("suggest", "/"), "directory"),
        (("suggest", "-", "--setting", "home"), "outpatient"),
        (("suggest", "-", "--sex", "x"), "female"),
        (("suggest", "-", "--age", "131"), "--age"),
        (("suggest", "-", "--age", "old"), "--age"),
        (("suggest", "-", "--service-date", "01/05/2026"), "2026-05-01"),
        (("suggest", "--no-such-option"), "no-such-option"),
        (("no-such-command",), "no-such-command"),
        (("serve", "--port", "70000"), "--port"),
        (("serve", "--workers", "0"), "--workers"),
        (("batch", "/nothing.jsonl", "out.jsonl"), "No such file"),
        (("batch", "in.jsonl"), "OUT.jsonl"),
        (("batch", "in.jsonl", "out.jsonl", "--workers", "0"), "--workers"),
        (("batch", "in.jsonl", "out.jsonl", "--min-confidence", "2"), "--min-confidence"),
        (("batch", "in.jsonl", "out.jsonl", "--limit", "0"), "--limit"),
        (("codes", "search", " "), "WORDS"),
        (("codes", "search", "flu", "--system", "SNOMED"), "SNOMED"),
        (("codes", "search", "flu", "--limit", "0"), "--limit"),
        (("codes", "show", "I10", "--on", "soon"), "--on"),
        (("codes", "load", "cpt", "/nothing", "--name", "2027", "--effective", "2027-01-01"), "/nothing"),
        (("codes", "load", "hcpcs", "/nothing", "--name", "../x", "--effective", "2027-01-01"), "--name"),
        (("codes", "load", "icd10cm", "--tabular", "a.xml", "--codes", "b.txt", "--name", "x", "--effective", "soon"), "--effective"),
        (("codes", "load", "icd10cm-index", "/nothing"), "release"),
    ],
)
def test_bad_arguments_are_one_line_and_code_2(capsys, arguments, words):
    assert words in refused(capsys, *arguments)


def test_a_bad_setting_is_named(capsys, monkeypatch):
    monkeypatch.setenv("CHARTCODER_PORT", "none")
    assert "CHARTCODER_PORT" in refused(capsys, "suggest", "-")


@pytest.mark.parametrize("arguments", [("suggest",), ("codes", "search", "flu"), ("codes", "show", "I10")])
def test_without_a_release_the_code_is_1_and_the_line_says_what_to_do(capsys, monkeypatch, arguments):
    monkeypatch.setattr(sys, "stdin", Standard(b"Hypertension."))
    assert "chartcoder-train setup" in refused(capsys, *arguments, code=1)


def test_a_batch_without_a_bundle_is_code_1(capsys, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "Hypertension."}\n')
    assert "chartcoder-train" in refused(capsys, "batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), code=1)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(("name", "words"), [("empty.jsonl", "empty"), (".", "is a directory")])
def test_an_input_of_a_batch_that_holds_nothing_is_refused(capsys, tmp_path, name, words):
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert words in refused(capsys, "batch", str(tmp_path / name), str(tmp_path / "out.jsonl")).lower()


def test_the_output_of_a_batch_must_be_a_new_file_in_a_folder_that_is_there(capsys, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "1", "text": "Hypertension."}\n')
    assert "folder" in refused(capsys, "batch", str(source), str(tmp_path / "missing" / "out.jsonl"))
    assert "folder" in refused(capsys, "batch", str(source), str(tmp_path))
    assert "another file" in refused(capsys, "batch", str(source), str(source))


def test_a_port_in_use_is_said_before_anything_starts(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "--port" in refused(capsys, "serve", "--port", str(taken.getsockname()[1]))
    assert "no.such.host.invalid" in refused(capsys, "serve", "--host", "no.such.host.invalid")


def test_help_names_the_commands():
    command = [str(Path(sys.executable).with_name("chartcoder")), "--help"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert all(name in found.stdout for name in ("serve", "suggest", "batch", "codes"))


def test_help_imports_nothing_heavy():
    code = "import sys, app.cli; print([m for m in ('spacy', 'numpy', 'sklearn', 'fastapi', 'pydantic', 'rich.table') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
