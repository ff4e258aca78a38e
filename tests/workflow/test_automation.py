"""Charts that need no person: marked, switched on, finalised, audited, taken back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.audit import Actor
from app.domain.audits.item import AuditItem, ItemState
from app.domain.audits.judgement import Judgement
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size, draw
from app.domain.automation.certificate import RevokeReason
from app.domain.automation.switch import AutoFinalization, Switch
from app.domain.code import CodeSystem
from app.domain.people import AUTOMATION, Principal, PrincipalKind, Role
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.automation.audit import SendToAudit, Waiting
from app.usecases.charts.desk import Desk
from tests.certificates import HYPERTENSION, certificate
from tests.charts import HTN, NOW, finalized
from tests.store.databases import migrated, postgres_url, sqlite_url
from tests.usecases.fake_records import FakeWork
from tests.workflow.desk import BODY, desk_over

BOSS = Actor(Principal(PrincipalKind.PERSON, "boss", "boss", frozenset({Role.MANAGER})))
RELEASES = {CodeSystem.ICD10CM: "2026-04", CodeSystem.CPT: "2026-04"}
SWITCH = "/v1/automation/slices/ICD-10-CM/outpatient/I10"
NOTE = [{"title": "Visit", "text": "Hypertension."}]


def now():
    return datetime.fromtimestamp(time.time(), UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request, tmp_path_factory):
    if request.param == "sqlite":
        with migrated(sqlite_url(tmp_path_factory.mktemp("automation"))) as engine:
            yield engine
    else:
        with postgres_url() as url, migrated(url) as engine:
            yield engine


@pytest.fixture(scope="module")
def work(engine):
    return SqlWork(engine, Seal())


@pytest.fixture(scope="module")
def desk(work):
    with desk_over(work, audit_share=1.0) as desk:
        desk.user("coder", Role.CODER)
        yield desk


@pytest.fixture(scope="module")
def boss(desk):
    return desk.user("boss", Role.MANAGER)


@pytest.fixture
def issued(desk, work):
    """A certificate for hypertension that stands, whatever tests before did to others; its slice is off."""
    made = certificate(now=now())
    with work() as w:
        for old in w.certificates.standing():
            w.certificates.end(old.end(now(), RevokeReason.SUPERSEDED))
        w.certificates.add(made)
        w.automation.put(Switch(HYPERTENSION, False, "nobody", now(), "as a test begins"))
    desk.workflow.certificates._read_at = None
    return made


def submitted(desk, notes=NOTE, **changes):
    """A new encounter outside the random slice."""
    while True:
        answer = desk.machine().post("/v1/encounters", json={**BODY, "notes": notes, **changes})
        assert answer.status_code == 201, answer.text
        if not answer.json()["random_slice"]:
            return answer.json()


def switched(boss, on=True):
    answer = boss.put(SWITCH, json={"on": on, "reason": "the audits of May are fine"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def judged(desk, work, encounters, right):
    """An auditor's judgement on each encounter: the code is right or is not."""
    auditor = "auditor-1"
    lines = (AuditedLine(HTN, "Essential hypertension"),) if right else ()
    drawn = now()
    sample = Sample(
        f"s{drawn.timestamp():.6f}".replace(".", ""), "Automatic", SampleKind.RULE, ChartRule(coder="automation"), Size(charts=len(encounters)),
        False, auditor, auditor, drawn, "0", len(encounters), "0" * 64,
    )  # fmt: skip
    items = [AuditItem(sample.id, i, sample.kind, e, 1, "automation", auditor, False) for i, e in enumerate(encounters, 1)]
    with work() as w:
        w.audits.add(sample, items)
        for item in items:
            after = replace(item, judgements=(Judgement(auditor, now(), lines, ()),), state=ItemState.JUDGED)
            w.audits.save(item, after, ())


def test_a_certified_code_is_marked_with_its_certificate_and_others_are_not(desk, issued):
    chart = submitted(desk, [{"title": "Visit", "text": "Hypertension. Chest pain."}])
    marks = {c["code"]: c["auto"] for c in chart["codes"] if c["origin"] == "suggested"}
    assert marks["R07.9"] is None
    assert marks["I10"]["certificate"] == issued.id
    assert (marks["I10"]["target"], marks["I10"]["confidence_level"], marks["I10"]["threshold"]) == (0.95, 0.9, 0.9)
    body = {"text": "Hypertension. Chest pain.", "encounter": {"setting": "outpatient"}}
    codes = desk.machine().post("/v1/suggestions", json=body).json()["codes"]
    assert {c["code"]: (c["auto"] or {}).get("certificate") for c in codes} == {"I10": issued.id, "R07.9": None}
    inpatient = desk.machine().post("/v1/suggestions", json={**body, "encounter": {"setting": "inpatient"}}).json()["codes"]
    assert all(c["auto"] is None for c in inpatient)


def test_nothing_is_finalised_until_a_manager_switches_the_slice_on_nor_after_it_is_switched_off(desk, boss, issued):
    assert submitted(desk)["status"] == "new"
    assert switched(boss)["on"] is True
    done = submitted(desk)
    assert done["status"] == "finalized"
    assert [d["by"] for d in done["decisions"]] == ["automation"] * len(done["decisions"])
    assert done["finalized"][0]["by"] == "automation"
    assert [c["code"] for c in done["finalized"][0]["codes"]] == ["I10"]
    switched(boss, on=False)
    assert submitted(desk)["status"] == "new"


@pytest.mark.parametrize(
    ("text", "encounter"),
    [
        ("Hypertension. Chest pain.", BODY["encounter"]),
        ("Hypertension. Type 2 diabetes.", BODY["encounter"]),
        ("Nothing to see.", BODY["encounter"]),
        ("Hypertension.", {**BODY["encounter"], "setting": "inpatient"}),
        ("Hypertension.", {**BODY["encounter"], "setting": "unknown"}),
    ],
    ids=["a code without a mark", "a candidate to look at", "no code", "another setting", "no setting"],
)
def test_a_chart_that_is_not_wholly_certified_waits_for_a_person(desk, boss, issued, text, encounter):
    switched(boss)
    assert submitted(desk, [{"title": "Visit", "text": text}], encounter=encounter)["status"] == "new"


def test_the_random_slice_always_waits_for_a_person(desk, boss, issued):
    switched(boss)
    slices = []
    while True not in [s for s, _ in slices]:
        chart = desk.machine().post("/v1/encounters", json={**BODY, "notes": NOTE}).json()
        slices.append((chart["random_slice"], chart["status"]))
    assert set(slices) <= {(False, "finalized"), (True, "new")}


def test_a_certificate_that_ended_marks_and_finalises_nothing(desk, boss, work, issued):
    switched(boss)
    answer = boss.post(f"/v1/certificates/{issued.id}/revocation", json={"reason": "complaints of the payer"})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["reason"], answer.json()["on"]) == ("revoked", "by_hand", False)
    # The mark may be two seconds old; what is finalised is asked anew.
    assert submitted(desk)["status"] == "new"
    desk.workflow.certificates._read_at = None
    assert [c["auto"] for c in submitted(desk)["codes"] if c["code"] == "I10"] == [None]
    assert boss.post(f"/v1/certificates/{issued.id}/revocation", json={"reason": "again"}).json()["code"] == "certificate_ended"
    assert boss.put(SWITCH, json={"on": True, "reason": "x"}).json()["code"] == "invalid_automation"


def test_it_is_for_one_bundle_one_release_and_one_time(desk, work, issued):
    old = certificate(now=now() - timedelta(days=100))
    for reason, bundle, releases in (
        (RevokeReason.BUNDLE, "another", RELEASES),
        (RevokeReason.RELEASE, issued.bundle_id, {**RELEASES, CodeSystem.ICD10CM: "2026-10"}),
    ):
        made = certificate(now=now())
        with work() as w:
            w.certificates.add(made)
        assert made.id in {c.id for c in desk.workflow.watch(bundle, releases)}
        with work() as w:
            assert w.certificates.get(made.id).reason is reason
    with work() as w:
        w.certificates.add(old)
    assert old.id not in {c.id for c in desk.workflow.watch(old.bundle_id, RELEASES)}
    shown = {s.certificate.id: s.state.value for s in desk.workflow.automation.certificates(BOSS)}
    assert shown[old.id] == "expired"


def test_audits_revoke_what_does_not_hold_and_everything_is_taken_back(desk, boss, work, issued):
    switched(boss)
    encounters = [submitted(desk)["id"] for _ in range(12)]
    judged(desk, work, encounters[:2], right=True)
    assert desk.workflow.watch(issued.bundle_id, RELEASES) == []
    assert boss.get(f"/v1/certificates/{issued.id}").json()["watch"]["charts"] == 2
    judged(desk, work, encounters[2:10], right=False)
    assert [c.reason for c in desk.workflow.watch(issued.bundle_id, RELEASES)] == [RevokeReason.AUDITS]
    shown = boss.get(f"/v1/certificates/{issued.id}").json()
    assert (shown["state"], shown["reason"], shown["on"], shown["finalized"], shown["sampled"]) == ("revoked", "audits", False, 12, 12)
    assert shown["watch"]["evidence"] >= shown["watch"]["revoked_at"] == 20
    last = boss.get("/v1/events", params={"limit": 500}).json()["events"][-1]
    assert (last["type"], last["encounter"], last["data"]["reason"]) == ("certificate.revoked", "", "audits")
    # One was taken up by a person meanwhile and is left alone.
    first = boss.get(f"/v1/encounters/{encounters[0]}")
    assert boss.write("POST", f"/v1/encounters/{encounters[0]}/reopening", first.headers["ETag"], {"reason": "a call"}).status_code == 201
    answer = boss.post(f"/v1/certificates/{issued.id}/reopening", json={"reason": "the certificate broke"})
    assert answer.status_code == 201
    assert sorted(answer.json()["encounters"]) == sorted(encounters[1:])
    assert {boss.get(f"/v1/encounters/{e}").json()["status"] for e in encounters} == {"in_review"}
    assert boss.post(f"/v1/certificates/{issued.id}/reopening", json={"reason": "again"}).json()["encounters"] == []


def test_a_note_that_comes_later_takes_the_chart_up_again_for_a_person(desk, boss, work, issued):
    switched(boss)
    chart = submitted(desk)
    assert chart["status"] == "finalized"
    machine = desk.machine()
    tag = machine.get(f"/v1/encounters/{chart['id']}").headers["ETag"]
    answer = machine.write("POST", f"/v1/encounters/{chart['id']}/notes", tag, {"text": "Chest pain."})
    assert answer.status_code == 201, answer.text
    after = answer.json()
    assert (after["status"], after["version"], after["reopenings"][0]["by"]) == ("in_review", 2, "automation")
    assert len(after["finalized"]) == 1
    with work() as w:
        assert [e.action for e in w.audit.events(subject=chart["id"])][-2:] == ["chart.reopened", "note.added"]


def test_the_drawn_charts_go_to_an_auditor_once_as_a_draw_that_can_be_done_again(desk, boss, work, issued):
    desk.user("judge", Role.AUDITOR)
    switched(boss)
    encounters = {submitted(desk)["id"] for _ in range(5)}
    sent = boss.post("/v1/automation/audits", json={"auditor": "judge", "blind": False})
    assert sent.status_code == 201, sent.text
    with work() as w:
        sample = w.audits.get(sent.json()["sample"]).sample
        items = w.audits.items(sample.id)
        population = {d.chart_id for d in w.audits.drawable(sample.rule, at=sample.drawn_at, not_by=sample.auditor, unaudited=False)}
    assert encounters <= {i.chart_id for i in items} <= population
    assert tuple(i.chart_id for i in items) == draw([i.chart_id for i in items], len(items), sample.seed)
    again = boss.post("/v1/automation/audits", json={"auditor": "judge"})
    assert (again.status_code, again.json()["code"]) == (422, "invalid_automation")
    assert boss.post("/v1/automation/audits", json={"auditor": "coder"}).json()["code"] == "invalid_person"


def test_drawn_charts_reach_the_auditor_with_the_fewest_by_themselves_and_once_an_hour(desk, boss, work, issued):
    desk.user("judge-of-few", Role.AUDITOR)
    switched(boss)
    send, clock = desk.workflow.send_to_audit, [time.time() // 3600 * 3600 + 7_200.0]
    send = SendToAudit(Desk(send._desk.work, lambda: clock[0]), audit_share=1.0)
    encounters = {submitted(desk)["id"] for _ in range(3)}
    assert send.waiting(BOSS) == Waiting(3, auditors=True)
    # Of several processes one makes the sample.
    with ThreadPoolExecutor(4) as pool:
        (sent,) = [s for s in pool.map(lambda _: send.by_itself(), range(4)) if s is not None]
    with work() as w:
        sample = w.audits.get(sent.sample_id).sample
        assert {i.chart_id for i in w.audits.items(sample.id)} == encounters
        assert sample.auditor == w.users.named("judge-of-few").id
        assert (sample.by, sample.blind) == ("automation", True)
        assert [e.action for e in w.audit.events(subject=sample.id)] == ["automation.audited"]
        assert w.audits.waiting()[sample.auditor] == 3
    clock[0] += 1
    assert send.waiting(BOSS).charts == 0
    # What comes later waits for the next hour, and what is with an auditor is not handed over again.
    last = submitted(desk)["id"]
    assert send.by_itself() is None
    clock[0] += 3_600
    sent = send.by_itself()
    with work() as w:
        assert [i.chart_id for i in w.audits.items(sent.sample_id)] == [last]
    clock[0] += 3_600
    assert send.by_itself() is None


def test_without_an_auditor_drawn_charts_wait_and_that_is_told():
    work = FakeWork()
    send = SendToAudit(Desk(work, NOW.timestamp), audit_share=1.0)
    with work() as w:
        w.charts.add(it := finalized(by=AUTOMATION.id, at=NOW - timedelta(hours=1)))
        w.automation.record(AutoFinalization(it.id, it.version, "c", NOW, True, ()))
    assert send.by_itself() is None
    assert send.waiting(BOSS) == Waiting(1, auditors=False)


def test_what_audits_said_of_a_superseded_certificate_counts_on(desk, boss, work, issued):
    switched(boss)
    encounters = [submitted(desk)["id"] for _ in range(6)]
    judged(desk, work, encounters, right=False)
    before = desk.workflow.automation.certificate(BOSS, issued.id).watch
    fresh = certificate(now=now())
    desk.workflow.automation.issue(BOSS, [fresh])
    after = desk.workflow.automation.certificate(BOSS, fresh.id).watch
    assert (after.charts, after.loss) == (before.charts, before.loss) == (6, 6)
    other = certificate(now=now(), target=0.9)
    desk.workflow.automation.issue(BOSS, [other])
    assert desk.workflow.automation.certificate(BOSS, other.id).watch.charts == 0


def test_a_new_certificate_takes_the_place_of_the_old_one(desk, work, issued):
    fresh = certificate(now=now())
    desk.workflow.automation.issue(BOSS, [fresh])
    with work() as w:
        assert w.certificates.get(issued.id).reason is RevokeReason.SUPERSEDED
        assert next(c.id for c in w.certificates.standing() if c.slice == HYPERTENSION) == fresh.id


def test_every_step_is_in_the_audit_trail_and_none_holds_words(desk, boss, work, issued):
    switched(boss)
    chart = submitted(desk)["id"]
    with work() as w:
        trail = [(e.action, e.actor) for e in w.audit.events(subject=chart)]
        about = [e.action for e in w.audit.events(subject=issued.id)]
        assert not any("Hypertension" in e.detail for e in w.audit.events())
    assert ("chart.finalized", "automation") in trail
    assert about == ["automation.switched"]
