"""What keeps a chart for a person, and how one is finalised without."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import chart_work
from app.domain.automation.certificate import OTHER, CodeSlice
from app.domain.automation.marking import marked
from app.domain.automation.whole_chart import Hold, done_by, findings_hold, holds, is_sampled, verdicts
from app.domain.chart import ChartNote, NoteDraft
from app.domain.claim import Claim, ProcedureLine
from app.domain.encounter import Encounter, Setting
from app.domain.finding import Check, Finding, Severity
from app.domain.review import Accept
from app.domain.suggestion import Status
from tests.certificates import HYPERTENSION, certificate
from tests.charts import CPT, ENCOUNTER, HTN, INJECTION, KNEE, LEASE, NOW, TEXT, chart, draft, suggestion

SERVICES = CodeSlice(CPT, Setting.OUTPATIENT, OTHER)
HERE, THERE = certificate(), certificate(SERVICES, threshold=0.8, releases={"CPT": "catalogue"})
STANDING = {c.id: c for c in (HERE, THERE)}
ON = frozenset({HYPERTENSION, SERVICES})
SURE, SERVICE = suggestion(HTN, 0.97, Status.SUGGESTED), suggestion(INJECTION, 0.88, Status.SUGGESTED)


def coded(*suggestions, encounter=ENCOUNTER, **changes):
    claim = Claim((HTN,), (ProcedureLine(INJECTION, ("RT",), 2, (HTN,)),))
    made = replace(draft(), suggestions=suggestions, claim=claim, encounter=encounter)
    made = marked(made, STANDING.values(), NOW)
    return chart(drafts=(NoteDraft(1, 1, NOW, made),), encounter=encounter, **changes)


def test_a_chart_that_is_wholly_certified_and_switched_on_needs_no_person():
    assert holds(coded(SURE, SERVICE, suggestion(KNEE, 0.19, Status.CANDIDATE)), STANDING, ON, NOW) == ()


@pytest.mark.parametrize(
    ("it", "why"),
    [
        (coded(SURE, random_slice=True), [Hold.RANDOM_SLICE]),
        (coded(SURE, version=2), [Hold.TOUCHED]),
        (chart_work.claim(coded(SURE), "coder-1", NOW, lease=LEASE), [Hold.TOUCHED]),
        (chart_work.decide(coded(SURE), Accept(HTN), "coder-1", NOW - timedelta(hours=1), lease=LEASE), [Hold.TOUCHED]),
        (coded(), [Hold.NO_CODE]),
        (coded(SURE, suggestion(KNEE, 0.99, Status.SUGGESTED)), [Hold.NOT_MARKED]),
        (coded(suggestion(HTN, 0.89, Status.SUGGESTED)), [Hold.NOT_MARKED]),
        (coded(replace(SURE, site_phrases=("p1",))), [Hold.NOT_MARKED]),
        (coded(SURE, suggestion(KNEE, 0.2, Status.CANDIDATE)), [Hold.CANDIDATE]),
        (coded(SURE, encounter=Encounter(Setting.UNKNOWN)), [Hold.SETTING_UNKNOWN, Hold.NOT_MARKED]),
    ],
)
def test_anything_else_is_for_a_person(it, why):
    assert list(holds(it, STANDING, ON, NOW)) == why


def test_a_candidate_that_a_rule_keeps_back_is_no_open_question():
    assert holds(coded(SURE, replace(suggestion(KNEE, 0.6, Status.CANDIDATE), rule="uncertain")), STANDING, ON, NOW) == ()


def test_every_slice_must_be_on_and_every_certificate_hold_when_it_is_finalised():
    it = coded(SURE, SERVICE)
    assert holds(it, STANDING, ON - {SERVICES}, NOW) == (Hold.SWITCHED_OFF,)
    assert holds(it, {HERE.id: HERE}, ON, NOW) == (Hold.ENDED,)
    assert holds(it, STANDING, ON, HERE.expires) == (Hold.ENDED,)


def test_a_second_note_counts_too():
    it = coded(SURE)
    other = replace(draft(), suggestions=(suggestion(KNEE, 0.99, Status.SUGGESTED),))
    note = ChartNote(2, 1, "", TEXT, NOW, "ehr")
    assert holds(chart_work.put_note(it, note, other), STANDING, ON, NOW) == (Hold.NOT_MARKED,)


@pytest.mark.parametrize(
    ("severity", "check", "held"),
    [("block", "found", True), ("warn", "found", True), ("info", "found", False), ("block", "not_checked", False)],
)
def test_rules_that_warn_call_a_person(severity, check, held):
    assert findings_hold([Finding("r", Severity(severity), (), "m", "c", check=Check(check))]) is held


def test_it_is_finalised_as_the_claim_has_it():
    it = coded(SERVICE, SURE)
    for verdict in verdicts(it):
        it = chart_work.decide(it, verdict, "automation", NOW, lease=LEASE)
    done = chart_work.finalize(it, (), "automation", NOW)
    first, second = done.finalized[0].lines
    assert (first.ref, second.ref) == (HTN, INJECTION)
    assert (second.modifiers, second.units, second.pointers) == (("RT",), 2, (HTN,))
    assert {(d.certificate, tuple(c.ref for c in d.codes)) for d in done_by(done, NOW, sampled=True)} == {(HERE.id, (HTN,)), (THERE.id, (INJECTION,))}


def test_a_share_of_charts_is_drawn():
    ids = [secrets.token_hex(12) for _ in range(20_000)]
    assert 1_800 < sum(is_sampled(i, 0.1) for i in ids) < 2_200
    assert all(is_sampled(i, 1.0) and not is_sampled(i, 0.0) for i in ids[:100])
    assert {i for i in ids if is_sampled(i, 0.1)} <= {i for i in ids if is_sampled(i, 0.2)}
