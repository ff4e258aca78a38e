from __future__ import annotations

import pytest

from app.domain.candidate import MatchSource
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.knowledge import Knowledge, PhrasebookEntry
from app.terminology.terms import Term, default_leaf, diagnosis_terms, index_terms, is_family, knowledge_terms, service_terms, wordings

ICD = CodeSystem.ICD10CM


def _code(name: str, title: str, children: tuple[str, ...] = (), parent: str | None = None, inclusion: tuple[str, ...] = ()) -> Code:
    return Code(CodeRef(ICD, name), title, billable=not children, children=children, parent=parent, inclusion_terms=inclusion)


HIP = {
    c.ref.code: c
    for c in (
        _code("S72.00", "Fracture of unspecified part of neck of femur", ("S72.002", "S72.009"), inclusion=("Fracture of hip NOS",)),
        _code("S72.002", "Fracture of unspecified part of neck of left femur", ("S72.002A", "S72.002D"), "S72.00"),
        _code("S72.002A", "Fracture of unspecified part of neck of left femur, initial encounter", (), "S72.002"),
        _code("S72.002D", "Fracture of unspecified part of neck of left femur, subsequent encounter", (), "S72.002"),
        _code("S72.009", "Fracture of unspecified part of neck of unspecified femur", ("S72.009A", "S72.009D"), "S72.00"),
        _code("S72.009A", "Fracture of unspecified part of neck of unspecified femur, initial encounter", (), "S72.009"),
        _code("S72.009D", "Fracture of unspecified part of neck of unspecified femur, subsequent encounter", (), "S72.009"),
    )
}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Essential (primary) hypertension", "Essential hypertension"),
        ("Pneumonia, unspecified organism", "Pneumonia organism"),
        ("Other chest pain", "chest pain"),
        ("Malignant neoplasm of prostate", "prostate cancer"),
        ("Personal history of colon polyps", "history of colon polyps"),
        ("Dehydration", "Dehydration"),
    ],
)
def test_a_title_is_also_worded_as_clinicians_would(title: str, expected: str) -> None:
    forms = wordings(title)
    assert forms[0] == title
    assert expected in forms
    assert len(forms) == len(set(forms))
    assert all(forms)


def test_a_heading_stands_for_the_leaf_that_says_least() -> None:
    leaf = default_leaf(HIP["S72.00"], HIP)
    assert leaf is not None
    assert leaf.ref.code.startswith("S72.009")


def test_a_heading_without_an_unspecified_child_stands_for_none() -> None:
    codes = {
        c.ref.code: c for c in (_code("A00", "Cholera", ("A00.0", "A00.1")), _code("A00.0", "Cholera, classical"), _code("A00.1", "Cholera, eltor"))
    }
    assert default_leaf(codes["A00"], codes) is None


def test_codes_that_differ_by_seventh_character_share_the_terms_of_their_parent() -> None:
    assert is_family(HIP["S72.002"], HIP)
    assert not is_family(HIP["S72.00"], HIP)
    terms = list(diagnosis_terms(HIP.values()))
    assert {t.ref.code for t in terms} == {"S72.002", "S72.009"}
    assert Term(CodeRef(ICD, "S72.009"), "Fracture of hip NOS", MatchSource.INCLUSION) in terms


def test_a_term_of_the_index_leads_to_a_leaf_or_a_family() -> None:
    terms = list(index_terms([("broken hip", "S72.00"), ("left hip", "S72.002"), ("gone", "S99")], HIP.values()))
    assert [(t.text, t.ref.code, t.source) for t in terms] == [
        ("broken hip", "S72.009", MatchSource.INDEX),
        ("left hip", "S72.002", MatchSource.INDEX),
    ]


def test_a_refining_cue_makes_a_term_of_the_neighbour_with_each_phrase() -> None:
    entry = PhrasebookEntry(CodeRef(ICD, "I10"), ("hypertension", "htn"), (), {"with chf": CodeRef(ICD, "I11.0")})
    terms = list(knowledge_terms(Knowledge((entry,), (), {}, {}, (), "")))
    assert [(t.ref.code, t.text) for t in terms if t.ref.code == "I11.0"] == [("I11.0", "hypertension with chf"), ("I11.0", "htn with chf")]
    assert sum(t.ref.code == "I10" for t in terms) == 2


def test_every_descriptor_of_a_service_is_a_term() -> None:
    code = Code(CodeRef(CodeSystem.CPT, "20610"), "arthrocentesis", inclusion_terms=("joint tap",))
    assert [(t.text, t.source) for t in service_terms([code])] == [("arthrocentesis", MatchSource.TITLE), ("joint tap", MatchSource.INCLUSION)]
