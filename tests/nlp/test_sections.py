from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.domain.feedback import NOTE_BREAK
from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader


def categories(reader: SpacyNoteReader, text: str) -> list[str]:
    return [section.category for section in reader.read(ClinicalNote(text)).sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CHIEF COMPLAINT: Pain.\nPLAN: Rest.", ["chief_complaint", "plan"]),
        ("Chief complaint\nPain.\n\nPlan\nRest.", ["chief_complaint", "plan"]),
        ("HPI - 45 year old man.\nPlan \u2013 rest.", ["history_of_present_illness", "plan"]),
        ("**Assessment:** Gout\n## Plan\nRest", ["assessment", "plan"]),
        ("PAST MEDICAL HISTORY (per chart): Gout.", ["past_medical_history"]),
        ("Past medical history per patient: Gout.", ["past_medical_history"]),
        ("HIS SOCIAL HISTORY:  He drinks.", ["social_history"]),
        ("S: pain\nO: swollen\nA: gout\nP: rest", ["history_of_present_illness", "physical_exam", "assessment", "plan"]),
        ("PROCEDURE: Biopsy., ANESTHESIA: Local., COMPLICATIONS: None.", ["procedure", "anesthesia", "complications"]),
        ("Hello.\nPlan: rest.", ["", "plan"]),
        ("\n \nPlan: rest.", ["plan"]),
        ("A pleasant man", [""]),
        ("a", [""]),
        ("He reviewed the plan: rest and ice.", [""]),
        ("Plan to discharge tomorrow.", [""]),
        ("Assessment of the knee was limited.", [""]),
        ("The patient has a family history of gout.", [""]),
        ("Family history of gout: none", [""]),
        ("CURRENT MEDICATIONS:\n1. Aspirin\n- Exercise\n- Surgery next week", ["medications"]),
        ("Pain is better. Past Medical History: gout. Plan: rest.", ["", "past_medical_history", "plan"]),
        ("DETAILS OF THE PROCEDURE: Incised.", ["procedure_description"]),
        ("EXAM:\nVITAL SIGNS: BP 120/80.\nHEENT: Normal.\nNeck: Supple.", ["physical_exam", "vital_signs", "physical_exam"]),
        ("ROS:\nHEENT: Normal.\nNeck: Pain.", ["review_of_systems"]),
        ("ASSESSMENT:\n1. CAD, stable.\n2. PVD: stable.\n3. PSH: none.", ["assessment"]),
        ("1. HPI: cough.\n2. PMH: none.\n3. PSH: none.", ["", "history_of_present_illness", "past_medical_history", "past_surgical_history"]),
        ("He likes the exam: it was short, Exam: normal.", [""]),
    ],
)
def test_only_real_headings_open_sections(reader: SpacyNoteReader, text: str, expected: list[str]) -> None:
    assert categories(reader, text) == expected


def test_the_heading_spans_its_words_without_colon(reader: SpacyNoteReader) -> None:
    text = "  PAST MEDICAL HISTORY :  Gout."
    section = reader.read(ClinicalNote(text)).sections[0]
    assert section.heading is not None
    assert text[section.heading.begin : section.heading.end] == "PAST MEDICAL HISTORY"


def test_the_headers_of_mts_dialog_are_known(reader: SpacyNoteReader) -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "mts_dialog" / "MTS-Dialog-TrainingSet.csv"
    if not path.is_file():
        pytest.skip("the corpus is not here")
    with path.open(encoding="utf-8", newline="") as file:
        headers = {row["section_header"] for row in csv.DictReader(file)}
    unknown = {header for header in headers if categories(reader, f"{header}:\nText.") == [""]}
    assert not unknown


def test_notes_that_were_joined_each_begin_anew(reader):
    text = f"FAMILY HISTORY: Diabetes in the mother.{NOTE_BREAK}Hypertension, stable.\nPLAN: Continue.{NOTE_BREAK}Asthma."
    found = reader.read(ClinicalNote(text)).sections
    assert [(s.category, text[s.span.begin : s.span.end].strip()) for s in found] == [
        ("family_history", "FAMILY HISTORY: Diabetes in the mother."),
        ("", "Hypertension, stable."),
        ("plan", "PLAN: Continue."),
        ("", "Asthma."),
    ]
