from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from app.main import create_app
from app.observability import configure_logging
from app.usecases.suggest_codes import SuggestionRequest
from tests.api.conftest import SETTINGS
from tests.api.fakes import MANIFEST, FakeOpener, suggest_codes
from tests.api.serving import served

MARKER = "Zanzibarosis"


class Buggy:
    """Raises what quotes the note, when the note asks for it."""

    bundle = MANIFEST

    def __call__(self, request: SuggestionRequest) -> object:
        if "bug" in request.note.text:
            raise ValueError(f"could not read {request.note.text}")
        return suggest_codes()(request)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging("DEBUG")
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    # The client of the test logs what it sends.
    clients = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    for client in clients:
        client.setLevel(logging.WARNING)
    yield stream
    for client in clients:
        client.setLevel(logging.NOTSET)
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_words_of_a_note_reach_no_log_no_error_and_no_metric(log):
    app = create_app(SETTINGS, opener=FakeOpener(suggest=Buggy()))
    raw = {"Content-Type": "application/json"}
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        ok = client.post("/v1/suggestions", json={"text": f"Hypertension. {MARKER}."})
        assert ok.status_code == 200
        refused = [
            client.post("/v1/suggestions", json={"text": f"bug {MARKER}"}),
            client.post("/v1/suggestions", json={"text": f"{MARKER}\x00"}),
            client.post("/v1/suggestions", json={"text": MARKER * 500}),
            client.post("/v1/suggestions", json={"text": MARKER * 5_000}),
            client.post("/v1/suggestions", json={"text": [MARKER]}),
            client.post("/v1/suggestions", json={"text": "a", MARKER: 1}),
            client.post(
                "/v1/suggestions", json={"text": "a", "encounter": {"setting": MARKER, "service_date": MARKER, "patient": {"sex": MARKER, MARKER: 1}}}
            ),
            client.post("/v1/suggestions", json={"text": "a", "code_systems": [MARKER], "limit": MARKER, "min_confidence": MARKER}),
            client.post("/v1/suggestions", json=[MARKER]),
            client.post("/v1/suggestions", content=f'{{"text": "{MARKER}'.encode(), headers=raw),
            client.post("/v1/suggestions", content=f'{{"text": "{MARKER}"}}'.encode("utf-16"), headers=raw),
            client.post("/v1/suggestions", content=MARKER.encode(), headers={"Content-Type": "text/plain"}),
            client.post(f"/v1/{MARKER}?{MARKER}", json={"text": MARKER}),
            client.get("/v1/codes", params={"q": "a", "system": MARKER, "limit": MARKER}),
            client.get("/readyz", headers={"X-Request-ID": f"{MARKER} {MARKER}"}),
        ]
        assert [r.status_code for r in refused[:1]] == [500]
        for response in refused:
            assert MARKER not in response.text
            assert MARKER not in str(response.headers)
        assert MARKER not in client.get("/metrics").text
        client.get("/v1/codes", params={"q": MARKER})
    lines = log.getvalue()
    assert "internal_error" in lines
    assert "ValueError" in lines
    assert MARKER not in lines


def test_every_log_line_is_json_with_the_request_id(log):
    app = create_app(SETTINGS, opener=FakeOpener())
    with served(app) as url:
        httpx.get(f"{url}/v1/codes?q=I10", headers={"X-Request-ID": "abc-123"}, trust_env=False)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    request = next(line for line in lines if line.get("request_id") == "abc-123")
    assert (request["method"], request["route"], request["status"]) == ("GET", "/v1/codes", 200)
    assert request["milliseconds"] > 0


def test_an_ill_formed_request_id_is_replaced(client):
    for given in ("a b", "x" * 65, "é"):
        assert client.get("/healthz", headers={"X-Request-ID": given.encode()}).headers["x-request-id"] != given
    assert client.get("/healthz", headers={"X-Request-ID": "a.b_c-1"}).headers["x-request-id"] == "a.b_c-1"


def test_every_answer_has_the_security_headers(client):
    for path in ("/", "/healthz", "/nothing", "/static/workbench.js", "/v1/codes?q=I10"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert client.get("/").headers["cache-control"] == "no-store"
