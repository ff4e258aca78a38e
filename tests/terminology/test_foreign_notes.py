from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.candidate import Candidate
from app.domain.encounter import ANYWHERE
from app.terminology.foreign_notes import TranslatingSource, Translator
from app.terminology.glossary_files import load_glossaries
from app.terminology.retriever import TermRetriever
from tests.terminology.notes import WORDS, analysis
from tests.terminology.test_term_index import index_of

[SPANISH] = load_glossaries(Path(__file__).parents[2] / "data" / "languages")
INDEX = index_of(
    [
        ("I10", "essential hypertension"),
        ("R51.9", "headache"),
        ("N18.9", "chronic kidney disease"),
        ("J18.9", "pneumonia"),
        ("S52.90", "fracture of forearm"),
        ("R05.9", "cough"),
        ("E60", "zinc deficiency"),
    ]
)


def source() -> TranslatingSource:
    stems = {stem: float(INDEX.word_weights[number]) for stem, number in INDEX.word_ids.items()}
    return TranslatingSource(TermRetriever(INDEX), {"es": Translator(SPANISH, WORDS, lambda: stems)})


def found(text: str, language: str = "es") -> dict[str, Candidate]:
    return {c.ref.code: c for c in source().candidates(analysis(text, language=language), ANYWHERE)}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Antecedentes de hipertensión esencial.", "I10", "hipertensión esencial"),
        ("Consulta por cefaleas intensas", "R51.9", "cefaleas"),
        ("Enfermedad renal crónica", "N18.9", "Enfermedad renal crónica"),
        ("Diagnosticado de ERC hace años", "N18.9", "ERC"),
        ("Ingresa por neumonía", "J18.9", "neumonía"),
        ("Fractura del antebrazo", "S52.90", "Fractura del antebrazo"),
        ("tos seca", "R05.9", "tos"),
    ],
)
def test_a_spanish_note_leads_to_the_codes_of_english_terms_with_its_own_words_as_evidence(text: str, code: str, words: str) -> None:
    span = found(text)[code].matches[0].span
    assert text[span.begin : span.end] == words


def test_words_that_look_like_english_ones_and_are_not_find_nothing() -> None:
    assert not found("cinco cálices")
    assert found("déficit de zinc")


def test_notes_in_english_and_in_languages_without_a_glossary_are_searched_as_they_are() -> None:
    text = "essential hypertension, tos"
    plain = TermRetriever(INDEX).candidates(analysis(text), ANYWHERE)
    assert source().candidates(analysis(text), ANYWHERE) == plain
    assert set(found("cough", language="fr")) == {"R05.9"}
