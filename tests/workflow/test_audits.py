"""Samples from the draw to the end of a dispute, over REST."""

from __future__ import annotations

import json

import pytest

from app.domain.people import Role
from tests.workflow.audited import PATH, auditor_of, drawn, finalized, item_path, line, put

PAIR = {**line("E11.40"), "category": "specificity", "grade": "major", "instead": line("E11.9"), "comment": "no neuropathy in the assessment"}


@pytest.fixture
def people(either_desk):
    """A coder, named by the test, and an auditor."""

    def made(name: str):
        return either_desk.user(name), auditor_of(either_desk)

    return made


def test_a_random_sample_is_of_all_charts_and_can_be_drawn_again(either_desk, people):
    coder, auditor = people("rand")
    charts = {finalized(either_desk, coder) for _ in range(4)}
    made = auditor.post(PATH, json={"kind": "random", "charts": 1000, "name": "All of it"})
    assert made.status_code == 201, made.text
    sample = made.json()
    assert (sample["kind"], sample["auditor"], sample["drawn_by"], sample["name"]) == ("random", "aud", "aud", "All of it")
    assert sample["states"] == {"waiting": sample["population"]}
    assert sample["accuracy"] is None
    detail = auditor.get(f"{PATH}/{sample['id']}").json()
    assert charts <= {i["encounter"] for i in detail["items"]}
    assert auditor.get(f"{PATH}/{sample['id']}/redraw").json() == {"same_population": True, "same_charts": True}
    # A chart that is taken up again afterwards, and one that is finalised later, change nothing.
    chart = next(iter(charts))
    tag = coder.get(f"/v1/encounters/{chart}").headers["ETag"]
    assert coder.write("POST", f"/v1/encounters/{chart}/reopening", tag, {"reason": "late report"}).status_code == 201
    finalized(either_desk, coder)
    assert auditor.get(f"{PATH}/{sample['id']}/redraw").json() == {"same_population": True, "same_charts": True}
    again = auditor.post(PATH, json={"kind": "random", "share": 0.5}).json()
    assert again["seed"] != sample["seed"]
    assert sum(again["states"].values()) == -(-again["population"] // 2)
    listed = auditor.get(PATH, params={"auditor": "me", "limit": 1}).json()
    assert [s["id"] for s in listed["samples"]] == [again["id"]]
    assert auditor.get(PATH, params={"before": listed["next"]}).json()["samples"][0]["id"] == sample["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "random"}, "invalid_audit"),
        ({"kind": "random", "charts": 1, "share": 0.1}, "invalid_audit"),
        ({"kind": "random", "charts": 1, "rule": {"coder": "x"}}, "invalid_audit"),
        ({"kind": "rule", "charts": 1}, "invalid_audit"),
        ({"kind": "rule", "charts": 1, "rule": {"coder": "nobody-of-this-name"}}, "invalid_audit"),
        ({"kind": "rule", "charts": 1, "rule": {"code": "E11"}, "blind": True}, "invalid_audit"),
        ({"kind": "random", "charts": 1, "auditor": "only-a-coder"}, "invalid_person"),
        ({"kind": "random", "charts": 0}, "invalid_request"),
    ],
)
def test_a_sample_that_makes_no_sense_is_refused(desk, body, code):
    desk.user("only-a-coder")
    finalized(desk, desk.user("coder-of-refusals"))
    refused = auditor_of(desk).post(PATH, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_chart_is_audited_openly_answered_and_settled(either_desk, people):
    coder, auditor = people("open")
    chart = finalized(either_desk, coder)
    sample = drawn(auditor, "open", name="Open")
    path = item_path(sample)
    before = auditor.get(path).json()
    assert (before["encounter"], before["coder"], before["hidden"], before["state"]) == (chart, "open", False, "waiting")
    assert [c["code"] for c in before["coder_codes"]] == [c["code"] for c in before["auditor_codes"]] == ["I10", "E11.40", "20610"]
    assert {c["code"]: c["origin"] for c in before["weighed"]} == {
        "I10": "suggested", "E11.40": "suggested", "20610": "suggested", "E11.9": "candidate", "R07.9": "suppressed",
    }  # fmt: skip
    assert coder.get(path).status_code == 403
    codes = [line("I10"), line("E11.9"), line("20610", pointers=[line("I10")])]
    errors = [PAIR, {**line("20610"), "category": "pointer", "grade": "minor"}]
    for wrong in ({"codes": codes, "errors": errors[:1]}, {"codes": codes[:2], "errors": errors}, {"codes": [*codes, line("E11")], "errors": errors}):
        refused = put(auditor, path, "judgement", wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_audit")
    tag = auditor.get(path).headers["ETag"]
    judged = put(auditor, path, "judgement", {"codes": codes, "errors": errors, "comment": "see the plan"}, tag)
    assert judged.status_code == 200, judged.text
    stale = put(auditor, path, "judgement", {"codes": codes, "errors": errors}, tag)
    assert (stale.status_code, stale.json()["current"]["state"]) == (412, "judged")
    closed = put(auditor, path, "judgement", {"codes": codes, "errors": errors})
    assert (closed.status_code, closed.json()["code"]) == (409, "audit_closed")
    summary = auditor.get(f"{PATH}/{sample['id']}").json()
    assert (summary["codes"], summary["agreed"], summary["items"][0]["agreed"]) == (3, 1, 1)
    assert summary["accuracy"]["low"] < summary["accuracy"]["share"] < summary["accuracy"]["high"]
    (mine,) = coder.get("/v1/audit-feedback").json()["items"]
    assert (mine["encounter"], mine["state"]) == (chart, "judged")
    seen = coder.get(path)
    assert seen.json()["judgements"][0]["comment"] == "see the plan"
    assert put(coder, path, "answer", {"answer": "disputed"}).status_code == 422
    disputed = put(coder, path, "answer", {"answer": "disputed", "comment": "it says with neuropathy"})
    assert disputed.json()["state"] == "disputed"
    settled = put(auditor, path, "settlement", {"comment": "you are right", "judgement": {"codes": [line(c) for c in ("I10", "E11.40", "20610")]}})
    assert (settled.status_code, settled.json()["state"], len(settled.json()["judgements"])) == (200, "settled", 2)
    assert auditor.get(f"{PATH}/{sample['id']}").json()["agreed"] == 3
    with either_desk.workflow.sign_in._work() as work:
        actions = [e.action for e in work.audit.events(subject=chart) if e.action.startswith("audit.")]
        (kept,) = [j for j in work.audits.judgements() if j.chart_id == chart]
    assert [a for a in actions if a != "audit.read"] == ["audit.judged", "audit.answered", "audit.settled"]
    assert [x.ref.code for x in kept.lines] == ["I10", "E11.40", "20610"]
    # Without words of the auditor's own those of the coder stand.
    assert all(x.words for x in kept.lines)
    tag = auditor.get(f"/v1/encounters/{chart}").headers["ETag"]
    assert auditor.write("POST", f"/v1/encounters/{chart}/reopening", tag, {"reason": "audit"}).json()["version"] == 2


def test_nothing_tells_a_blind_auditor_what_was_coded(either_desk, people):
    coder, auditor = people("secret")
    chart = finalized(either_desk, coder)
    sample = drawn(auditor, "secret", blind=True)
    path = item_path(sample)
    shown = auditor.get(path)
    told = (shown.text, auditor.get(f"{PATH}/{sample['id']}").json()["items"], shown.headers)
    words = (
        "I10",
        "E11.40",
        "20610",
        "E11.9",
        "R07.9",
        "I10",
        "neuropathy, unspecified",
        "Essential",
        "secret",
        "0.9",
        "suggested",
        "negated",
        chart,
    )
    for word in words:
        assert word not in shown.text.replace(f'"sample":"{sample["id"]}"', ""), word
    assert told[1][0]["coder"] is None
    for method, where in (
        ("GET", ""), ("GET", "/findings"), ("GET", "/basis"), ("GET", "/revision"),
    ):  # fmt: skip
        refused = auditor.request(method, f"/v1/encounters/{chart}{where}")
        assert (refused.status_code, refused.json()["code"]) == (409, "audited_blind"), where
        assert "I10" not in refused.text
    reopening = auditor.write("POST", f"/v1/encounters/{chart}/reopening", '"1"', {"reason": "x"})
    assert reopening.status_code == 409
    listed = [
        r
        for r in auditor.get("/v1/encounters", params={"limit": 200, "order": "age", "status": "finalized"}).json()["encounters"]
        if r["id"] == chart
    ]
    assert [(r["priority_reasons"], r["assignee"]) for r in listed] in ([], [([], None)])
    # The same chart in another sample that is audited openly shows nothing either.
    other = auditor.post(PATH, json={"kind": "random", "charts": 1000}).json()
    rows = auditor.get(f"{PATH}/{other['id']}").json()["items"]
    number = next(r["number"] for r in rows if r["encounter"] == chart)
    assert auditor.get(item_path(other, number)).json()["code"] == "audited_blind"
    compared = auditor.post(f"{path}/differences", json={"codes": []})
    assert (compared.status_code, "I10" in compared.text) == (409, False)
    early = put(auditor, path, "judgement", {"codes": []})
    assert (early.status_code, early.json()["code"]) == (409, "audit_closed")
    assert "E11.40" not in early.text
    # A manager, who does not code, sees what there is but not the auditor's draft.
    drafted = put(auditor, path, "codes", {"codes": [line("M25.561")]})
    assert [c["code"] for c in drafted.json()["draft"]] == ["M25.561"]
    assert "I10" not in drafted.text
    stale = put(auditor, path, "codes", {"codes": []}, '"1"')
    assert stale.status_code == 412
    assert "E11.40" not in stale.text
    manager = either_desk.user("boss", Role.MANAGER).get(path).json()
    assert (manager["coder"], manager["draft"], manager["auditor_codes"]) == ("secret", [], None)
    assert put(auditor, path, "codes", {"codes": [line("E11")], "hand_in": True}).status_code == 422
    done = put(auditor, path, "codes", {"codes": [line("I10"), line("E11.9")], "hand_in": True}).json()
    assert (done["state"], done["hidden"], [c["code"] for c in done["blind_codes"]]) == ("coded", False, ["I10", "E11.9"])
    assert [(d["code"], d["category"]) for d in done["differences"]] == [("E11.40", "specificity"), ("20610", "unsupported")]
    assert auditor.get(f"/v1/encounters/{chart}").status_code == 200
    errors = [{k: d[k] for k in ("system", "code", "category", "grade", "instead")} for d in done["differences"]]
    judged = put(auditor, path, "judgement", {"codes": done["auditor_codes"] and [line("I10"), line("E11.9")], "errors": errors})
    assert judged.json()["state"] == "judged", judged.text
    assert put(auditor, path, "codes", {"codes": [], "hand_in": True}).status_code == 409


def test_samples_are_anothers_to_see_and_only_their_auditors_to_judge(either_desk, people):
    coder, auditor = people("mine")
    finalized(either_desk, coder)
    path = item_path(drawn(auditor, "mine"))
    another, boss, stranger = auditor_of(either_desk, "aud2"), either_desk.user("boss", Role.MANAGER), either_desk.user("nosy")
    tag = auditor.get(path).headers["ETag"]
    for client in (another, boss):
        assert client.get(path).status_code == 200
        assert put(client, path, "judgement", {"codes": []}, tag).status_code == 403
    assert stranger.get(path).status_code == 403
    assert boss.post(PATH, json={"kind": "random", "charts": 1}).status_code == 403
    codes = [line(c) for c in ("I10", "E11.40", "20610")]
    assert put(auditor, path, "judgement", {"codes": codes}).status_code == 200
    tag = auditor.get(path).headers["ETag"]
    assert put(stranger, path, "answer", {"answer": "acknowledged"}, tag).status_code == 403
    assert put(auditor, path, "answer", {"answer": "acknowledged"}, tag).status_code == 403
    assert stranger.get("/v1/audit-feedback").json()["items"] == []
    assert put(coder, path, "answer", {"answer": "acknowledged"}, tag).json()["state"] == "acknowledged"
    assert json.loads(coder.get("/v1/audit-feedback", params={"status": "judged"}).text)["items"] == []


def test_an_auditor_never_draws_charts_of_their_own(either_desk):
    both = either_desk.user("both", Role.CODER, Role.AUDITOR)
    chart = finalized(either_desk, both)
    refused = both.post(PATH, json={"kind": "rule", "charts": 1, "rule": {"coder": "both"}})
    assert refused.json()["code"] == "invalid_audit"
    auditor = auditor_of(either_desk)
    sample = drawn(auditor, "both")
    assert [i["encounter"] for i in auditor.get(f"{PATH}/{sample['id']}").json()["items"]] == [chart]
