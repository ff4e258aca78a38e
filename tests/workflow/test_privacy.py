"""Words of a note reach no log, no error, no metric, no event, and no audit event; with keys, not the database either."""

from __future__ import annotations

import httpx
import pytest

from app.domain.people import Role
from app.store.sealing import Seal, new_key
from app.store.unit_of_work import SqlWork
from tests.api.test_privacy import MARKER, log  # noqa: F401  a fixture
from tests.store.databases import migrated, sqlite_url
from tests.workflow.desk import BODY, desk_over

TEXT = f"Hypertension. {MARKER} of the left knee. Knee injection performed."


def everything(desk) -> list[httpx.Response]:
    """Every way in for words, and many that are refused."""
    machine, coder = desk.machine(), desk.user("ann", Role.CODER, Role.MANAGER)
    made = machine.post("/v1/encounters", json={**BODY, "patient_id": MARKER, "notes": [{"text": TEXT, "title": MARKER}]})
    encounter, tag = made.json()["id"], made.headers["ETag"]
    path = f"/v1/encounters/{encounter}"
    tag = coder.decide(encounter, tag, "reject", "I10", reason="other", comment=MARKER).headers["ETag"]
    query = {
        "kind": "type",
        "title": "Clarification of type",
        "question": f"The record states \u201c{MARKER} of the left knee\u201d. Please clarify the type of {MARKER}.",
        "options": [f"{MARKER} one", f"{MARKER} two", "Other (please specify)", "Unable to determine"],
        "quotes": [f"{MARKER} of the left knee."],
    }
    tag = coder.write("POST", f"{path}/queries", tag, query).headers["ETag"]
    tag = coder.write("PUT", f"{path}/queries/1/status", tag, {"status": "answered", "answer": MARKER}).headers["ETag"]
    tag = machine.write("PUT", f"{path}/notes/1", tag, {"text": f"{TEXT} Addendum."}).headers["ETag"]
    refused = [
        machine.post("/v1/encounters", json={**BODY, "notes": [{"text": MARKER, MARKER: 1}], MARKER: MARKER}),
        machine.post("/v1/encounters", json={**BODY, "notes": [{"text": f"{MARKER}\x00"}]}),
        machine.post("/v1/encounters", json={**BODY, "notes": [{"text": MARKER * 3000}]}),
        machine.post("/v1/encounters", json={**BODY, "notes": [MARKER]}, headers={"Idempotency-Key": f"{MARKER} {MARKER}"}),
        machine.post("/v1/encounters", content=f'{{"notes": "{MARKER}'.encode(), headers={"Content-Type": "application/json"}),
        coder.decide(encounter, tag, MARKER),
        coder.decide(encounter, tag, "accept", "I10", comment=MARKER),
        coder.decide(encounter, tag, "reject", "I10", reason=MARKER),
        coder.decide(encounter, tag, "add", "I10", words=[{"note": 1, "begin": 0, "end": 1_000, "text": MARKER}]),
        coder.write("POST", f"{path}/queries", tag, {**query, "kind": MARKER}),
        coder.write("POST", f"{path}/queries", tag, {**query, "question": f"Please document {MARKER}, we can bill it."}),
        coder.post(f"{path}/offers", json={"words": {"note": 1, "begin": 0, "end": 5_000, "text": MARKER}}),
        coder.write("POST", f"{path}/finalization", tag, {"override_reason": [MARKER]}),
        coder.get(f"/v1/encounters/{MARKER}"),
        coder.get("/v1/encounters", params={"cursor": MARKER, "status": MARKER, "assignee": MARKER, "received_before": MARKER}),
        coder.sign_in(MARKER, MARKER),
    ]
    assert all(400 <= r.status_code < 500 for r in refused), [r.status_code for r in refused]
    for code in ("I10", "20610"):
        tag = coder.decide(encounter, tag, "accept", code).headers["ETag"]
    assert coder.write("POST", f"{path}/finalization", tag, {}).status_code == 201
    shown = [machine.get(path).text, coder.get("/v1/encounters").text, coder.get(f"{path}/revision").text]
    assert not any("patient_id" in text for text in shown)
    return refused


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_the_marker_is_found_in_no_place_where_it_must_not_be(tmp_path, log, encrypted):  # noqa: F811
    url = sqlite_url(tmp_path)
    with migrated(url) as engine:
        with desk_over(SqlWork(engine, Seal([new_key()] if encrypted else []))) as desk:
            for response in everything(desk):
                assert MARKER not in response.text
                assert MARKER not in str(response.headers)
            told = [desk.client().get("/metrics").text, desk.machine().get("/v1/events").text]
            told.append(desk.user("ann").get("/v1/encounters").text)
            with desk.workflow.sign_in._work() as work:
                told.append(str(list(work.audit.events())))
        assert not [text[:100] for text in told if MARKER in text]
        assert MARKER not in log.getvalue()
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (MARKER.encode() in kept) is not encrypted
