from __future__ import annotations

from app.assembly import Terms
from app.domain.code import Code, CodeRef, CodeSystem


def _get(terms: Terms, code: str) -> Code:
    return terms.catalog.get(CodeRef(CodeSystem.ICD10CM, code))


def test_the_bundled_release_holds_every_leaf_and_heading_of_april_2026(terms: Terms) -> None:
    codes = terms.catalog.all(CodeSystem.ICD10CM)
    assert len({c.ref for c in codes}) == len(codes)
    # The library lists 98,505 items and 74,736 leaves, but 39 blocks of one category bear the category's name: five are leaves.
    assert sum(c.billable for c in codes) == 74_736 - 5
    assert len(codes) == 98_505 - 39
    assert sum(c.parent is None for c in codes) == 22


def test_the_hierarchy_is_whole(terms: Terms) -> None:
    by_code = {c.ref.code: c for c in terms.catalog.all(CodeSystem.ICD10CM)}
    for code in by_code.values():
        assert code.billable == (not code.children)
        assert code.parent is None or code.ref.code in by_code[code.parent].children
        assert all(child in by_code for child in code.children)


def test_a_category_that_is_its_own_block_hangs_from_the_chapter(terms: Terms) -> None:
    assert _get(terms, "B20").parent == "1"
    assert _get(terms, "B20").billable


def test_a_code_has_its_title_parent_and_notes(terms: Terms) -> None:
    code = _get(terms, "E11.9")
    assert (code.title, code.parent, code.billable) == ("Type 2 diabetes mellitus without complications", "E11", True)
    heading = _get(terms, "E11")
    assert not heading.billable
    assert "E11.9" in heading.children
    assert any("type 1 diabetes" in note.lower() for note in heading.excludes1)
    assert any("insulin" in note.lower() for note in heading.use_additional)


def test_inclusion_terms_are_kept(terms: Terms) -> None:
    assert "Gastro-esophageal reflux disease NOS" not in _get(terms, "K21.9").title
    assert any("hypertension" in term.lower() for term in _get(terms, "I10").includes + _get(terms, "I10").inclusion_terms)


def test_seventh_characters_reach_the_leaves_with_their_meaning(terms: Terms) -> None:
    sprain = _get(terms, "S93.401A")
    assert sprain.billable
    assert sprain.title.endswith("initial encounter")
    assert sprain.parent == "S93.401"
    assert sprain.seventh_characters == {"A": "initial encounter", "D": "subsequent encounter", "S": "sequela"}
    assert {child[-1] for child in _get(terms, "S93.401").children} == {"A", "D", "S"}


def test_placeholders_stand_before_a_seventh_character(terms: Terms) -> None:
    assert _get(terms, "T78.40XA").title == "Allergy, unspecified, initial encounter"
