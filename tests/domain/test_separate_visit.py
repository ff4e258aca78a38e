"""Which services ask for modifier 25 on the visit beside them."""

from __future__ import annotations

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.separate_visit import Beside, beside, is_visit


def cpt(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (Beside.MINOR, "10060 11042 11102 11402 12002 17000 17110 20610 29515 30901 31231 36556 43239 45385 57454 58300 62270 65222 69210 98925"),
        (Beside.GIVEN, "90460 90471 90473 90480 94010 94640 95004 95115 96360 96365 96372 96374 96413"),
        (Beside.MAJOR, "19301 25605 27447 29881 33533 44970 47562 52601 58661 60240 63047"),
        (None, "36415 71046 80053 85025 93000 93306 99213 81002 59400 90686"),
    ],
)
def test_a_service_asks_for_what_its_kind_does(kind, codes):
    assert {code: beside(cpt(code)) for code in codes.split()} == dict.fromkeys(codes.split(), kind)


def test_codes_of_other_systems_ask_for_nothing():
    assert beside(CodeRef(CodeSystem.HCPCS, "J3301")) is None
    assert beside(CodeRef(CodeSystem.ICD10CM, "I10")) is None


def test_visits_are_told_from_prolonged_service_and_telephone_calls():
    assert all(is_visit(cpt(c)) for c in "99202 99211 99215 99223 99233 99239 99245 99255 99285 99291 99306 99349 99381 99397 92014".split())
    assert not any(is_visit(cpt(c)) for c in "99417 99358 99292 99441 99406 90791 20610".split())
