from __future__ import annotations

import pytest

from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader


def expanded(reader: SpacyNoteReader, text: str) -> list[tuple[str, str]]:
    return [(text[e.span.begin : e.span.end], e.long_form) for e in reader.read(ClinicalNote(text)).expansions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTN, stable.", [("HTN", "hypertension")]),
        ("htn, stable.", []),
        ("copd and COPD", [("copd", "chronic obstructive pulmonary disease"), ("COPD", "chronic obstructive pulmonary disease")]),
        ("Copd", []),
        ("T2DM", [("T2DM", "type 2 diabetes mellitus")]),
        ("xT2DM HTNs", []),
        ("s/p repair", [("s/p", "status post")]),
        ("45 y/o on A/C.", [("y/o", "year old"), ("A/C", "anticoagulation")]),
        ("A/C/E", [("A/C/E", "antecubital edema")]),
        ("C. diff colitis", [("C. diff", "clostridioides difficile")]),
        ("PT today", []),
        ("PT for gait training", [("PT", "physical therapy")]),
        ("PT and INR", [("PT", "prothrombin time")]),
        ("PT was checked. INR is high.", [("PT", "prothrombin time")]),
        ("PT was checked. All well. Now home. INR.", []),
        ("MS changes", [("MS", "mental status")]),
        ("MS with a murmur", [("MS", "mitral stenosis")]),
        ("MS, heart failure, valve", [("MS", "mitral stenosis")]),
        ("PHYSICAL EXAM:\nMS intact.", [("MS", "multiple sclerosis")]),
        ("copd", [("copd", "chronic obstructive pulmonary disease")]),
        ("wears hearing aids", []),
        ("", []),
    ],
)
def test_short_forms_expand_by_table_and_context(reader: SpacyNoteReader, text: str, expected: list[tuple[str, str]]) -> None:
    assert expanded(reader, text or "nothing") == expected


def test_the_note_s_own_definition_comes_first(reader: SpacyNoteReader) -> None:
    text = "Chronic hepatic fibrosis (CHF) is stable. CHF. Seen for foreign body aspiration (FBA)."
    assert expanded(reader, text) == [
        ("CHF", "Chronic hepatic fibrosis"),
        ("CHF", "Chronic hepatic fibrosis"),
        ("FBA", "foreign body aspiration"),
    ]


def test_a_remark_in_brackets_is_no_definition(reader: SpacyNoteReader) -> None:
    assert expanded(reader, "The incision (in the skin) was closed (it healed).") == []


def test_the_words_of_an_expansion_are_normalised(reader: SpacyNoteReader) -> None:
    expansion = reader.read(ClinicalNote("T2DM")).expansions[0]
    assert expansion.words.norms == ("type", "2", "diabetes", "mellitus")
