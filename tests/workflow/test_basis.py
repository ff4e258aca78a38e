"""What the chart page asks beside the decisions: what was suggested, what changed, what selected words could mean."""

from __future__ import annotations

import pytest

from tests.workflow.desk import QUERY, TEXT


@pytest.fixture(scope="module")
def coder(desk):
    return desk.user("basil")


def span_of(words: str, text: str = TEXT) -> dict[str, int]:
    begin = text.index(words)
    return {"note": 1, "version": 1, "begin": begin, "end": begin + len(words)}


def test_the_basis_is_what_was_suggested_whatever_was_decided(desk, coder):
    encounter, tag = desk.submit()
    before = coder.get(f"/v1/encounters/{encounter}/basis").json()
    assert coder.decide(encounter, tag, "reject", "I10", reason="other").status_code == 201
    after = coder.get(f"/v1/encounters/{encounter}/basis").json()
    assert before["codes"] == after["codes"]
    assert {(c["code"], c["state"]) for c in after["codes"] if c["origin"] == "suggested"} == {(c, "open") for c in ("I10", "E11.40", "20610")}
    note = after["notes"][0]
    assert (note["note"], note["version"]) == (1, 1)
    assert [(s["begin"], s["end"]) for s in note["sections"]] == [(0, len(TEXT))]
    denied = next(s for s in note["suggestions"] if s["code"] == "R07.9")
    assert denied["evidence"][0]["assertion"]["presence"] == "absent"


def test_codes_of_an_earlier_version_of_a_note_stand_apart(desk, coder):
    encounter, tag = desk.submit()
    desk.machine().write("PUT", f"/v1/encounters/{encounter}/notes/1", tag, {"text": "Hypertension."})
    found = coder.get(f"/v1/encounters/{encounter}/basis").json()
    assert [c["code"] for c in found["codes"]] == ["I10"]
    assert {"E11.40", "20610"} <= {c["code"] for c in found["superseded"]}
    assert [(n["note"], n["version"]) for n in found["notes"]] == [(1, 2)]


def test_selected_words_are_offered_the_codes_seen_in_them_first(desk, coder):
    encounter, _ = desk.submit()
    path = f"/v1/encounters/{encounter}/offers"
    offers = coder.post(path, json={"words": span_of("diabetes with neuropathy")}).json()["offers"]
    assert (offers[0]["code"], offers[0]["source"]) == ("E11.40", "chart")
    assert offers[0]["confidence"] == pytest.approx(0.94)
    assert len({o["code"] for o in offers}) == len(offers)
    named = coder.post(path, json={"words": span_of("Hypertension")}).json()["offers"]
    assert named[0]["code"] == "I10"
    assert coder.post(path, json={"words": span_of(". ")}).json() == {"offers": []}
    outside = coder.post(path, json={"words": {"note": 1, "begin": 0, "end": len(TEXT) + 1}})
    assert (outside.status_code, outside.json()["code"]) == (422, "invalid_decision")


def test_the_revision_tells_a_change_and_leaves_no_trace_of_a_read(desk, coder):
    encounter, tag = desk.submit()

    def reads() -> int:
        with desk.workflow.sign_in._work() as work:
            return sum(e.action == "chart.read" for e in work.audit.events(subject=encounter))

    before = reads()
    seen = coder.get(f"/v1/encounters/{encounter}/revision")
    assert (seen.json()["revision"], seen.headers["ETag"]) == (1, tag)
    coder.decide(encounter, tag, "accept", "I10")
    again = coder.get(f"/v1/encounters/{encounter}/revision").json()
    assert (again["revision"], again["status"], again["claim"]["by"]) == (2, "in_review", "basil")
    assert reads() == before


def test_seconds_of_work_add_up_to_the_finalised_set(desk, coder):
    encounter, tag = desk.ready(coder)
    assert coder.delete(f"/v1/encounters/{encounter}/claim", params={"active_seconds": 40}).json()["active_seconds"] == 40
    tag = coder.put(f"/v1/encounters/{encounter}/claim").headers["ETag"]
    done = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {"active_seconds": 25})
    assert done.json()["finalized"][0]["active_seconds"] == 65
    again = coder.write("POST", f"/v1/encounters/{encounter}/reopening", done.headers["ETag"], {"reason": "late report"})
    assert again.json()["active_seconds"] == 0
    unmeasured = coder.write("POST", f"/v1/encounters/{encounter}/finalization", again.headers["ETag"], {})
    assert [f["active_seconds"] for f in unmeasured.json()["finalized"]] == [65, None]


def test_a_query_that_the_linter_refuses_is_not_kept_whether_sent_or_not(desk, coder):
    encounter, tag = desk.submit()
    path = f"/v1/encounters/{encounter}/queries"
    for send in (True, False):
        bad = {**QUERY, "question": "Please document sepsis so that we can bill more.", "send": send}
        refused = coder.write("POST", path, tag, bad)
        assert (refused.status_code, refused.json()["code"]) == (422, "query_not_compliant")
        assert {e["field"] for e in refused.json()["errors"]} >= {"question"}
        assert "sepsis" not in refused.text.lower()
    quoted = coder.write("POST", path, tag, {**QUERY, "quotes": ["Words that the note has not."]})
    assert any(e["message"].startswith("quote-not-in-record") for e in quoted.json()["errors"])
    assert coder.get(f"/v1/encounters/{encounter}").json()["queries"] == []


def test_a_draft_is_worded_anew_until_it_is_sent(desk, coder):
    encounter, tag = desk.submit()
    path = f"/v1/encounters/{encounter}/queries"
    draft = coder.write("POST", path, tag, {**QUERY, "send": False})
    other = {**QUERY, "options": QUERY["options"][1:]}
    assert coder.write("PUT", f"{path}/1", draft.headers["ETag"], {**other, "question": "Please document it."}).status_code == 422
    sent = coder.write("PUT", f"{path}/1", draft.headers["ETag"], other)
    query = sent.json()["queries"][0]
    assert (query["status"], query["options"], query["quotes"]) == ("sent", other["options"], QUERY["quotes"])
    late = coder.write("PUT", f"{path}/1", sent.headers["ETag"], other)
    assert (late.status_code, late.json()["code"]) == (409, "query_closed")
    none = coder.write("PUT", f"{path}/7", sent.headers["ETag"], other)
    assert (none.status_code, none.json()["code"]) == (404, "query_not_found")
