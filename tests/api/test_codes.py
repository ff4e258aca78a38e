from __future__ import annotations

import pytest


def test_search_finds_codes_best_first(client):
    answer = client.get("/v1/codes", params={"q": "diabetes", "limit": 2}).json()
    assert [c["code"] for c in answer["codes"]] == ["E11", "E11.40"]
    assert answer["codes"][0]["billable"] is False


def test_search_keeps_to_one_system(client):
    assert [c["code"] for c in client.get("/v1/codes", params={"q": "joint", "system": "CPT"}).json()["codes"]] == ["20610"]
    assert client.get("/v1/codes", params={"q": "joint", "system": "HCPCS"}).json()["codes"] == []


def test_search_and_details_answer_for_a_day(client):
    assert client.get("/v1/codes", params={"q": "I10", "on": "2026-05-01"}).json()["codes"][0]["code"] == "I10"
    for path in ("/v1/codes?q=I10&on=1999-01-01", "/v1/codes/ICD-10-CM/I10?on=1999-01-01"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (422, "release_not_found")


@pytest.mark.parametrize("query", ["", "q=", "q=a&limit=0", "q=a&limit=101", "q=a&limit=x", "q=a&system=SNOMED", "q=a&on=tomorrow", f"q={'a' * 201}"])
def test_a_search_that_is_not_valid_names_the_field(client, query):
    response = client.get(f"/v1/codes?{query}")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.json()["errors"][0]["field"] in {"q", "limit", "system", "on"}


def test_details_show_notes_and_place_in_the_classification(client):
    answer = client.get("/v1/codes/ICD-10-CM/E11.40").json()
    assert [a["code"] for a in answer["ancestors"]] == ["4", "E11"]
    assert answer["ancestors"][1]["excludes1"] == ["type 1 diabetes (E10.-)"]
    assert (answer["release"], answer["effective"]) == ("2026-04", "2026-04-01")
    assert [c["code"] for c in client.get("/v1/codes/ICD-10-CM/E11").json()["children"]] == ["E11.40", "E11.9"]


def test_a_code_is_found_in_lower_case_and_without_its_dot(client):
    assert client.get("/v1/codes/ICD-10-CM/e1140").json()["code"] == "E11.40"


def test_an_unknown_code_is_not_found(client):
    response = client.get("/v1/codes/CPT/00000")
    assert (response.status_code, response.json()["code"]) == (404, "code_not_found")
    assert client.get("/v1/codes/ICD-10-PCS/0XX").status_code == 404
    assert client.get("/v1/codes/SNOMED/1").status_code == 422
