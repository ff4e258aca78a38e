"""What a certificate covers, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.automation.certificate import Basis, Certificate, CertificateState, CodeSlice, Missed, RevokeReason
from app.domain.automation.families import narrow_family, wide_family
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def certificate(family="chapter 9", without=(), system=CodeSystem.ICD10CM, **changes):
    made = Certificate(
        "c1",
        CodeSlice(system, Setting.OUTPATIENT, family),
        frozenset(without),
        0.9,
        0.95,
        0.9,
        Basis("0" * 64, 200, 100, 99, 0.04, NOW - timedelta(days=30), NOW),
        Missed(50, 10, 12, 0.3),
        "b" * 16,
        {"ICD-10-CM": "2026-04"},
        NOW,
        NOW + timedelta(days=90),
        "command",
    )
    return replace(made, **changes)


def ref(code, system=CodeSystem.ICD10CM):
    return CodeRef(system, code)


@pytest.mark.parametrize(
    ("code", "system", "narrow", "wide"),
    [
        ("E11.9", CodeSystem.ICD10CM, "E11", "chapter 4"),
        ("D49.9", CodeSystem.ICD10CM, "D49", "chapter 2"),
        ("D50.9", CodeSystem.ICD10CM, "D50", "chapter 3"),
        ("H59.89", CodeSystem.ICD10CM, "H59", "chapter 7"),
        ("H60.00", CodeSystem.ICD10CM, "H60", "chapter 8"),
        ("C7A.00", CodeSystem.ICD10CM, "C7A", "chapter 2"),
        ("U07.1", CodeSystem.ICD10CM, "U07", "chapter 22"),
        ("Z99.89", CodeSystem.ICD10CM, "Z99", "chapter 21"),
        ("99213", CodeSystem.CPT, "992", "visits"),
        ("99600", CodeSystem.CPT, "996", "medicine"),
        ("20610", CodeSystem.CPT, "206", "surgery"),
        ("00100", CodeSystem.CPT, "001", "anesthesia"),
        ("71046", CodeSystem.CPT, "710", "radiology"),
        ("0001F", CodeSystem.CPT, "000", "category II and III"),
        ("J1100", CodeSystem.HCPCS, "J11", "letter J"),
        ("0SR90JZ", CodeSystem.ICD10PCS, "0SR", "section 0"),
    ],
)
def test_every_code_has_a_narrow_and_a_wide_family(code, system, narrow, wide):
    assert (narrow_family(ref(code, system)), wide_family(ref(code, system))) == (narrow, wide)


@pytest.mark.parametrize(
    ("family", "without", "code", "held"),
    [
        ("I10", [], "I10", True),
        ("I10", [], "I11.9", False),
        ("chapter 9", [], "I10", True),
        ("chapter 9", ["I10"], "I10", False),
        ("chapter 9", ["I10"], "I11.9", True),
        ("other", ["chapter 9"], "I11.9", False),
        ("other", ["I10"], "I10", False),
        ("other", ["I10"], "E11.9", True),
    ],
)
def test_a_slice_holds_its_family_but_for_what_has_a_slice_of_its_own(family, without, code, held):
    assert certificate(family, without).holds(ref(code), Setting.OUTPATIENT) is held


def test_it_marks_from_its_threshold_on_in_its_setting_and_system():
    made = certificate()
    assert made.marks(ref("I10"), 0.9, Setting.OUTPATIENT)
    assert not made.marks(ref("I10"), 0.8999, Setting.OUTPATIENT)
    assert not made.marks(ref("I10"), 0.99, Setting.INPATIENT)
    assert not made.marks(ref("99213", CodeSystem.CPT), 0.99, Setting.OUTPATIENT)


def test_it_is_for_one_bundle_and_one_release():
    made = certificate()
    assert made.fits("b" * 16, {CodeSystem.ICD10CM: "2026-04", CodeSystem.CPT: "other"})
    assert not made.fits("c" * 16, {CodeSystem.ICD10CM: "2026-04"})
    assert not made.fits("b" * 16, {CodeSystem.ICD10CM: "2026-10"})
    assert not made.fits("b" * 16, {})


def test_it_expires_and_can_be_revoked_once():
    made = certificate()
    assert made.state(NOW) is CertificateState.ACTIVE
    assert made.state(made.expires) is CertificateState.EXPIRED
    ended = made.end(NOW, RevokeReason.AUDITS, "3 of 9")
    assert (ended.state(NOW), ended.reason, ended.note) == (CertificateState.REVOKED, RevokeReason.AUDITS, "3 of 9")
    assert ended.end(NOW, RevokeReason.BY_HAND) is ended
