from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.code import CodeRef, CodeSystem
from app.domain.units import dose_units, timed_units

A, B, C = (CodeRef(CodeSystem.CPT, code) for code in ("97110", "97140", "97530"))


@pytest.mark.parametrize(
    ("amount", "unit", "dose", "units"),
    [
        (60, "mg", "15 mg", 4),
        (30, "mg", "15 mg", 2),
        (40, "mg", "10 mg", 4),
        (1, "g", "250 mg", 4),
        (1.2, "million units", "100,000 units", 12),
        (4, "mg", "1 mg", 4),
        (10, "mg", "15 mg", 1),
        (16, "mg", "15 mg", 2),
        (500, "mcg", "0.1 mg", 5),
        (100, "units", "1 unit", 100),
        (1000, "ml", "1000 ml", 1),
        (5, "ml", "10 mg", None),
        (0, "mg", "10 mg", None),
        (5, "drops", "10 mg", None),
        (5, "mg", "one vial", None),
    ],
)
def test_units_of_a_drug_are_the_dose_by_the_amount_in_one_unit_begun_ones_in_full(amount: float, unit: str, dose: str, units: int | None) -> None:
    assert dose_units(amount, unit, dose) == units


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        ({A: 7}, {}),
        ({A: 8}, {A: 1}),
        ({A: 22}, {A: 1}),
        ({A: 23}, {A: 2}),
        ({A: 37}, {A: 2}),
        ({A: 38}, {A: 3}),
        # The examples of the Claims Processing Manual, chapter 5, section 20.2.
        ({A: 24, B: 23}, {A: 2, B: 1}),
        ({A: 20, B: 20}, {A: 2, B: 1}),
        ({A: 33, B: 7}, {A: 2, B: 1}),
        ({A: 18, B: 13, C: 10}, {A: 1, B: 1, C: 1}),
        ({A: 7, B: 7, C: 7}, {A: 1}),
    ],
)
def test_timed_services_follow_the_eight_minute_rule(minutes: dict[CodeRef, float], units: dict[CodeRef, int]) -> None:
    assert timed_units(minutes) == units


@given(st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, 120), max_size=3))
def test_the_units_of_all_timed_services_are_those_of_their_minutes_together(minutes: dict[CodeRef, int]) -> None:
    units = timed_units({ref: float(m) for ref, m in minutes.items()})
    assert sum(units.values()) <= (sum(minutes.values()) + 7) // 15
    assert all(n > 0 for n in units.values())
