from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.code import CodeRef, CodeSystem
from app.domain.family import ASK, Detail, Family, Further, Member, Range, Unknown, added, choose, ranges, with_margins
from app.domain.note import TextSpan


def ref(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


def at(dimension: str, value: float | str, begin: int = 0) -> Detail:
    return Detail(dimension, value, TextSpan(begin, begin + 3))


KEYS = ["to 0.5", "to 1", "to 2", "over 2"]
SIZES = dict(ranges(KEYS))
FAMILY = Family(
    "excision",
    ("site", "size"),
    tuple(Member(ref(f"{site[0]}{i}"), {"site": site, "size": SIZES[key]}) for site in ("face", "trunk") for i, key in enumerate(KEYS)),
    missing={"size": "smallest"},
    further={ref("t3"): Further(ref("more"), "size", after=2, per=5, least=0.01, most=9)},
)


@pytest.mark.parametrize(("size", "member"), [(0.1, 0), (0.5, 0), (0.51, 1), (0.6, 1), (1, 1), (1.1, 2), (2, 2), (2.1, 3), (40, 3)])
def test_the_range_that_holds_the_size_is_chosen_at_every_boundary(size: float, member: int) -> None:
    chosen = choose(FAMILY, {"site": ("face", "face", ()), "size": (size, f"{size} cm", ())})
    assert [one.ref for one in chosen] == [ref(f"f{member}")]


def test_no_size_documented_is_the_smallest_and_says_so() -> None:
    chosen = choose(FAMILY, {"site": ("trunk", "trunk", ())})
    assert not isinstance(chosen, Unknown)
    assert chosen[0].ref == ref("t0")
    assert "no size documented" in chosen[0].reason


def test_a_dimension_without_a_default_is_asked_for() -> None:
    assert choose(FAMILY, {"size": (1.0, "1 cm", ())}) == Unknown("site")
    assert FAMILY.missing.get("site", ASK) == ASK


def test_an_add_on_counts_begun_pieces_beyond_the_first_code() -> None:
    chosen = choose(FAMILY, {"site": ("trunk", "trunk", ()), "size": (7.1, "7.1 cm", ())})
    assert [(one.ref, one.units) for one in chosen] == [(ref("t3"), 1), (ref("more"), 2)]


@pytest.mark.parametrize(
    ("after", "per", "least", "most", "amount", "units"),
    [
        (1, 1, 0.01, 13, 1, 0),
        (1, 1, 0.01, 13, 3, 2),
        (1, 1, 0.01, 13, 14, 13),
        (20, 20, 0.01, 99, 20, 0),
        (20, 20, 0.01, 99, 20.1, 1),
        (20, 20, 0.01, 99, 45, 2),
        (60, 60, 31, 99, 90, 0),
        (60, 60, 31, 99, 91, 1),
        (60, 60, 31, 99, 150, 1),
        (60, 60, 31, 99, 151, 2),
    ],
)
def test_add_on_units_by_table(after: float, per: float, least: float, most: int, amount: float, units: int) -> None:
    assert Further(ref("x"), "count", after, per, least, most).units(amount) == units


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["to 2.5", "to 7.5"], [Range(0, 2.5), Range(2.5, 7.5, open_low=True)]),
        (["1", "2 to 4", "over 4"], [Range(1, 1), Range(2, 4), Range(4, math.inf, open_low=True)]),
        (["under 12", "from 12"], [Range(-math.inf, 11), Range(12, math.inf)]),
        (["face", "to nothing", "", "from"], [None, None, None, None]),
    ],
)
def test_keys_of_a_data_file_are_read_as_ranges(keys: list[str], expected: list[Range | None]) -> None:
    assert [found for _, found in ranges(keys)] == expected


@given(st.floats(0.01, 60, allow_nan=False))
def test_every_size_falls_into_exactly_one_range(size: float) -> None:
    size = round(size, 2)
    assert sum(found is not None and found.holds(size) for found in SIZES.values()) == 1


def test_margins_count_on_both_sides_and_the_narrowest_is_taken() -> None:
    total, words, spans = with_margins(at("size", 2.4), [at("margin", 0.5, 10), at("margin", 1.0, 20)])
    assert total == pytest.approx(3.4)
    assert words == "2.4 cm + 0.5 cm margins each side = 3.4 cm"
    assert spans == (TextSpan(0, 3), TextSpan(10, 13))


def test_lengths_are_added_with_the_sum_in_words() -> None:
    total, words, _ = added([at("length", 3.0), at("length", 2.5, 10)])
    assert total == pytest.approx(5.5)
    assert words == "3 cm + 2.5 cm = 5.5 cm"
