from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.candidate import Candidate, MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.section import Section
from app.terminology.retriever import MATCHES_PER_CODE, TermRetriever
from app.terminology.term_index import IndexedCode, WordRoles, build
from app.terminology.terms import Term
from tests.terminology.notes import WORDS, analysis
from tests.terminology.test_term_index import index_of

ICD = CodeSystem.ICD10CM
INDEX = index_of(
    [
        ("M17.11", "osteoarthritis of right knee"),
        ("M17.12", "osteoarthritis of left knee"),
        ("I10", "hypertension"),
        ("J44.9", "chronic obstructive pulmonary disease"),
        ("E11.40", "type 2 diabetes with neuropathy"),
        ("R05.9", "cough"),
    ]
)


def _found(text: str, long_forms: dict[str, str] | None = None) -> dict[str, Candidate]:
    return {c.ref.code: c for c in TermRetriever(INDEX).candidates(analysis(text, long_forms), Encounter())}


@pytest.mark.parametrize("text", ["osteoarthritis of the right knee", "Right knee osteoarthritis.", "knee, right: osteoarthritis"])
def test_the_order_of_words_is_forgiven(text: str) -> None:
    found = _found(text)
    assert found["M17.11"].matches[0].coverage == pytest.approx(1.0)
    assert "M17.12" not in found or found["M17.12"].matches[0].coverage < 1


def test_words_in_their_own_order_without_others_between_are_exact() -> None:
    assert _found("Osteoarthritis of the right knee")["M17.11"].matches[0].exact
    assert not _found("Right knee osteoarthritis")["M17.11"].matches[0].exact
    assert not _found("Osteoarthritis, quite severe, right knee")["M17.11"].matches[0].exact


def test_matches_are_tighter_the_fewer_words_stand_between() -> None:
    near = _found("right knee osteoarthritis")["M17.11"].matches[0]
    far = _found("right hip and knee with severe osteoarthritis")["M17.11"].matches[0]
    assert near.tightness == 1.0
    assert 0 < far.tightness < 1


def test_words_of_different_sentences_make_no_term() -> None:
    assert "E11.40" not in _found("type 2\nneuropathy")


def test_a_short_form_is_found_by_its_long_form_at_its_own_place() -> None:
    text = "Known COPD, stable."
    match = _found(text, {"COPD": "chronic obstructive pulmonary disease"})["J44.9"].matches[0]
    assert text[match.span.begin : match.span.end] == "COPD"
    assert match.exact


def test_the_span_of_a_match_is_the_words_that_matched() -> None:
    text = "Seen for hypertension today.\nAlso right knee osteoarthritis, and a cough."
    quoted = {code: [text[m.span.begin : m.span.end] for m in c.matches] for code, c in _found(text).items()}
    assert quoted["I10"] == ["hypertension"]
    assert quoted["M17.11"] == ["right knee osteoarthritis"]
    assert quoted["R05.9"] == ["cough"]


def test_each_code_comes_once_with_its_best_matches_first() -> None:
    text = "\n".join(["cough"] * (MATCHES_PER_CODE + 3))
    (candidate,) = TermRetriever(INDEX).candidates(analysis(text), Encounter())
    assert len(candidate.matches) == MATCHES_PER_CODE


def test_what_the_note_concludes_with_is_kept_however_often_it_was_said_before() -> None:
    text = "\n".join(["cough"] * (MATCHES_PER_CODE + 3))
    last = text.rindex("cough")
    read = analysis(text)
    read = replace(read, sections=(Section("", None, TextSpan(0, last)), Section("assessment", None, TextSpan(last, len(text)))))
    (candidate,) = TermRetriever(INDEX).candidates(read, Encounter())
    assert last in {match.span.begin for match in candidate.matches}


@pytest.mark.parametrize("text", ["nothing of note", "?", "12"])
def test_a_note_without_a_term_has_no_candidates(text: str) -> None:
    assert not _found(text)


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("right ankle sprain", "S93.401A"),
        ("right ankle sprain, healing well", "S93.401D"),
        ("follow-up of right ankle sprain, aftercare", "S93.401D"),
        ("sequela of right ankle sprain", "S93.401S"),
        ("sequelae of right ankle sprain", "S93.401S"),
    ],
)
def test_the_seventh_character_follows_the_words_of_the_sentence(text: str, leaf: str) -> None:
    family = CodeRef(ICD, "S93.401")
    index = build(
        [Term(family, "right ankle sprain", MatchSource.PHRASEBOOK)],
        [IndexedCode(family, {"A": "S93.401A", "D": "S93.401D", "S": "S93.401S"}, "S93.401A")],
        WORDS,
    )
    (candidate,) = TermRetriever(index).candidates(analysis(text), Encounter())
    assert candidate.ref.code == leaf
    assert candidate.matches[0].source is MatchSource.PHRASEBOOK


def test_an_open_fracture_takes_its_own_character() -> None:
    family = CodeRef(ICD, "S82.201")
    index = build(
        [Term(family, "fracture of right tibia", MatchSource.TITLE)], [IndexedCode(family, {"A": "S82.201A", "B": "S82.201B"}, "S82.201A")], WORDS
    )
    (candidate,) = TermRetriever(index).candidates(analysis("open fracture of the right tibia"), Encounter())
    assert candidate.ref.code == "S82.201B"


def test_the_number_of_a_list_item_is_no_word_of_a_term() -> None:
    index = index_of([("N18.4", "stage 4 kidney disease"), ("N18.9", "kidney disease")])
    found = {c.ref.code: c for c in TermRetriever(index).candidates(analysis("4. Kidney disease at end stage"), Encounter())}
    assert found["N18.4"].matches[0].coverage < 1
    assert found["N18.9"].matches[0].span.begin == 3


def test_a_family_history_needs_the_family() -> None:
    index = index_of([("Z82.49", "family history of coronary artery disease"), ("I10", "hypertension")], WordRoles(deciding=("family",)))

    def codes(text: str) -> set[str]:
        return {c.ref.code for c in TermRetriever(index).candidates(analysis(text), Encounter())}

    assert codes("history of coronary artery disease") == set()
    assert codes("family history of coronary artery disease") == {"Z82.49"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open reduction and fixation of the left tibia", set()),
        ("open reduction and fixation of the clavicle", {"23515"}),
        ("open reduction and fixation under general anesthesia; the knee was closed", {"23515"}),
        ("open reduction and fixation was done", {"23515"}),
        ("fracture of the tibia with displacement", set()),
        ("fracture with displacement, and pain of the knee", {"S42"}),
        ("fracture with displacement; clavicle, tibia", {"S42"}),
    ],
)
def test_a_term_of_one_part_of_the_body_is_not_found_in_words_of_another(text: str, expected: set[str]) -> None:
    terms = [
        Term(CodeRef(CodeSystem.CPT, "23515"), "open reduction fixation clavicle", MatchSource.PHRASEBOOK),
        Term(CodeRef(CodeSystem.ICD10CM, "S42"), "displacement fracture clavicle", MatchSource.PHRASEBOOK),
        Term(CodeRef(CodeSystem.ICD10CM, "M25"), "stiffness between tibia and knee", MatchSource.PHRASEBOOK),
    ]
    index = build(terms, [IndexedCode(t.ref, {}, t.ref.code) for t in terms], WORDS, WordRoles(parts=("clavicle", "tibia", "knee")))
    assert {c.ref.code for c in TermRetriever(index).candidates(analysis(text), Encounter())} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("right internal jugular vein", set()),
        ("thrombosis of the internal jugular vein", {"I82.C11"}),
        ("right knee", {"R"}),
    ],
)
def test_the_place_of_a_disease_is_not_the_disease(text: str, expected: set[str]) -> None:
    rows = [("I82.C11", "thrombosis of right internal jugular vein"), ("R", "right knee")]
    index = index_of(rows, WordRoles(places=("right", "internal", "jugular", "vein", "knee")))
    assert {c.ref.code for c in TermRetriever(index).candidates(analysis(text), Encounter())} == expected
