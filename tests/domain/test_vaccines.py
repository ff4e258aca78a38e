"""Codes for giving vaccines, by number, route, age, counseling and payer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.code import CodeRef, CodeSystem
from app.domain.vaccines import VaccineTable, giving


def cpt(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


def hcpcs(code: str) -> CodeRef:
    return CodeRef(CodeSystem.HCPCS, code)


FLU, MIST, PCV, HEPB, DTAP, MMR, ROTA, IPV, TWINRIX, COVID = map(cpt, "90656 90660 90677 90746 90700 90707 90680 90713 90636 91320".split())
TABLE = VaccineTable(
    {FLU: 1, MIST: 1, PCV: 1, HEPB: 1, DTAP: 3, MMR: 3, ROTA: 1, IPV: 1, TWINRIX: 2},
    frozenset({MIST, ROTA}),
    {COVID: cpt("90480")},
    {FLU: hcpcs("G0008"), MIST: hcpcs("G0008"), PCV: hcpcs("G0009"), HEPB: hcpcs("G0010")},
)


@pytest.mark.parametrize(
    ("products", "age", "counseled", "medicare", "expected"),
    [
        ([FLU], 40, False, False, {"90471": 1}),
        ([FLU, PCV, HEPB], 40, False, False, {"90471": 1, "90472": 2}),
        ([MIST], 30, False, False, {"90473": 1}),
        ([MIST, ROTA], 5, False, False, {"90473": 1, "90474": 1}),
        ([DTAP, ROTA], 0, False, False, {"90471": 1, "90474": 1}),
        ([DTAP, IPV, ROTA], 0, False, False, {"90471": 1, "90472": 1, "90474": 1}),
        ([DTAP, IPV, ROTA], 0, True, False, {"90460": 3, "90461": 2}),
        ([MMR], 18, True, False, {"90460": 1, "90461": 2}),
        ([MMR], 19, True, False, {"90471": 1}),
        ([MMR], None, True, False, {"90471": 1}),
        ([FLU], 12, True, False, {"90460": 1}),
        ([TWINRIX], 40, False, False, {"90471": 1}),
        ([COVID], 40, False, False, {"90480": 1}),
        ([COVID, FLU], 40, False, False, {"90480": 1, "90471": 1}),
        ([COVID, DTAP], 4, True, False, {"90480": 1, "90460": 1, "90461": 2}),
        ([FLU], 70, False, True, {"G0008": 1}),
        ([FLU, PCV, MMR], 70, False, True, {"G0008": 1, "G0009": 1, "90471": 1}),
        ([HEPB], 50, False, True, {"G0010": 1}),
        ([FLU], 70, False, None, {"90471": 1}),
        ([], 40, False, False, {}),
    ],
)
def test_giving_is_counted_by_number_route_counseling_and_payer(products, age, counseled, medicare, expected):
    found = giving(products, TABLE, age=age, counseled=counseled, medicare=medicare)
    assert {line.ref.code: line.units for line in found.lines} == expected


def test_the_codes_of_medicare_are_told_beside_the_others_where_only_the_age_speaks_for_it():
    assert [line.ref.code for line in giving([FLU, MMR], TABLE, age=70, counseled=False, medicare=None).medicare] == ["G0008"]
    assert giving([FLU], TABLE, age=70, counseled=False, medicare=False).medicare == ()


@given(products=st.lists(st.sampled_from(sorted(TABLE.products)), unique=True), age=st.none() | st.integers(0, 90), counseled=st.booleans())
def test_each_vaccine_is_given_once_and_one_at_most_is_the_first(products, age, counseled):
    lines = {line.ref.code: line.units for line in giving(products, TABLE, age=age, counseled=counseled, medicare=False).lines}
    assert sum(units for code, units in lines.items() if code != "90461") == len(products)
    assert lines.get("90471", 0) + lines.get("90473", 0) <= 1
    assert lines.get("90461", 0) in (0, sum(TABLE.products[p] - 1 for p in products))


@given(st.permutations(sorted(TABLE.products)[:5]))
def test_the_order_of_the_vaccines_makes_no_difference(products):
    def counted(given):
        return {line.ref: line.units for line in giving(given, TABLE, age=30, counseled=False, medicare=False).lines}

    assert counted(products) == counted(sorted(products))
