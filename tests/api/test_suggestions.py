from __future__ import annotations

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOTE = "Type 2 diabetes with neuropathy. Hypertension, controlled. No chest pain. Right knee pain."


def suggest(client: httpx.Client, text: str = NOTE, **rest: object) -> dict:
    response = client.post("/v1/suggestions", json={"text": text, **rest})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_note_gives_codes_candidates_and_suppressed_codes_with_their_rule(client):
    answer = suggest(client)
    assert [c["code"] for c in answer["codes"]] == ["I10", "E11.40", "M25.561"]
    assert [c["code"] for c in answer["candidates"]] == ["E11.9"]
    assert [(c["code"], c["rule"]) for c in answer["suppressed"]] == [("R07.9", "negated")]
    assert answer["suppressed"][0]["reason"]
    assert answer["bundle_id"] == "fa4e000000000001"
    assert answer["releases"] == {"ICD-10-CM": "2026-04", "CPT": "2026-04"}


def test_the_answer_has_exactly_the_fields_of_the_interface(client):
    answer = suggest(client)
    lists = {"codes", "candidates", "suppressed", "findings", "not_checked"}
    assert set(answer) == {"bundle_id", "releases", "evaluation_management", "claim"} | lists
    plain = {"system", "code", "display", "confidence", "evidence", "alternatives", "modifiers", "units", "reasons", "auto"}
    assert set(answer["codes"][0]) == plain
    assert set(answer["suppressed"][0]) == plain | {"rule", "reason"}
    assert set(answer["codes"][0]["evidence"][0]) == {"begin", "end", "text", "section", "assertion"}
    assert set(answer["codes"][1]["alternatives"][0]) == {"system", "code", "display", "confidence"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30))
def test_evidence_is_the_text_at_its_offsets_in_code_points(client, before):
    text = f"{before} 😀 שלום hypertension"
    answer = suggest(client, text)
    for group in ("codes", "candidates", "suppressed"):
        for suggestion in answer[group]:
            for e in suggestion["evidence"]:
                assert text[e["begin"] : e["end"]] == e["text"]
    assert any(c["code"] == "I10" for group in ("codes", "suppressed") for c in answer[group])


def test_a_note_without_anything_to_code_gives_empty_lists(client):
    answer = suggest(client, "Ate an apple.")
    assert (answer["codes"], answer["candidates"], answer["suppressed"]) == ([], [], [])


def test_null_means_not_given(client):
    encounter = {"setting": None, "service_date": None, "patient": {"sex": None, "age": None}}
    assert suggest(client, encounter=encounter, limit=None, min_confidence=None, code_systems=None) == suggest(client)


def test_code_systems_limit_and_least_confidence_narrow_the_answer(client):
    text = f"{NOTE} Knee injection."
    assert [c["code"] for c in suggest(client, text, code_systems=["CPT"])["codes"]] == ["20610"]
    assert [c["code"] for c in suggest(client, text, limit=1)["codes"]] == ["I10", "20610"]
    assert suggest(client, text, min_confidence=0.5)["candidates"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": 5}, "text"),
        ({"text": NOTE, "limit": 0}, "limit"),
        ({"text": NOTE, "limit": 501}, "limit"),
        ({"text": NOTE, "limit": True}, "limit"),
        ({"text": NOTE, "min_confidence": 1.1}, "min_confidence"),
        ({"text": NOTE, "min_confidence": "0.5"}, "min_confidence"),
        ({"text": NOTE, "code_systems": ["SNOMED"]}, "code_systems.0"),
        ({"text": NOTE, "encounter": {"setting": "home"}}, "encounter.setting"),
        ({"text": NOTE, "encounter": {"service_date": "01/05/2026"}}, "encounter.service_date"),
        ({"text": NOTE, "encounter": {"service_date": "2026-05-01T10:00:00"}}, "encounter.service_date"),
        ({"text": NOTE, "encounter": {"patient": {"age": 131}}}, "encounter.patient.age"),
        ({"text": NOTE, "encounter": {"patient": {"age": "54"}}}, "encounter.patient.age"),
        ({"text": NOTE, "encounter": {"patient": {"surname": "x"}}}, "encounter.patient.?"),
        ({"text": "\ud800"}, "text"),
    ],
)
def test_a_field_that_is_not_valid_is_named(client, body, field):
    import json

    raw = json.dumps(body).encode()
    response = client.post("/v1/suggestions", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    problem = response.json()
    assert problem["code"] == "invalid_request"
    assert field in [e["field"] for e in problem["errors"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " \n\t"}, 422, "empty_note"),
        ({"text": "a\x00b"}, 422, "unreadable_text"),
        ({"text": "x" * 2_001}, 413, "note_too_long"),
        ({"text": NOTE, "encounter": {"service_date": "1999-01-01"}}, 422, "release_not_found"),
    ],
)
def test_what_the_domain_refuses_has_its_own_code(client, body, status, code):
    response = client.post("/v1/suggestions", json=body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


VISIT = "Return visit. Hypertension, not at goal: start amlodipine."


def test_a_visit_comes_with_its_element_table_quoted_from_the_note(client):
    visit = suggest(client, VISIT)["evaluation_management"]
    assert (visit["system"], visit["code"], visit["basis"], visit["family"], visit["patient_status"]) == (
        "CPT",
        "99214",
        "decision_making",
        "office",
        "established",
    )
    assert [(e["element"], e["level"], [s["text"] for s in e["supports"]]) for e in visit["elements"]] == [
        ("problems", "moderate", ["Hypertension"]),
        ("data", "none", []),
        ("risk", "moderate", ["amlodipine"]),
    ]
    assert visit["decision_making"] == "moderate"
    assert [n["code"] for n in visit["neighbours"]] == ["99213", "99215", "99212"]


def test_one_code_of_the_visit_is_billed_and_the_other_levels_say_why_not(client):
    answer = suggest(client, VISIT)
    assert [c["code"] for c in answer["codes"] if c["system"] == "CPT"] == ["99214"]
    lower = next(c for c in answer["candidates"] if c["code"] == "99213")
    assert any("99214" in reason for reason in lower["reasons"])


def test_an_insufficient_visit_has_no_code_and_says_what_is_missing(client):
    visit = suggest(client, "Return visit. Doing fine.")["evaluation_management"]
    assert (visit["code"], visit["basis"]) == (None, "insufficient")
    assert "assessment" in visit["missing"][0]


def test_a_note_that_is_not_of_a_visit_has_no_level_and_neither_has_a_request_without_cpt(client):
    assert suggest(client)["evaluation_management"] is None
    assert suggest(client, VISIT, code_systems=["ICD-10-CM"])["evaluation_management"] is None


def test_the_level_of_a_visit_keeps_to_the_model_of_the_interface(client):
    from app.api.schemas.response import SuggestionsResponse

    for text in (VISIT, "Return visit. Doing fine.", NOTE):
        SuggestionsResponse.model_validate(suggest(client, text))
