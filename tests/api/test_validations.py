from __future__ import annotations

import pytest

from app.api.schemas.validations import EXAMPLE, ValidationsResponse
from tests.api.fakes import ICD

NOTE = "Type 2 diabetes with neuropathy. No chest pain. Knee injection."
CODES = [{"system": "ICD-10-CM", "code": "r079"}, {"system": "ICD-10-CM", "code": "E11.40"}, {"system": "CPT", "code": "20610", "modifiers": ["RT"]}]


def validate(client, **body):
    response = client.post("/v1/validations", json={"codes": CODES, **body})
    assert response.status_code == 200, response.text
    return response.json()


def test_the_same_codes_come_back_in_order_with_pointers(client):
    answer = validate(client, encounter={"setting": "outpatient"})
    assert answer["claim"]["diagnoses"] == ["E11.40", "R07.9"]
    assert answer["claim"]["procedures"] == [{"code": "20610", "modifiers": ["RT"], "units": 1, "pointers": ["E11.40"]}]
    assert answer["releases"] == {"ICD-10-CM": "2026-04", "CPT": "2026-04"}


def test_with_a_note_rules_of_one_code_speak_of_its_words(client):
    answer = validate(client, encounter={"setting": "outpatient"}, text=NOTE)
    denied = next(f for f in answer["findings"] if f["rule"] == "negated")
    assert denied["codes"] == [{"system": ICD.value, "code": "R07.9"}]
    span = denied["evidence"][0]
    assert NOTE[span["begin"] : span["end"]].lower() == "chest pain"


def test_without_a_note_or_an_age_the_rules_that_need_them_are_named(client):
    silent = {f["rule"] for f in validate(client)["not_checked"]}
    assert {"negated", "uncertain", "age-conflict", "sex-edit", "first-listed", "resolved"} <= silent


def test_codes_that_the_release_lacks_block_and_codes_of_a_system_without_release_are_not_checked(client):
    answer = validate(client, codes=[{"system": "ICD-10-CM", "code": "Z99.99"}, {"system": "HCPCS", "code": "J1885"}])
    assert ("in-force", "block", "Z99.99") in {(f["rule"], f["severity"], f["codes"][0]["code"]) for f in answer["findings"] if f["codes"]}
    assert "J1885" in {c["code"] for f in answer["not_checked"] if f["rule"] == "in-force" for c in f["codes"]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"codes": []}, "codes"),
        ({"codes": [CODES[0], {"system": "ICD-10-CM", "code": "R07.9"}]}, "codes.1 stands twice"),
        ({"codes": [{"system": "ICD-10-CM", "code": "R07.9!"}]}, "codes.0.code"),
        ({"codes": [{"system": "CPT", "code": "20610", "units": 0}]}, "codes.0.units"),
    ],
)
def test_codes_that_are_no_set_are_refused(client, body, words):
    response = client.post("/v1/validations", json=body)
    assert response.status_code == 422
    assert words in response.json()["detail"]


def test_the_documented_example_keeps_to_its_schema():
    ValidationsResponse.model_validate(EXAMPLE)
