from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

JSON = {"Content-Type": "application/json"}


def problem(response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:chartcoder:problem:{body['code']}"
    assert body["request_id"] == response.headers["x-request-id"]
    return response.status_code, body["code"]


@pytest.mark.parametrize("content", [b"", b"  ", b"{", b'{"text": "a"', b"[" * 9_000, b"nul", b'{"text": "a",}'])
def test_what_is_not_json_is_malformed(client, content):
    assert problem(client.post("/v1/suggestions", content=content, headers=JSON)) == (400, "malformed_json")


@pytest.mark.parametrize("content", [b"[]", b'"text"', b"null", b"1"])
def test_json_that_is_not_an_object_is_not_valid(client, content):
    assert problem(client.post("/v1/suggestions", content=content, headers=JSON)) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"text": "caf\xe9"}', "application/json"),
        ('{"text": "a"}'.encode("utf-16"), "application/json"),
        (b'{"text": "a"}', "application/json; charset=latin-1"),
    ],
)
def test_other_encodings_than_utf8_are_refused(client, content, kind):
    assert problem(client.post("/v1/suggestions", content=content, headers={"Content-Type": kind})) == (400, "not_utf8")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data; boundary=x"}, {"Content-Type": ""}])
def test_other_media_types_than_json_are_refused(client, headers):
    assert problem(client.post("/v1/suggestions", content=b'{"text": "a"}', headers=headers)) == (415, "unsupported_media_type")


def test_a_compressed_body_is_refused(client):
    body = gzip.compress(b'{"text": "a"}')
    assert problem(client.post("/v1/suggestions", content=body, headers={**JSON, "Content-Encoding": "gzip"})) == (415, "unsupported_media_type")


def test_a_body_over_the_limit_is_refused_by_its_stated_length(client):
    assert problem(client.post("/v1/suggestions", content=b" " * 20_001, headers=JSON)) == (413, "body_too_large")


def test_a_body_over_the_limit_is_refused_while_it_streams(client):
    sent = 0

    def stream() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(4):
            sent += 1
            yield b" " * 8_000

    assert problem(client.post("/v1/suggestions", content=stream(), headers=JSON)) == (413, "body_too_large")


def test_json_with_charset_and_suffix_is_read(client):
    for kind in ("application/json; charset=UTF-8", "application/vnd.note+json"):
        assert client.post("/v1/suggestions", content='{"text": "Hypertension é"}'.encode(), headers={"Content-Type": kind}).status_code == 200


def test_unknown_paths_and_methods_are_problems_too(client):
    assert problem(client.get("/v2/nothing")) == (404, "not_found")
    assert problem(client.get("/v1/codes/")) == (404, "not_found")
    assert problem(client.get("/static/nothing.js")) == (404, "not_found")
    response = client.get("/v1/suggestions")
    assert problem(response) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"
    assert problem(client.request("PROPFIND", "/v1/codes")) == (405, "method_not_allowed")
