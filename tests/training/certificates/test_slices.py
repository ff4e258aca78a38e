"""Which slices are tested, and what the whole charts lack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.automation.audited import AuditedCode, AuditedDraft, digest_of
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from training.certificates.slices import Aim, is_whole, run, slices_of

DAY = datetime(2026, 5, 1, tzinfo=UTC)
AIM = Aim()


def ref(code):
    return CodeRef(CodeSystem.CPT if code[0].isdecimal() else CodeSystem.ICD10CM, code)


def draft(number, *codes, missed=(), waiting=0.0, setting=Setting.OUTPATIENT):
    """Codes as (code, confidence, right)."""
    at = DAY + timedelta(hours=number)
    return AuditedDraft(f"c{number:04}", setting, at, tuple(AuditedCode(ref(c), p, r) for c, p, r in codes), tuple(map(ref, missed)), waiting)


@pytest.fixture(scope="module")
def charts():
    """I10 is always right, I25 never; E11 is too rare for a slice of its own, all of chapter 4 is not."""
    out = []
    for i in range(200):
        codes = [("I10", 0.9, True), ("I25.10", 0.9, False)]
        if i < 120:
            codes.append((f"E{10 + i % 5}.9", 0.8, i % 10 > 0))
        out.append(draft(i, *codes, missed=["J45.909"] if i % 4 == 0 else []))
    return out


def test_a_category_with_enough_charts_has_its_own_slice_and_its_chapter_the_rest(charts):
    named = [(s.family, sorted(without)) for s, without in slices_of(charts, Setting.OUTPATIENT, AIM)]
    assert named == [("I10", []), ("I25", []), ("chapter 4", ["I10", "I25"])]
    few = [draft(i, ("K21.9", 0.9, True), ("99213", 0.9, True)) for i in range(20)]
    named = [(s.system, s.family) for s, _ in slices_of(few, Setting.OUTPATIENT, AIM)]
    assert named == [(CodeSystem.ICD10CM, "other"), (CodeSystem.CPT, "other")]


def test_slices_do_not_follow_from_what_was_right(charts):
    turned = [AuditedDraft(c.id, c.setting, c.at, tuple(AuditedCode(a.ref, a.confidence, not a.right) for a in c.codes)) for c in charts]
    assert slices_of(turned, Setting.OUTPATIENT, AIM) == slices_of(charts, Setting.OUTPATIENT, AIM)


def test_a_threshold_is_found_for_what_is_right_and_for_nothing_else(charts):
    (tests,) = run(charts, AIM)
    found = {t.slice.family: t.threshold for t in tests.slices}
    assert found["I10"] is not None
    assert (found["I10"].value, found["I10"].selected, found["I10"].right) == (0.9, 200, 200)
    assert found["I25"] is None
    assert found["chapter 4"] is None
    basis = tests.basis(found["I10"])
    assert (basis.charts, basis.first, basis.last, basis.digest) == (200, DAY, DAY + timedelta(hours=199), digest_of(charts))


def test_the_order_of_the_charts_changes_nothing(charts):
    assert run(charts[::-1], AIM) == run(charts, AIM)


def test_settings_are_tested_apart(charts):
    mixed = [*charts, *(draft(1000 + i, ("I10", 0.9, False), setting=Setting.INPATIENT) for i in range(100))]
    outpatient, inpatient = run(mixed, AIM)
    assert (outpatient.setting, inpatient.setting) == (Setting.OUTPATIENT, Setting.INPATIENT)
    assert outpatient.slices[0].threshold is not None
    assert inpatient.slices[0].threshold is None


def test_what_whole_charts_lack_is_counted_and_bounded():
    charts = [draft(i, ("I10", 0.9, True), missed=["J45.909", "E11.9"] if i < 20 else []) for i in range(100)]
    charts += [draft(200 + i, ("I10", 0.9, True), ("R05.9", 0.5, False)) for i in range(50)]
    charts += [draft(300 + i, ("I10", 0.9, True), waiting=0.4) for i in range(50)]
    (tests,) = run(charts, AIM)
    assert (tests.missed.charts, tests.missed.incomplete, tests.missed.codes) == (100, 20, 40)
    assert 0.24 < tests.missed.upper < 0.28


def test_a_chart_with_nothing_suggested_is_not_whole():
    assert not is_whole(draft(1), [], AIM)


def test_all_slices_together_ask_for_more():
    # Two slices: 45 charts without a wrong code pass one test at .90, not two together.
    charts = [draft(i, ("I10", 0.9, True)) for i in range(50)] + [draft(100 + i, ("99213", 0.9, True)) for i in range(50)]
    assert [t.threshold is not None for t in run(charts, AIM)[0].slices] == [True, True]
    assert [t.threshold is not None for t in run(charts, Aim(simultaneous=True))[0].slices] == [False, False]
