"""The sections of MTS-Dialog under the headings that US notes give them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from app.assembly import Terms, note_reader
from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader
from app.settings import Settings

# Section header of the corpus → (headings that notes write for it, our categories).
HEADERS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "GENHX": (("History of Present Illness", "HPI", "Subjective", "Interval History"), {"history_of_present_illness"}),
    "CC": (("Chief Complaint", "Reason for Visit", "CC"), {"chief_complaint"}),
    "PASTMEDICALHX": (("Past Medical History", "PMH", "Medical History"), {"past_medical_history"}),
    "PASTSURGICAL": (("Past Surgical History", "PSH", "Surgical History"), {"past_surgical_history"}),
    "FAM/SOCHX": (("Family History", "Social History", "Family and Social History", "FH", "SH"), {"family_history", "social_history"}),
    "ALLERGY": (("Allergies", "Drug Allergies", "Medication Allergies"), {"allergies"}),
    "ROS": (("Review of Systems", "ROS"), {"review_of_systems"}),
    "MEDICATIONS": (("Medications", "Current Medications", "Home Medications"), {"medications"}),
    "ASSESSMENT": (("Assessment", "Impression", "Assessment and Plan"), {"assessment", "impression", "assessment_and_plan"}),
    "EXAM": (("Physical Examination", "Exam", "PE"), {"physical_exam"}),
    "DIAGNOSIS": (("Diagnosis", "Diagnoses", "Final Diagnosis"), {"diagnosis", "discharge_diagnosis"}),
    "DISPOSITION": (("Disposition",), {"disposition"}),
    "PLAN": (("Plan", "Treatment Plan", "Recommendations"), {"plan"}),
    "EDCOURSE": (("Emergency Department Course", "ED Course", "Emergency Room Course"), {"emergency_course"}),
    "IMMUNIZATIONS": (("Immunizations", "Immunization History"), {"immunizations"}),
    "IMAGING": (("Imaging", "Radiology", "Imaging Studies"), {"imaging"}),
    "GYNHX": (("Gynecologic History", "Gyn History", "OB/GYN History"), {"obstetric_history"}),
    "PROCEDURES": (("Procedures", "Procedure"), {"procedure"}),
    "OTHER_HISTORY": (("Other History", "Additional History"), {"past_medical_history", "history_of_present_illness", "other"}),
    "LABS": (("Labs", "Laboratory Data", "Laboratory Results"), {"laboratory"}),
}
FORMS = ("{upper}:\n", "{upper}: ", "{title}:\n", "{title}: ", "{upper}\n")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[tuple[str, str]]:
    with (shared_data / "mts_dialog" / "MTS-Dialog-TrainingSet.csv").open(encoding="utf-8") as file:
        return [(row["section_header"], row["section_text"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def reader(terms: Terms) -> SpacyNoteReader:
    return note_reader(Settings(), terms.knowledge)


def test_every_header_of_the_corpus_has_its_headings(rows: list[tuple[str, str]]) -> None:
    assert {header for header, _ in rows} == HEADERS.keys()


def test_every_section_of_the_corpus_is_recognised_under_a_heading(rows: list[tuple[str, str]], reader: SpacyNoteReader) -> None:
    missed = []
    for i, (header, section) in enumerate(rows):
        headings, categories = HEADERS[header]
        words = headings[i % len(headings)]
        opening = FORMS[i % len(FORMS)].format(upper=words.upper(), title=words)
        text = f"DATE: today\n\n{opening}{section}\n\nSIGNED: the author\n"
        # At the heading itself: some sections of the corpus begin with a label of their own.
        found = reader.read(ClinicalNote(text)).section_at(text.index(opening) + len(words) - 1)
        if found.category not in categories or found.heading is None:
            missed.append((header, opening, found.category))
    assert missed == []


@pytest.mark.parametrize("header", HEADERS)
def test_every_heading_is_recognised_in_every_form(reader: SpacyNoteReader, header: str) -> None:
    headings, categories = HEADERS[header]
    for words in headings:
        for form in FORMS:
            opening = form.format(upper=words.upper(), title=words)
            text = f"DATE: today\n\n{opening}As before, nothing new to add here.\n\nSIGNED: the author\n"
            assert reader.read(ClinicalNote(text)).section_at(text.index("As before")).category in categories, opening


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Neurology clinic. MS with a relapsing course, new demyelinating lesion on MRI.", "MS", "multiple sclerosis"),
        ("Cardiology clinic. Rheumatic MS with a diastolic murmur on echo.", "MS", "mitral stenosis"),
        ("MS 4 mg IV given for pain.", "MS", "morphine sulfate"),
        ("Cath: 80% LAD stenosis, stent placed.", "LAD", "left anterior descending artery"),
        ("Neck supple, no LAD.", "LAD", "lymphadenopathy"),
        ("PT 14, INR 2.3.", "PT", "prothrombin time"),
        ("Chest pain with troponin rise, UA vs NSTEMI.", "UA", "unstable angina"),
    ],
)
def test_a_short_form_has_the_sense_of_its_specialty(reader: SpacyNoteReader, text: str, short: str, long: str) -> None:
    begin = text.index(short)
    assert {e.long_form for e in reader.read(ClinicalNote(text)).expansions if e.span.begin == begin} == {long}


def test_there_are_a_thousand_short_forms_and_hundreds_with_several_senses() -> None:
    forms = {}
    for path in sorted((Settings().data_dir / "abbreviations").glob("*.yaml")):
        forms |= yaml.safe_load(path.read_text(encoding="utf-8"))
    assert len(forms) >= 1000
    assert sum(isinstance(senses, list) and len(senses) > 1 for senses in forms.values()) >= 100
