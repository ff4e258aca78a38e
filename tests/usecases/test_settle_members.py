"""Queries as coders type them, and the member of a family that they tell."""

from __future__ import annotations

import pytest

from app.settings import Settings
from app.terms import Terms, look_up_codes


@pytest.fixture(scope="module")
def search(settings: Settings, terms: Terms):
    codes = look_up_codes(settings, terms)
    return lambda query: [hit.code.ref.code for hit in codes.search(query, limit=5)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("excision of benign lesion of the back, 1.5 cm", "11402"),
        ("excision of malignant lesion of the cheek 2.2 cm", "11643"),
        ("shave removal of lesion of the nose 0.8 cm", "11311"),
        ("intermediate repair of a 5 cm laceration of the neck", "12042"),
        ("debridement of subcutaneous tissue 20 sq cm", "11042"),
        ("tonsillectomy and adenoidectomy, age 8", "42820"),
        ("tonsillectomy and adenoidectomy in a 20-year-old", "42821"),
        ("ankle x-ray 3 views", "73610"),
    ],
)
def test_size_site_number_and_age_settle_the_member(search, query, code):
    assert search(query)[0] == code


def test_a_query_that_tells_nothing_keeps_the_order_of_its_words(search):
    assert {"42820", "42821"} <= set(search("tonsillectomy and adenoidectomy"))
    assert search("11402")[0] == "11402"


def test_no_code_stands_twice(search):
    found = search("excision of benign lesion of the back, 1.5 cm")
    assert len(found) == len(set(found)) == 5
