from __future__ import annotations


def test_metrics_count_requests_by_route_and_codes_by_status(client):
    client.post("/v1/suggestions", json={"text": "Hypertension. No chest pain."})
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert 'chartcoder_requests_total{method="POST",route="/v1/suggestions",status="200"}' in response.text
    assert 'chartcoder_suggestions_total{status="suppressed",system="ICD-10-CM"}' in response.text
    assert 'chartcoder_request_seconds_bucket{le="0.005",method="POST",route="/v1/suggestions"}' in response.text


def test_ready_says_what_answers(client):
    assert client.get("/readyz").json() == {
        "status": "ready",
        "bundle_id": "fa4e000000000001",
        "releases": {"ICD-10-CM": "2026-04", "CPT": "2026-04"},
        "refused": "",
    }
