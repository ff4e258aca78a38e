"""The page of automation in a real browser."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.domain.audit import Actor
from app.domain.automation.certificate import OTHER, CodeSlice, Missed
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.model import Pointer
from app.domain.note_profile import BINS, Profile
from app.domain.people import COMMAND_LINE
from app.domain.training_run import RunStatus
from app.usecases.models.ledger import RunLedger
from tests.browser.workbench import NARROW, WIDE, assert_accessible, assert_fits
from tests.certificates import certificate

pytestmark = pytest.mark.browser
TRAINED = Profile(500, {CodeSystem.ICD10CM: (50,) * BINS}, 50_000, 2_000, {"plan": 30_000}, 500, 900, 800)


@pytest.fixture
def certified(workbench):
    """A certificate with charts to finalise, one that nobody uses, and one that ended."""
    now = datetime.fromtimestamp(time.time(), UTC)
    issue = workbench.workflow.automation.issue
    issue(Actor(COMMAND_LINE), [certificate(now=now - timedelta(days=100))])
    rest = CodeSlice(CodeSystem.CPT, Setting.OUTPATIENT, OTHER)
    made = certificate(now=now)
    issue(Actor(COMMAND_LINE), [made, certificate(rest, now=now, missed=Missed(0, 0, 0, 1.0), without=frozenset({"206"}))])
    workbench.workflow.certificates._read_at = None
    return made


def test_without_a_certificate_it_says_what_to_do_and_automates_nothing(workbench):
    page = workbench.page("/automation", "manager")
    expect(page.get_by_text("No certificate holds, so every chart goes to a person.")).to_be_visible()
    expect(page.get_by_text("Nothing is automated")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


def test_a_manager_switches_on_and_takes_back(workbench, certified):
    watched = workbench.open("/automation", "manager")
    page = watched.page
    card = page.get_by_role("article", name="ICD-10-CM I10, outpatient")
    card.get_by_role("button", name="Switch on").click()
    page.get_by_label("Reason").fill("The audits of May are fine")
    page.get_by_role("dialog").get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("1 of 2 slices on")).to_be_visible()
    send = page.get_by_role("button", name="Send drawn charts to an auditor")
    # A tenth is drawn by ids that are random.
    for _ in range(20):
        workbench.submit(12, "Hypertension.")
        page.reload()
        expect(card.get_by_role("button", name="Re-open its charts")).to_be_visible()
        if send.count():
            break
    send.click()
    page.get_by_label("Name of the auditor").fill("nobody-of-this-name")
    watched.complaints.clear()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("Samples are judged by auditors: there is none of this name")
    watched.complaints.clear()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Re-open its charts").click()
    page.get_by_label("Reason").fill("A wrong rule")
    page.get_by_role("dialog").get_by_role("button", name="Re-open").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    card.get_by_role("button", name="Revoke").click()
    page.get_by_label("Reason").fill("Complaints of the payer")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="revoked by hand Complaints of the payer")).to_be_visible()
    expect(page.get_by_text("Nothing is automated")).to_be_visible()


def test_a_refusal_is_told_in_the_dialog(workbench, certified):
    watched = workbench.open("/automation", "manager")
    page = watched.page
    workbench.workflow.automation.revoke(Actor(_manager(workbench)), certified.id, "meanwhile")
    page.get_by_role("article", name="ICD-10-CM I10, outpatient").get_by_role("button", name="Revoke").click()
    page.get_by_label("Reason").fill("Complaints")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("alert")).to_have_text("The certificate was revoked before")
    watched.complaints.clear()


@pytest.mark.parametrize("user", ["auditor", "engineer"])
def test_others_see_what_they_may_not_change(workbench, certified, user):
    page = workbench.page("/automation", user)
    expect(page.get_by_role("article", name="ICD-10-CM I10, outpatient")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on")).to_have_count(0)
    expect(page.get_by_role("button", name="Revoke")).to_have_count(2 if user == "engineer" else 0)


def test_a_manager_asks_for_a_certification_and_sees_what_came_out(workbench):
    bundle = "fa4e000000000001"
    workbench.workflow.certify._shelf = FakeShelf(bundle)
    watched = workbench.open("/automation", "manager")
    page = watched.page
    page.get_by_role("button", name="Certify now").click()
    row = page.get_by_role("row", name="waits for a worker")
    expect(row).to_be_visible()
    expect(page.get_by_role("button", name="Certify now")).to_be_disabled()
    ((run, _),) = workbench.workflow.certify.newest(Actor(_manager(workbench)))[:1]
    ledger = RunLedger(workbench.workflow.certify._work, time.time, "host:1:x", lease_seconds=60)
    ledger.begin(run.id)
    slices = [
        {"slice": "ICD-10-CM I10, outpatient", "patients": 12, "threshold": None, "selected": 0, "right": 0, "why": "no threshold: a test needs 45"}
    ]
    result = {"charts": 12, "issued": [], "settings": [{"setting": "outpatient", "charts": 12, "slices": slices}]}
    ledger.end(run.id, RunStatus.SUCCEEDED, result=result)
    expect(page.get_by_role("row", name="12 audited charts. No threshold found: nothing is automated")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("row", name="12 audited charts.").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Certification of")
    expect(page.get_by_role("row", name="no threshold: a test needs 45")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_is_accessible_and_fits(workbench, certified, size, scheme):
    page = workbench.page("/automation", "manager", size=size, scheme=scheme)
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Switch on").first.click()
    assert_accessible(page)
    assert_fits(page)


class FakeShelf:
    """A bundle serves."""

    def __init__(self, champion):
        self._champion = champion

    def pointer(self):
        return Pointer(self._champion)


def _manager(workbench):
    return next(u for u in workbench.workflow.accounts.users() if u.name == "manager").principal()
