from __future__ import annotations

import pytest

from app.api.schemas.queries import DRAFT_EXAMPLE, LINT_EXAMPLE, QueryDraftResponse, QueryLintResponse

NOTE = "Assessment: Diabetes with neuropathy. Chest pain since Monday."
DRAFT = {"text": NOTE, "codes": [{"system": "ICD-10-CM", "code": "R07.9"}], "kind": "clinical-significance"}


def test_a_draft_comes_with_its_quotes_and_no_faults(client):
    answer = client.post("/v1/queries/draft", json=DRAFT)
    assert answer.status_code == 200
    body = answer.json()
    assert body["faults"] == []
    query = body["query"]
    assert (query["form"], query["options"]) == ("open", [])
    for quote in query["quotes"]:
        assert NOTE[quote["span"]["begin"] : quote["span"]["end"]] == quote["text"]
    assert query["question"] in query["text"]


def test_choices_of_the_request_are_offered_and_checked(client):
    body = client.post("/v1/queries/draft", json={**DRAFT, "choices": ["Musculoskeletal pain", "Angina (recommended)"]}).json()
    assert body["query"]["options"][:2] == ["Musculoskeletal pain", "Angina (recommended)"]
    assert [(f["check"], f["words"]) for f in body["faults"]] == [("marked-choice", "(recommended)")]


def test_a_bad_query_is_refused_with_every_fault_and_a_good_one_is_compliant(client):
    query = {"title": "Sepsis", "quotes": ["Chest pain"], "question": "Please document sepsis for the DRG.", "options": ["Sepsis"]}
    body = client.post("/v1/queries/lint", json={"query": query, "text": NOTE}).json()
    assert body["compliant"] is False
    assert {f["check"] for f in body["faults"]} >= {"beyond-record", "leading", "payment", "no-other", "no-undetermined"}
    good = {"title": "Clarification of type", "quotes": ["Chest pain"], "question": "Please clarify the type of chest pain."}
    assert client.post("/v1/queries/lint", json={"query": good, "text": NOTE}).json() == {"compliant": True, "faults": []}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"codes": [{"system": "ICD-10-CM", "code": "I10"}]}, 422, "nothing_to_cite"),
        ({"codes": None}, 422, "nothing_to_cite"),
        ({"codes": [{"system": "ICD-10-CM", "code": "X99"}]}, 404, "code_not_found"),
        ({"evidence": [{"begin": 5, "end": 5}]}, 422, "invalid_span"),
        ({"evidence": [{"begin": 5, "end": 5_000}]}, 422, "invalid_span"),
        ({"kind": "payment"}, 422, "invalid_request"),
        ({"text": " "}, 422, "empty_note"),
        ({"text": "x" * 2_001}, 413, "note_too_long"),
    ],
)
def test_what_can_not_be_drafted_is_a_problem(client, change, status, code):
    answer = client.post("/v1/queries/draft", json={**DRAFT, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_examples_are_valid_and_true(app, client):
    QueryDraftResponse.model_validate(DRAFT_EXAMPLE)
    QueryLintResponse.model_validate(LINT_EXAMPLE)
    schemas = app.openapi()["components"]["schemas"]
    draft = schemas["QueryDraftRequest"]["examples"][0]
    for quote in DRAFT_EXAMPLE["query"]["quotes"]:
        assert draft["text"][quote["span"]["begin"] : quote["span"]["end"]] == quote["text"]
    lint = client.post("/v1/queries/lint", json=schemas["QueryLintRequest"]["examples"][0]).json()
    assert all(fault in lint["faults"] for fault in LINT_EXAMPLE["faults"])
