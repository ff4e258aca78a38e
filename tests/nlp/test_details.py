from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.note import ClinicalNote
from app.nlp import details
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.details import DetailReader

WORDS = {
    "contrast": {"without": ("without contrast", "noncontrast"), "with": ("with contrast",)},
    "side": {"right": ("right", "rt"), "left": ("left",)},
}

Read = Callable[[str], list[tuple[str, float | str]]]


@pytest.fixture
def read(reader: SpacyNoteReader) -> Read:
    details = DetailReader(WORDS)
    return lambda text: [(d.dimension, d.value) for d in details.read(reader.read(ClinicalNote(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A 2.4 cm lesion.", {("size", 2.4), ("length", 2.4)}),
        ("It measured 24 mm.", {("size", 2.4)}),
        ("A 3 x 2 cm ulcer.", {("size", 3.0), ("area", 6.0)}),
        ("Excised with 5 mm margins.", {("margin", 0.5)}),
        ("Margins of 0.4 cm were taken.", {("margin", 0.4)}),
        ("Excised diameter 3.2 cm.", {("excised", 3.2)}),
        ("Debrided 24 sq cm.", {("area", 24.0)}),
        ("Three actinic keratoses were frozen.", {("count", 3.0)}),
        ("15 lesions were treated.", {("count", 15.0)}),
        ("Punch biopsy x 3.", {("count", 3.0)}),
        ("Right knee, 3 views.", {("views", 3.0), ("side", "right")}),
        ("Right foot, three images.", {("views", 3.0), ("side", "right")}),
        ("PA and lateral chest.", {("views", 2.0)}),
        ("AP, lateral and oblique views of the ankle.", {("views", 3.0)}),
        ("Portable chest.", {("views", 1.0)}),
        ("Infused over 90 minutes.", {("minutes", 90.0)}),
        ("Infused over 1 hour and 40 minutes.", {("minutes", 100.0)}),
        ("Infusion from 09:00 to 10:45.", {("minutes", 105.0)}),
        ("Infusion 11:30 am to 1:10 pm.", {("minutes", 100.0)}),
        ("Ketorolac 60 mg IM.", {("dose", 60.0)}),
        ("Ceftriaxone 1 g IV.", {("dose", 1.0)}),
        ("1 mL of 40 mg/mL.", {("dose", 1.0), ("strength", 40.0)}),
        ("Ketorolac 60 mg/2 mL, 1 mL given.", {("strength", 30.0), ("content", 60.0), ("dose", 1.0)}),
        ("Heparin 5,000 units per ml.", {("strength", 5000.0)}),
        ("1/2 cc of Kenalog.", {("dose", 0.5)}),
        ("1 1/2 cc of Kenalog.", {("dose", 1.5)}),
        ("CT without contrast.", {("contrast", "without")}),
    ],
)
def test_measures_numbers_and_words_are_read(read: Read, text: str, expected: set[tuple[str, float | str]]) -> None:
    assert expected <= set(read(text))


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Margins of 0.4 cm.", "size"),
        ("A wound 1 cm deep.", "size"),
        ("Kenalog 40 mg/mL.", "dose"),
        ("A 22 g needle was advanced.", "dose"),
        ("A 25 g x 1.5 inch needle.", "dose"),
        ("A 22-g, 3.5 inch spinal needle.", "dose"),
        ("Amoxicillin x 10 days.", "count"),
        ("No 3 cm mass.", "size"),
        ("A trite remark.", "side"),
        ("Return in 2 weeks.", "count"),
    ],
)
def test_what_is_no_measure_of_a_service_is_not_read(read: Read, text: str, unread: str) -> None:
    assert unread not in {dimension for dimension, _ in read(text)}


PIECES = st.sampled_from(
    ["2.4", "30", "10:15", ".5", "1,200", "two", "eleven", "single", "none", " ", "-", " x ", "to ", " cm", " mm", " mg", " cm2",
     "minutes", " hours and ",
     " margins of ", "excised diameter ", " lesions", " views", "v", " pm",
     "1/2 cc", " mg/2 ml", "/ml"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_patterns_tried_where_a_number_begins_find_what_a_search_everywhere_finds(text: str) -> None:
    numbers = details.number_begins(text)
    for _, pattern in details._PATTERNS:
        assert [m.span() for m in details._matches(pattern, text, numbers)] == [m.span() for m in pattern.finditer(text)]


def test_a_wording_that_no_search_by_words_could_find_is_refused() -> None:
    with pytest.raises(ValueError, match="letter or digit"):
        DetailReader({"contrast": {"with": ("(with)",)}})
