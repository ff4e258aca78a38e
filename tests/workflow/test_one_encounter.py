"""One encounter's way through the interface."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from app.domain.audit import first_break
from app.domain.chart_event import ChartEvent, EventType
from app.domain.people import Permission, Role
from tests.workflow.desk import BODY, QUERY, TEXT


@pytest.fixture(scope="module")
def coder(either_desk):
    return either_desk.user("ann")


def codes(response, state="accepted"):
    return [line["code"] for line in response.json()["codes"] if line["state"] == state]


def test_suggestions_are_kept_as_they_were_made(either_desk):
    response = either_desk.machine().post("/v1/encounters", json=BODY)
    chart = response.json()
    assert (response.status_code, response.headers["Location"]) == (201, f"/v1/encounters/{chart['id']}")
    assert chart["bundles"] == ["fa4e000000000001"]
    assert chart["releases"] == {"ICD-10-CM": "2026-04", "CPT": "2026-04"}
    by_code = {line["code"]: line for line in chart["codes"]}
    assert by_code["I10"]["confidence"] == 0.973
    (words,) = by_code["I10"]["evidence"]
    assert TEXT[words["begin"] : words["end"]] == "Hypertension"
    assert (by_code["R07.9"]["origin"], by_code["R07.9"]["rule"]) == ("suppressed", "negated")
    assert {line["state"] for line in chart["codes"]} == {"open"}
    read = either_desk.machine().get(f"/v1/encounters/{chart['id']}")
    assert read.json() == chart
    assert read.headers["ETag"] == response.headers["ETag"] == '"1"'


def test_a_repeated_submission_gives_the_same_encounter_and_another_body_is_refused(either_desk):
    machine, key = either_desk.machine(), {"Idempotency-Key": "visit-1-2026"}
    first = machine.post("/v1/encounters", json=BODY, headers=key)
    again = machine.post("/v1/encounters", json=BODY, headers=key)
    assert (again.status_code, again.json()["id"], again.headers["Idempotency-Replayed"]) == (201, first.json()["id"], "true")
    assert "Idempotency-Replayed" not in first.headers
    other = machine.post("/v1/encounters", json={**BODY, "external_id": "x"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    stranger = either_desk.machine("another-ehr").post("/v1/encounters", json=BODY, headers=key)
    assert stranger.json()["id"] != first.json()["id"]


def test_sixteen_submissions_with_one_key_make_one_encounter(either_desk):
    found = []

    def submit():
        found.append(either_desk.machine().post("/v1/encounters", json=BODY, headers={"Idempotency-Key": "at-once"}))

    either_desk.machine()
    threads = [threading.Thread(target=submit) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {r.status_code for r in found} == {201}
    assert len({r.json()["id"] for r in found}) == 1
    assert sum("Idempotency-Replayed" not in r.headers for r in found) == 1


def test_every_verdict_shows_in_the_codes_and_can_be_undone(either_desk, coder):
    encounter, tag = either_desk.submit()
    states = []

    def decide(verdict, code=None, **more):
        nonlocal tag
        response = coder.decide(encounter, tag, verdict, code, **more)
        assert response.status_code == 201, response.text
        tag = response.headers["ETag"]
        states.append(response.json()["codes"])
        return response

    knee = TEXT.index("Knee injection")
    assert codes(decide("accept", "E11.40")) == ["E11.40"]
    assert codes(decide("reject", "I10", reason="not_treated", comment="in passing"), "rejected") == ["I10"]
    replaced = decide("replace", "E11.40", by={"system": "ICD-10-CM", "code": "E11.9"})
    assert codes(replaced) == ["E11.9"]
    line = next(c for c in replaced.json()["codes"] if c["code"] == "E11.9")
    assert line["display"] == "Type 2 diabetes mellitus without complications"
    assert line["replaces"] == {"system": "ICD-10-CM", "code": "E11.40"}
    added = decide("add", "M25.561", words=[{"note": 1, "version": 1, "begin": knee, "end": knee + 4}])
    assert codes(added) == ["E11.9", "M25.561"]
    assert next(c for c in added.json()["codes"] if c["code"] == "M25.561")["confidence"] is None
    decide("accept", "20610")
    assert codes(decide("reorder", codes=[{"system": "ICD-10-CM", "code": "M25.561"}])) == ["M25.561", "E11.9", "20610"]
    modified = decide("modify", "20610", modifiers=["RT", "59"], units=2)
    assert next((c["modifiers"], c["units"]) for c in modified.json()["codes"] if c["code"] == "20610") == (["RT", "59"], 2)
    pointed = decide("point", "20610", diagnoses=[{"system": "ICD-10-CM", "code": "M25.561"}])
    assert next(c["pointers"] for c in pointed.json()["codes"] if c["code"] == "20610") == [{"system": "ICD-10-CM", "code": "M25.561"}]
    total = len(states)
    for sequence in range(total, 0, -1):
        undone = decide("undo", sequence=sequence)
        assert undone.json()["codes"] == (states[sequence - 2] if sequence > 1 else undone.json()["codes"])
    assert codes(undone) == codes(undone, "rejected") == []
    assert [d["stands"] for d in undone.json()["decisions"]] == [False] * total + [True] * total
    redone = decide("undo", sequence=2 * total)
    assert codes(redone) == ["E11.40"]


@pytest.mark.parametrize(
    ("verdict", "code", "more"),
    [
        ("accept", "Z00.00", {}),
        ("replace", "I10", {"by": {"system": "ICD-10-CM", "code": "I10"}}),
        ("replace", "I10", {"by": {"system": "ICD-10-CM", "code": "E11"}}),
        ("replace", "I10", {"by": {"system": "ICD-10-CM", "code": "X99.999"}}),
        ("add", "M25.561", {"words": [{"note": 1, "begin": 0, "end": 5_000}]}),
        ("add", "M25.561", {"words": [{"note": 2, "begin": 0, "end": 5}]}),
        ("add", "M25.561", {"words": [{"note": 1, "version": 2, "begin": 0, "end": 5}]}),
        ("modify", "20610", {"modifiers": ["RT"]}),
        ("modify", "I10", {"modifiers": ["RT"]}),
        ("point", "20610", {"diagnoses": [{"system": "ICD-10-CM", "code": "I10"}]}),
        ("reorder", None, {"codes": [{"system": "ICD-10-CM", "code": "I10"}]}),
        ("undo", None, {"sequence": 1}),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_changes_nothing(desk, verdict, code, more):
    coder = desk.user("ann")
    encounter, tag = desk.submit()
    refused = coder.decide(encounter, tag, verdict, code, **more)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_decision")
    assert coder.get(f"/v1/encounters/{encounter}").headers["ETag"] == tag


def test_a_write_on_an_older_state_gets_the_present_one(either_desk, coder):
    encounter, tag = either_desk.submit()
    assert coder.decide(encounter, tag, "accept", "I10").status_code == 201
    stale = coder.decide(encounter, tag, "reject", "I10", reason="ruled_out")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_write")
    present = coder.get(f"/v1/encounters/{encounter}")
    assert stale.json()["current"] == present.json()
    assert stale.headers["ETag"] == present.headers["ETag"]
    assert coder.decide(encounter, stale.headers["ETag"], "reject", "I10", reason="ruled_out").status_code == 201
    missing = coder.post(f"/v1/encounters/{encounter}/decisions", json={"verdict": "accept", "system": "ICD-10-CM", "code": "I10"})
    assert (missing.status_code, missing.json()["code"]) == (428, "revision_missing")
    assert coder.decide(encounter, "nonsense", "accept", "I10").status_code == 412


def test_a_claimed_encounter_is_one_coders_until_it_is_released(either_desk, coder):
    encounter, _ = either_desk.submit()
    bea = either_desk.user("bea")
    claimed = coder.put(f"/v1/encounters/{encounter}/claim")
    assert claimed.json()["claim"]["by"] == "ann"
    for refused in (
        bea.put(f"/v1/encounters/{encounter}/claim"),
        bea.delete(f"/v1/encounters/{encounter}/claim"),
        bea.decide(encounter, claimed.headers["ETag"], "accept", "I10"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "chart_claimed")
    assert coder.put(f"/v1/encounters/{encounter}/claim").status_code == 200
    assert coder.delete(f"/v1/encounters/{encounter}/claim").json()["claim"] is None
    assert bea.put(f"/v1/encounters/{encounter}/claim").json()["claim"]["by"] == "bea"


def test_finalising_wants_every_suggested_code_decided_and_keeps_the_set_for_good(either_desk, coder):
    encounter, tag = either_desk.submit()
    undecided = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {})
    assert (undecided.status_code, undecided.json()["code"]) == (409, "undecided_codes")
    encounter, tag = either_desk.ready(coder)
    done = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {})
    assert done.status_code == 201, done.text
    chart = done.json()
    assert (chart["status"], chart["claim"]) == ("finalized", None)
    (first,) = chart["finalized"]
    assert [c["code"] for c in first["codes"]] == ["I10", "E11.40", "20610"]
    assert [f["rule"] for f in first["findings"]] == ["no-pointer"]
    tag = done.headers["ETag"]
    for refused in (
        coder.decide(encounter, tag, "accept", "I10"),
        coder.put(f"/v1/encounters/{encounter}/claim"),
        coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {}),
        either_desk.machine().write("POST", f"/v1/encounters/{encounter}/notes", tag, {"text": "Late note"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "chart_finalized")
    reopened = coder.write("POST", f"/v1/encounters/{encounter}/reopening", tag, {"reason": "a late report"})
    assert (reopened.json()["version"], reopened.json()["status"]) == (2, "in_review")
    assert reopened.json()["reopenings"][0]["reason"] == "a late report"
    old = coder.decide(encounter, reopened.headers["ETag"], "undo", sequence=1)
    assert old.status_code == 422
    changed = coder.decide(encounter, reopened.headers["ETag"], "reject", "20610", reason="not_performed")
    again = coder.write("POST", f"/v1/encounters/{encounter}/finalization", changed.headers["ETag"], {})
    sets = again.json()["finalized"]
    assert sets[0] == first
    assert [(s["version"], len(s["codes"])) for s in sets] == [(1, 3), (2, 2)]
    assert coder.write("POST", f"/v1/encounters/{encounter}/reopening", tag, {"reason": "x"}).status_code == 412
    open_chart, open_tag = either_desk.submit()
    not_final = coder.write("POST", f"/v1/encounters/{open_chart}/reopening", open_tag, {"reason": "x"})
    assert (not_final.status_code, not_final.json()["code"]) == (409, "not_finalized")


def test_blocking_findings_are_overridden_only_by_role_and_reason(either_desk, coder):
    encounter, tag = either_desk.submit(notes=[{"text": "Knee injection performed."}])
    tag = coder.decide(encounter, tag, "accept", "20610").headers["ETag"]
    findings = coder.get(f"/v1/encounters/{encounter}/findings").json()["findings"]
    assert {f["rule"]: f["severity"] for f in findings} == {"no-diagnosis": "block", "no-pointer": "warn"}
    path = f"/v1/encounters/{encounter}/finalization"
    blocked = coder.write("POST", path, tag, {})
    assert (blocked.status_code, blocked.json()["code"]) == (409, "blocked_by_findings")
    assert coder.write("POST", path, tag, {"override_reason": "the payer agreed"}).status_code == 403
    coder.delete(f"/v1/encounters/{encounter}/claim")
    boss = either_desk.user("boss", Role.MANAGER)
    tag = boss.get(f"/v1/encounters/{encounter}").headers["ETag"]
    assert boss.write("POST", path, tag, {"override_reason": "  "}).status_code == 409
    done = boss.write("POST", path, tag, {"override_reason": "the payer agreed"})
    assert done.json()["finalized"][0]["override_reason"] == "the payer agreed"
    assert done.json()["finalized"][0]["by"] == "boss"


def test_a_sent_query_waits_for_its_answer(either_desk, coder):
    encounter, tag = either_desk.ready(coder)
    query = {**QUERY, "send": False}
    draft = coder.write("POST", f"/v1/encounters/{encounter}/queries", tag, query)
    assert (draft.json()["status"], draft.json()["queries"][0]["status"]) == ("in_review", "draft")
    step = f"/v1/encounters/{encounter}/queries/1/status"
    early = coder.write("PUT", step, draft.headers["ETag"], {"status": "answered", "answer": "Type 2"})
    assert (early.status_code, early.json()["code"]) == (409, "query_closed")
    sent = coder.write("PUT", step, draft.headers["ETag"], {"status": "sent"})
    assert sent.json()["status"] == "queried"
    waiting = coder.write("POST", f"/v1/encounters/{encounter}/finalization", sent.headers["ETag"], {})
    assert (waiting.status_code, waiting.json()["code"]) == (409, "open_queries")
    assert coder.write("PUT", step, sent.headers["ETag"], {"status": "answered", "answer": " "}).status_code == 422
    answered = coder.write("PUT", step, sent.headers["ETag"], {"status": "answered", "answer": "Type 2"})
    assert (answered.json()["status"], answered.json()["queries"][0]["answer"]) == ("in_review", "Type 2")
    missing = coder.write("PUT", f"/v1/encounters/{encounter}/queries/9/status", answered.headers["ETag"], {"status": "withdrawn"})
    assert (missing.status_code, missing.json()["code"]) == (404, "query_not_found")
    assert coder.write("POST", f"/v1/encounters/{encounter}/finalization", answered.headers["ETag"], {}).status_code == 201


def test_a_corrected_note_keeps_the_old_one_and_what_was_decided(either_desk, coder):
    encounter, tag = either_desk.submit()
    tag = coder.decide(encounter, tag, "accept", "E11.40").headers["ETag"]
    machine = either_desk.machine()
    corrected = machine.write("PUT", f"/v1/encounters/{encounter}/notes/1", tag, {"text": "Hypertension. Right knee pain."})
    chart = corrected.json()
    assert [(n["number"], n["version"], n["current"]) for n in chart["notes"]] == [(1, 1, False), (1, 2, True)]
    by_code = {c["code"]: c for c in chart["codes"]}
    assert set(by_code) == {"E11.40", "I10", "M25.561"}
    assert (by_code["E11.40"]["state"], by_code["E11.40"]["evidence"][0]["version"]) == ("accepted", 1)
    assert by_code["I10"]["evidence"][0]["version"] == 2
    more = machine.write("POST", f"/v1/encounters/{encounter}/notes", corrected.headers["ETag"], {"text": "Hypertension.", "title": "Addendum"})
    assert more.status_code == 201
    assert [e["note"] for e in next(c for c in more.json()["codes"] if c["code"] == "I10")["evidence"]] == [1, 2]
    none = machine.write("PUT", f"/v1/encounters/{encounter}/notes/7", more.headers["ETag"], {"text": "x"})
    assert (none.status_code, none.json()["code"]) == (422, "invalid_decision")


def test_assigning_moves_encounters_to_another_coders_list(either_desk, coder):
    boss, bea = either_desk.user("boss", Role.MANAGER), either_desk.user("bea")
    encounters = [either_desk.submit(external_id="bulk")[0] for _ in range(3)]
    done = boss.post("/v1/assignments", json={"encounters": encounters, "assignee": "bea"})
    assert {r["assignee"] for r in done.json()["encounters"]} == {"bea"}
    mine = {r["id"] for r in bea.get("/v1/encounters", params={"assignee": "me", "external_id": "bulk"}).json()["encounters"]}
    assert mine == set(encounters)
    assert not mine & {r["id"] for r in coder.get("/v1/encounters", params={"limit": 200}).json()["encounters"]}
    assert coder.get(f"/v1/encounters/{encounters[0]}").status_code == 403
    none = boss.post("/v1/assignments", json={"encounters": [encounters[0], "0" * 24], "assignee": None})
    assert none.status_code == 404
    assert bea.get(f"/v1/encounters/{encounters[0]}").json()["assignee"] == "bea"
    freed = boss.put(f"/v1/encounters/{encounters[0]}/assignee", json={"assignee": None})
    assert freed.json()["assignee"] is None
    for name in ("nobody-of-this-name", "auditor-only"):
        if name == "auditor-only":
            either_desk.user(name, Role.AUDITOR)
        wrong = boss.put(f"/v1/encounters/{encounters[0]}/assignee", json={"assignee": name})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_person")


def test_pages_of_the_worklist_hold_everything_once_and_counts_agree(either_desk, coder):
    made = {either_desk.submit(external_id="paged")[0] for _ in range(7)}
    for order in ("priority", "age"):
        found, cursor, wanted = [], None, {"external_id": "paged", "limit": 3, "order": order}
        while True:
            page = coder.get("/v1/encounters", params=wanted | ({"cursor": cursor} if cursor else {})).json()
            found += [r["id"] for r in page["encounters"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(found) == len(set(found))
        assert set(found) == made
    counts = coder.get("/v1/worklist/counts", params={"external_id": "paged"}).json()["counts"]
    assert counts == {"new": 7}
    other = coder.get("/v1/encounters", params={"cursor": "bm9uc2Vuc2U", "order": "age"})
    assert (other.status_code, other.json()["code"]) == (422, "invalid_cursor")


def test_the_feed_tells_what_happened_in_order_and_an_integration_only_of_its_own(either_desk, coder):
    machine = either_desk.machine()
    start = 0
    while batch := machine.get("/v1/events", params={"after": start, "limit": 500}).json()["events"]:
        start = batch[-1]["sequence"]
    encounter, tag = either_desk.ready(coder)
    tag = coder.write("POST", f"/v1/encounters/{encounter}/queries", tag, QUERY).headers["ETag"]
    tag = coder.write("PUT", f"/v1/encounters/{encounter}/queries/1/status", tag, {"status": "withdrawn"}).headers["ETag"]
    tag = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {}).headers["ETag"]
    coder.write("POST", f"/v1/encounters/{encounter}/reopening", tag, {"reason": "x"})
    events = machine.get("/v1/events", params={"after": start}).json()
    assert [e["type"] for e in events["events"]] == [f"encounter.{what}" for what in ("suggested", "queried", "finalized", "reopened")]
    assert {e["encounter"] for e in events["events"]} == {encounter}
    assert events["events"][2]["data"]["codes"][0]["code"] == "I10"
    assert events["next"] == events["events"][-1]["sequence"]
    assert either_desk.machine("another-ehr").get("/v1/events", params={"after": start}).json() == {"events": [], "next": start}


def test_an_ml_engineer_is_told_what_is_of_no_encounter_and_of_nothing_else(either_desk, coder):
    engineer, start = either_desk.user("only-engineer", Role.ML_ENGINEER), 0
    while batch := engineer.get("/v1/events", params={"after": start, "limit": 500}).json()["events"]:
        start = batch[-1]["sequence"]
    either_desk.ready(coder)
    with either_desk.workflow.sign_in._work() as work:
        work.events.add(ChartEvent(EventType.DRIFT_ALARM, "", "", "", datetime.now(UTC), 1, {"measure": "vocabulary"}))
    events = engineer.get("/v1/events", params={"after": start}).json()["events"]
    assert [(e["type"], e["encounter"]) for e in events] == [("drift.alarm", "")]


def test_a_key_does_no_more_than_its_scopes(either_desk):
    encounter, tag = either_desk.submit()
    key = either_desk.machine("write-only", {Permission.SUBMIT})
    made = key.post("/v1/encounters", json=BODY)
    assert made.status_code == 201
    assert key.get(f"/v1/encounters/{made.json()['id']}").status_code == 403
    stale = key.write("POST", f"/v1/encounters/{made.json()['id']}/notes", '"9"', {"text": "x"})
    assert (stale.status_code, "current" in stale.json()) == (412, False)
    assert key.write("POST", f"/v1/encounters/{encounter}/notes", tag, {"text": "x"}).status_code == 403


def test_every_read_and_write_of_a_chart_is_in_the_audit_trail(either_desk, coder):
    encounter, tag = either_desk.submit()
    coder.get(f"/v1/encounters/{encounter}", headers={"X-Request-ID": "audit-me"})
    coder.decide(encounter, tag, "accept", "I10")
    either_desk.user("bea").put(f"/v1/encounters/{encounter}/claim")
    stranger = either_desk.machine("another-ehr")
    assert stranger.get(f"/v1/encounters/{encounter}").status_code == 403
    with either_desk.workflow.sign_in._work() as work:
        events = list(work.audit.events(subject=encounter))
        assert first_break(work.audit.events()) is None
    assert [e.action for e in events] == ["chart.submitted", "chart.read", "chart.decided", "chart.refused"]
    assert [e.kind for e in events] == ["key", "person", "person", "key"]
    read = events[1]
    assert (read.actor, read.request_id, read.address) == ("ann", "audit-me", "127.0.0.1")
    assert '"code":"I10"' in events[2].detail
