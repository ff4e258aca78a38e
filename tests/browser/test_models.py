"""The pages of bundles and training runs."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.classifier.shelf import BundleShelf
from app.domain.code import CodeRef, CodeSystem
from app.domain.gate import Calibrated, Compared, Cost, judge
from app.domain.model import ModelRecord
from app.domain.training_run import RunStatus, RunStep, RunTrigger, TrainingRun
from app.usecases.models.ledger import RunLedger
from app.usecases.records.models import Shadowed
from tests.browser.workbench import NARROW, WIDE, assert_accessible, assert_fits
from tests.training import world
from training import promote as promotion

pytestmark = pytest.mark.browser
RUN = "a" * 24
SHOTS = os.environ.get("CHARTCODER_SHOTS")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory, module_workbench):
    """Champion, a worse challenger, and a better one that is a shadow."""
    models = tmp_path_factory.mktemp("models")
    names = [world.bundle(models, seed=seed, created=f"2026-01-0{seed}T00:00:00+00:00").name for seed in (1, 2, 3)]
    promotion.promote(models, models / names[0])
    shelf = BundleShelf(models, lambda: "k")
    module_workbench.workflow.models._shelf = module_workbench.workflow.training._shelf = shelf
    chart = module_workbench.submit()[0]
    now = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    whole = Compared("all", "ICD-10-CM", "", "", 120, 410, 0.61, 0.55, -0.06, -0.09, -0.02, 0.002)
    rows = [
        whole,
        replace(whole, slice="setting", value="inpatient", documents=40),
        replace(whole, system="CPT", challenger=0.62, difference=0.01, p=0.6),
    ]
    worse = judge(names[0], names[1], rows, [Calibrated("all", "ICD-10-CM", 120, 0.03, 0.04)], Cost(11.0, 12.5, 9_000_000, 9_500_000), documents=120)
    better = judge(names[0], names[2], [replace(whole, challenger=0.68, difference=0.07, low=0.03, high=0.1)], [], None, documents=120)
    with module_workbench.workflow.models._work() as work:
        work.models.put(ModelRecord(names[1], now, RUN, now, worse))
        work.models.put(ModelRecord(names[2], now, "", None, better, shadow_since=now))
        work.models.add_shadowed(Shadowed(chart, 1, 1, names[2], names[0], now, 2, (CodeRef(CodeSystem.ICD10CM, "I10"),), ()))
        run = TrainingRun(RUN, RunTrigger.PERSON, "engineer", now, status=RunStatus.SUCCEEDED, step=RunStep.REGISTER, share=1.0, bundle_id=names[1])
        result = {"charts": {"train": 480, "frozen": 80, "recent": 40}, "verdict": "worse", "reasons": list(worse.reasons), "promoted": False}
        work.runs.add(replace(run, result=result, ended_at=now))
        for text in ("480 charts to train on, 80 frozen, 40 newest held out", "Reading notes", f"bundle {names[1]}"):
            work.runs.say(RUN, now, text)
    return names


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_the_pages_are_accessible_and_fit(workbench, bundles, size, scheme):
    paths = {
        "models": "/models",
        "worse": f"/models/{bundles[1]}",
        "shadow": f"/models/{bundles[2]}",
        "runs": "/training-runs",
        "run": f"/training-runs/{RUN}",
    }
    for name, path in paths.items():
        page = workbench.page(path, "engineer", size=size, scheme=scheme)
        assert_accessible(page)
        assert_fits(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{size[0]}-{scheme}.png", full_page=True)


def test_a_worse_challenger_is_promoted_only_with_a_reason_and_rolled_back(workbench, bundles):
    page = workbench.page(f"/models/{bundles[1]}", "engineer")
    expect(page.locator("#gate .badge")).to_have_text("worse")
    page.get_by_role("button", name="Promote").click()
    page.get_by_role("button", name="Override and promote").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Why promote it all the same?").fill("old charts were coded by other habits")
    page.get_by_role("button", name="Override and promote").click()
    expect(page.locator(".page-head .badge")).to_have_text("champion")
    page.get_by_role("button", name=f"Roll back to {bundles[0]}").click()
    expect(page.locator(".page-head .badge")).to_have_text("rejected")


def test_a_run_is_asked_for_followed_and_cancelled(workbench, bundles):
    page = workbench.page("/training-runs", "engineer")
    page.get_by_role("button", name="Train now").click()
    expect(page.locator("#says")).to_have_text("waits for a worker: chartcoder worker")
    run_id = page.url.rsplit("/", 1)[1]
    ledger = RunLedger(workbench.workflow.models._work, time.time, "w:1:x", lease_seconds=600)
    ledger.begin(run_id)
    ledger.tell(run_id, RunStep.FIT, 0.4)
    ledger.say(run_id, "Fitting the ranker")
    expect(page.locator("#lines")).to_contain_text("Fitting the ranker")
    expect(page.locator("#steps [aria-current]")).to_have_text("fit")
    assert_accessible(page)
    # The button is disabled before the service has heard of it; a run that has ended by then can't be cancelled.
    with page.expect_response("**/cancellation"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()
    ledger.end(run_id, RunStatus.CANCELLED)
    expect(page.locator(".page-head .badge")).to_have_text("cancelled")


def test_who_may_not_promote_sees_no_button_for_it(workbench, bundles):
    page = workbench.page(f"/models/{bundles[1]}", "manager")
    expect(page.get_by_role("button", name="Promote")).to_have_count(0)
    expect(page.locator("#gate")).to_be_visible()
    refused = workbench.open("/models", "coder")
    refused.complaints.clear()
    expect(refused.page.get_by_role("heading", level=1)).not_to_have_text("Models")
