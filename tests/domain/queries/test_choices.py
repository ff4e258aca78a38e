from __future__ import annotations

import pytest

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.queries.choices import bmi_diagnoses, choices, clinical, leaves_side_open
from app.domain.query_kind import QueryKind


def code(name: str, title: str) -> Code:
    return Code(CodeRef(CodeSystem.ICD10CM, name), title)


KNEES = [code("M17.10", "Unilateral primary osteoarthritis, unspecified knee"), code("M17.11", "Unilateral primary osteoarthritis, right knee"),
         code("M17.12", "Unilateral primary osteoarthritis, left knee")]  # fmt: skip
FAILURES = [code("I50.1", "Left ventricular failure, unspecified"), code("I50.2", "Systolic (congestive) heart failure"),
            code("I50.8", "Other heart failure"), code("I50.9", "Heart failure, unspecified")]  # fmt: skip
SYSTOLIC = [code("I50.21", "Acute systolic (congestive) heart failure"), code("I50.22", "Chronic systolic (congestive) heart failure"),
            code("I50.23", "Acute on chronic systolic (congestive) heart failure")]  # fmt: skip


def test_sides_are_those_of_the_family():
    assert choices(QueryKind.LATERALITY, KNEES[0], [KNEES], KNEES) == ("Right side", "Left side")
    assert leaves_side_open(KNEES[0], [KNEES])
    assert not leaves_side_open(KNEES[1], [KNEES])
    assert not leaves_side_open(FAILURES[3], [FAILURES])


def test_a_family_without_sides_leaves_all_three():
    assert choices(QueryKind.LATERALITY, FAILURES[3], [FAILURES], FAILURES) == ("Right side", "Left side", "Both sides")


def test_types_are_the_siblings_in_clinical_words_without_other_and_unspecified():
    assert choices(QueryKind.TYPE, FAILURES[3], [FAILURES], []) == ("Left ventricular failure", "Systolic (congestive) heart failure")


def test_a_family_that_says_nothing_more_sends_to_the_next_one():
    asthma = [code("J45.901", "Unspecified asthma with (acute) exacerbation"), code("J45.909", "Unspecified asthma, uncomplicated")]
    kinds = [code("J45.2", "Mild intermittent asthma"), code("J45.3", "Mild persistent asthma"), code("J45.9", "Other and unspecified asthma")]
    assert choices(QueryKind.TYPE, asthma[1], [asthma, kinds], []) == ("Mild intermittent asthma", "Mild persistent asthma")


def test_a_list_too_long_to_read_becomes_an_open_question():
    many = [code(f"A00.{i}", f"Kind number {i}") for i in range(9)]
    assert choices(QueryKind.TYPE, code("A00", "Kinds"), [many], []) == ()
    assert len(choices(QueryKind.TYPE, code("A00", "Kinds"), [many[:8]], [])) == 8


def test_acuities_are_those_that_codes_of_the_category_tell_apart():
    assert choices(QueryKind.ACUITY, FAILURES[3], [FAILURES], [*FAILURES, *SYSTOLIC]) == ("Acute", "Chronic", "Acute on chronic")


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Lobar pneumonia, unspecified organism", "Lobar pneumonia"),
        ("Colles' fracture of right radius, initial encounter for closed fracture", "Colles' fracture of right radius"),
        ("Displaced fracture of neck of right talus, sequela", "Displaced fracture of neck of right talus"),
        ("Other heart failure", ""),
        ("Heart failure, unspecified", "Heart failure"),
        ("Dissection of artery, not elsewhere classified", "Dissection of artery"),
    ],
)
def test_titles_become_clinical_words(title, words):
    assert clinical(title) == words


@pytest.mark.parametrize(
    ("name", "diagnoses"),
    [
        ("Z68.1", ("R63.6",)),
        ("Z68.22", ()),
        ("Z68.27", ("E66.3",)),
        ("Z68.34", ("E66.811",)),
        ("Z68.39", ("E66.812", "E66.01")),
        ("Z68.45", ("E66.813", "E66.01")),
        ("Z68.54", ()),
        ("E11.9", ()),
    ],
)
def test_a_body_mass_index_goes_with_the_diagnoses_of_its_range(name, diagnoses):
    assert bmi_diagnoses(name) == diagnoses
