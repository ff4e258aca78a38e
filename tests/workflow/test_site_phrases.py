"""Words that a coder has the site remember, over HTTP, on both databases."""

import json

import pytest

from app.domain.people import Role

TEXT = "Sugar feet, longstanding. Hypertension."


@pytest.fixture
def coder(either_desk):
    return either_desk.user("coder-of-phrases", Role.CODER)


def suggested(client, text=TEXT, kind="codes"):
    found = client.post("/v1/suggestions", json={"text": text, "encounter": {"setting": "outpatient"}}).json()
    return {c["code"]: c for c in found[kind]}


def remember(client, text="sugar feet", code="E11.40"):
    return client.post("/v1/site-phrases", json={"system": "ICD-10-CM", "code": code, "text": text})


def test_a_phrase_is_in_the_very_next_suggestion_and_out_of_it_when_forgotten(either_desk, coder):
    stored, _ = either_desk.submit(notes=[{"title": "", "text": TEXT}])
    before = coder.get(f"/v1/encounters/{stored}").json()
    assert "E11.40" not in suggested(coder)
    kept = remember(coder)
    assert kept.status_code == 201, kept.text
    phrase = kept.json()
    assert (phrase["added_by"], phrase["right"], phrase["wrong"]) == ("coder-of-phrases", 1, 0)
    found = suggested(coder)["E11.40"]
    assert found["confidence"] == pytest.approx(2 / 3, abs=1e-3)
    assert any(r.startswith("site phrase, added by coder-of-phrases on ") for r in found["reasons"])
    assert [e["text"] for e in found["evidence"]] == ["Sugar feet"]
    denied = suggested(coder, "Denies sugar feet.", "suppressed")["E11.40"]
    assert denied["rule"] == "negated"
    assert "E11.40" not in suggested(coder, "Denies sugar feet.")
    assert remember(coder).json()["id"] == phrase["id"], "it is remembered once"
    assert [p["text"] for p in coder.get("/v1/site-phrases").json()["phrases"]] == ["sugar feet"]
    assert coder.delete(f"/v1/site-phrases/{phrase['id']}").status_code == 204
    assert "E11.40" not in suggested(coder)
    assert coder.get(f"/v1/encounters/{stored}").json()["codes"] == before["codes"], "what was suggested stays"
    assert coder.delete(f"/v1/site-phrases/{phrase['id']}").json()["code"] == "site_phrase_not_found"
    with either_desk.workflow.sign_in._work() as work:
        trail = [(e.action, json.loads(e.detail)["code"]) for e in work.audit.events(subject=phrase["id"])]
    assert trail == [("phrase.remembered", "E11.40"), ("phrase.forgotten", "E11.40")]


@pytest.mark.parametrize(("text", "code", "why"), [("of", "I10", "Too short"), ("disease", "I10", "Too common"), ("sugar", "E11", "complete code")])
def test_what_can_t_be_remembered_is_refused_with_the_reason(coder, text, code, why):
    refused = remember(coder, text, code)
    assert (refused.status_code, refused.json()["code"]) == (422, "phrase_refused")
    assert why in refused.json()["detail"]


def test_a_coder_forgets_only_the_own_phrases_and_a_manager_any(either_desk, coder):
    phrase = remember(coder, "sweet blood").json()["id"]
    other = either_desk.user("another-coder-of-phrases", Role.CODER)
    assert other.delete(f"/v1/site-phrases/{phrase}").status_code == 403
    assert either_desk.user("manager-of-phrases", Role.MANAGER).delete(f"/v1/site-phrases/{phrase}").status_code == 204


def test_decisions_on_a_chart_are_counted_for_the_phrase_when_it_is_finalised(either_desk, coder):
    phrase = remember(coder, "candy disease").json()["id"]
    for verdict, more in (("accept", {}), ("reject", {"reason": "wrong_code"}), ("reject", {"reason": "ruled_out"})):
        encounter, tag = either_desk.submit(notes=[{"title": "", "text": "Candy disease. Hypertension."}])
        tag = coder.decide(encounter, tag, "accept", "I10").headers["ETag"]
        tag = coder.decide(encounter, tag, verdict, "E11.40", **more).headers["ETag"]
        done = coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {})
        assert done.status_code == 201, done.text
    [kept] = [p for p in coder.get("/v1/site-phrases").json()["phrases"] if p["id"] == phrase]
    assert (kept["right"], kept["wrong"]) == (2, 1)
    assert kept["confidence"] == pytest.approx(3 / 5)
    coder.delete(f"/v1/site-phrases/{phrase}")


def test_the_past_of_the_words_is_counted_when_they_are_remembered(either_desk, coder):
    for _ in range(4):
        encounter, tag = either_desk.submit(notes=[{"title": "", "text": "Old gripe. Hypertension."}])
        tag = coder.decide(encounter, tag, "accept", "I10").headers["ETag"]
        assert coder.write("POST", f"/v1/encounters/{encounter}/finalization", tag, {}).status_code == 201
    refused = remember(coder, "old gripe", "E11.9")
    assert "of 4 finalised charts" in refused.json()["detail"]
    kept = remember(coder, "old gripe", "I10").json()
    assert (kept["right"], kept["wrong"]) == (4, 0)
    coder.delete(f"/v1/site-phrases/{kept['id']}")
