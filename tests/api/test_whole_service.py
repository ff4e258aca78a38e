"""The service with the real reader, sources and bundle, where `chartcoder-train setup` has been run."""

from __future__ import annotations

import json

import httpx
import pytest

from app.cli import run
from app.domain.errors import Unavailable
from app.main import create_app, demo_notes
from app.settings import Settings
from tests.api.serving import served

NOTE = "ASSESSMENT:\n1. Type 2 diabetes mellitus with hyperglycemia 😀.\n2. Essential hypertension.\nDenies chest pain. Father had a stroke.\n"


@pytest.fixture(scope="module")
def client():
    app = create_app(Settings())
    with served(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        problem = app.state.service.problem()
        if isinstance(problem, Unavailable):
            pytest.skip(str(problem))
        yield client


def test_a_note_gives_its_diagnoses_and_neither_the_denied_nor_the_father_s(client):
    answer = client.post("/v1/suggestions", json={"text": NOTE, "encounter": {"setting": "outpatient"}}).json()
    codes = {c["code"] for c in answer["codes"]}
    assert {"E11.65", "I10"} <= codes
    assert not any(code.startswith(("R07", "I63", "I64", "I21")) for code in codes)
    for group in ("codes", "candidates", "suppressed"):
        for suggestion in answer[group]:
            assert all(NOTE[e["begin"] : e["end"]] == e["text"] for e in suggestion["evidence"])


def test_the_answer_keeps_to_its_schema_for_every_demo_note(client):
    from app.api.schemas.response import SuggestionsResponse

    for demo in demo_notes(Settings()):
        response = client.post("/v1/suggestions", json={"text": demo.text, "encounter": {"setting": demo.encounter.setting.value}})
        assert SuggestionsResponse.model_validate_json(response.content, extra="forbid").codes, demo.id


def test_codes_are_found_by_words_and_shown(client):
    assert "M17.11" in [c["code"] for c in client.get("/v1/codes", params={"q": "osteoarthritis rt knee"}).json()["codes"]]
    details = client.get("/v1/codes/ICD-10-CM/E11.9").json()
    assert details["billable"]
    assert "E11" in [a["code"] for a in details["ancestors"]]


def test_the_command_line_says_what_rest_says(client, capsys, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8", newline="")
    assert run(["suggest", str(path), "--setting", "outpatient", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == client.post("/v1/suggestions", json={"text": NOTE, "encounter": {"setting": "outpatient"}}).json()
    assert run(["suggest", str(path)]) == 0
    assert "I10" in capsys.readouterr().out


def test_a_batch_says_what_rest_says(client, tmp_path, capsys):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "a", "text": NOTE, "setting": "outpatient"}) + "\n{\n", encoding="utf-8")
    assert run(["batch", str(source), str(target), "--min-confidence", "0.1"]) == 0
    assert "2 documents, 1 errors" in capsys.readouterr().err
    first, second = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    rest = client.post("/v1/suggestions", json={"text": NOTE, "encounter": {"setting": "outpatient"}, "min_confidence": 0.1}).json()
    assert {c["code"] for c in first["codes"] if c["status"] == "suggested"} == {c["code"] for c in rest["codes"]}
    assert second["error"]["code"] == "bad_line"


def test_data_files_are_checked(client, capsys):
    code = run(["codes", "check"])
    out, err = capsys.readouterr()
    assert (code == 0 and "fine" in out) or (code == 2 and all(":" in line for line in err.splitlines()))
