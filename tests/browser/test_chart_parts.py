"""The parts of the chart page: its fold, its keys, notes and versions, queries, the clock, the next chart."""

from __future__ import annotations

import random
import time

import pytest
from playwright.sync_api import Page, expect

from app.api.schemas import basis_mapping
from app.api.schemas import chart_mapping as mapping
from app.demonstration import PASSWORD
from app.domain import chart_work
from app.domain.chart import Chart
from app.domain.code import CodeRef
from app.domain.errors import InvalidDecision
from app.domain.note import ClinicalNote, TextSpan
from app.domain.review import Accept, Add, Modify, NoteSpan, Point, Reject, RejectReason, Reorder, Replace, Undo, Verdict
from app.usecases.charts.basis import ShowBasis
from app.usecases.charts.submit import TitledNote
from tests.benchmarks import chart_page as speed
from tests.browser.test_chart import chart, kept, opened, saved, selected, state
from tests.browser.workbench import _EHR as EHR
from tests.browser.workbench import TEXT, Workbench
from tests.charts import CHEST, DM, HTN, ICD, INJECTION, KNEE, LEASE, NOW
from tests.charts import chart as drafted_chart

pytestmark = pytest.mark.browser
OTHER = CodeRef(ICD, "Z79.4")
_FOLD = """
async ([basis, decisions, titles]) => {
  const { fold } = await import("/static/chart/fold.js");
  return fold(basis, decisions, new Map(titles));
}
"""


def said(dice: random.Random, count: int) -> Verdict:
    refs = [DM, HTN, KNEE, INJECTION, CHEST, OTHER]
    ref = dice.choice(refs)
    kind = dice.randrange(9)
    some = tuple(dice.sample(refs, dice.randint(1, 3)))
    words = (NoteSpan(1, 1, TextSpan(dice.randrange(4), dice.randrange(5, 9))),)
    return [
        Accept(ref), Accept(ref), Reject(ref, dice.choice(list(RejectReason))), Replace(ref, dice.choice(refs), "title"), Add(ref, "title", words),
        Modify(ref, ("RT",), dice.randint(1, 3)), Point(ref, some), Reorder(some), Undo(dice.randint(1, max(count, 1))),
    ][kind]  # fmt: skip


def decided(seed: int) -> Chart:
    """A chart with whatever a coder may do to it, in any order."""
    dice, found = random.Random(seed), drafted_chart()
    for _ in range(40):
        try:
            found = chart_work.decide(found, said(dice, len(found.decisions)), "coder", NOW, lease=LEASE)
        except InvalidDecision:
            continue
    return found


def test_the_page_folds_decisions_as_the_service_does(workbench: Workbench):
    page = workbench.page("/sign-in")
    show = ShowBasis(None, lambda text: ())
    for seed in range(40):
        found = decided(seed)
        answer = mapping.encounter_response(found)
        titles = [[f"{c['system']} {c['code']}", c["display"]] for c in answer["codes"]]
        folded = page.evaluate(_FOLD, [basis_mapping.basis(show._basis(found)), answer["decisions"], titles])
        for mine, theirs in zip(folded, answer["codes"], strict=True):
            assert mine == theirs, seed


def test_keys_are_chosen_refused_when_taken_kept_and_reset(workbench):
    page = chart(workbench)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Change the key for: Accept the code").click()
    page.keyboard.press("j")
    expect(keys.get_by_role("alert")).to_contain_text("is the key for “Next code”")
    keys.get_by_role("button", name="Change the key for: Accept the code").click()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    expect(page.locator('[data-deed="accept"]')).to_contain_text("y")
    page.reload()
    opened(page)
    page.keyboard.press("a")
    assert state(page, "I10") == "open"
    page.keyboard.press("y")
    assert state(page, "I10") == "accepted"
    page.keyboard.press("?")
    keys.get_by_role("button", name="Reset").click()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert state(page, "E11.40") == "accepted"


def test_single_keys_can_be_switched_off(workbench):
    page = chart(workbench)
    page.keyboard.press("?")
    page.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("1")
    assert (state(page, "I10"), selected(page)) == ("open", "I10")
    page.get_by_role("button", name="Accept").click()
    assert state(page, "I10") == "accepted"


def test_each_note_and_each_earlier_version_has_its_tab(workbench):
    (chart_id,) = workbench.submit(1)
    submit = workbench.workflow.submit
    submit.correct_note(EHR, chart_id, 1, TitledNote(ClinicalNote(f"Corrected. {TEXT}"), "Progress note"), revision=1)
    submit.add_note(EHR, chart_id, TitledNote(ClinicalNote("Right knee pain."), "Addendum"), revision=2)
    page = opened(workbench.page(f"/charts/{chart_id}", "coder"))
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Progress note", "Addendum", "Progress note · version 1"]
    page.locator('.code[data-code="M25.561"] .row').click()
    expect(page.get_by_role("tab", name="Addendum")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel")).to_have_text("Right knee pain.")
    tabs.nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tabpanel").inner_text() == TEXT


def test_a_suppressed_code_says_by_which_rule_and_can_be_accepted_all_the_same(workbench):
    page = chart(workbench)
    row = page.locator('[data-kind="suppressed"] .code[data-code="R07.9"] .row')
    expect(row).to_contain_text("the note says it is absent (negated)")
    row.click()
    assert page.locator(".reading .cue").all_inner_texts() == ["Denies"]
    page.keyboard.press("a")
    assert next(line for line in kept(workbench, page).coding().lines if line.ref.code == "R07.9").state.value == "accepted"


def test_a_query_is_checked_while_it_is_typed(workbench):
    page = chart(workbench)
    page.keyboard.press("q")
    form = page.get_by_role("form", name="Query to the physician")
    expect(form.get_by_role("button", name="Send")).to_be_enabled()
    question = form.get_by_label("Question").input_value()
    form.get_by_label("Question").fill("Please document sepsis so that we can bill it.")
    expect(form).to_contain_text("leave it out: only the patient's care may be asked about")
    expect(form.get_by_role("button", name="Send")).to_be_disabled()
    form.get_by_label("Question").fill(question)
    form.get_by_role("button", name="Save draft").click()
    expect(page.locator("#queries .badge")).to_have_text("Draft")
    page.get_by_role("button", name="Edit").click()
    form.get_by_role("button", name="Send").click()
    expect(page.locator("#queries .badge")).to_have_text("Sent")
    assert [query.status.value for query in kept(workbench, page).queries] == ["sent"]


def test_seconds_count_while_somebody_is_at_work_and_stop_when_nobody_is(workbench):
    (chart_id,) = workbench.submit(1)
    watched = workbench.open("/sign-in", "coder")
    page = watched.page
    page.clock.install()
    page.goto(f"{workbench.url}/charts/{chart_id}")
    opened(page)
    page.clock.run_for(30_000)
    page.keyboard.press("j")
    page.clock.run_for(20_000)
    expect(page.locator("#timer")).to_have_text("0:50")
    page.clock.run_for(600_000)
    expect(page.locator("#timer")).to_have_text("1:30")


def test_the_next_chart_is_read_before_it_is_needed(workbench):
    first, second = workbench.submit(2, external_id="pair")
    watched = workbench.open(f"/charts/{first}?external_id=pair-2", "coder")
    page = opened(watched.page)
    saved(page)
    page.wait_for_load_state("networkidle")
    page.route("**/basis", lambda route: route.abort())
    for key in ("a", "a", "a", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.locator("#said")).to_contain_text("Now pair-2")
    assert page.url.split("/")[-1].split("?")[0] == second
    page.unroute("**/basis")
    watched.complaints.clear()


def test_what_was_decided_without_a_session_is_written_after_signing_in_again(workbench):
    watched = workbench.open(f"/charts/{workbench.submit(1)[0]}", "coder")
    page = opened(watched.page)
    saved(page)
    watched.context.clear_cookies()
    page.keyboard.press("a")
    page.wait_for_url("**/sign-in**")
    page.get_by_label("Name").fill("coder")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/charts/**")
    expect(page.locator('.code[data-code="I10"]')).to_have_attribute("data-state", "accepted")
    assert len(kept(workbench, page).decisions) == 1
    watched.complaints.clear()


def test_the_words_of_the_visit_level_are_shown(workbench: Workbench):
    page: Page = chart(workbench, "Return visit.\nHypertension, not at goal: start amlodipine.")
    panel = page.get_by_role("region", name="Visit level")
    expect(panel).to_contain_text("99214 by decision making")
    panel.get_by_role("button", name="amlodipine").click()
    assert page.locator(".reading .lit").all_inner_texts() == ["amlodipine"]


def test_a_long_note_with_many_codes_is_about_as_quick_as_a_short_one(workbench: Workbench):
    best = []
    for characters, codes in ((1_000, 4), (speed.CHARACTERS, speed.CODES)):
        chart_id = speed.submitted(workbench, characters, codes)
        computed = min(speed.opening(workbench, chart_id, 12, time.process_time))
        painted = min(speed.painting(workbench.page(f"/charts/{chart_id}", "coder"), "jajajajk"))
        best.append((computed, painted))
    small, large = best
    # Ten times the codes and twenty times the note: far from that many times the time, whatever else the machine does.
    assert large[0] < 8 * small[0]
    assert large[1] < 8 * max(small[1], 8)
