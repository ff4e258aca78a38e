from __future__ import annotations

import pytest

from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seen by Dr. Smith. Doing well.", ["Seen by Dr. Smith.", "Doing well."]),
        ("Mr. J. Smith is a 45 y.o. man. He is well.", ["Mr. J. Smith is a 45 y.o. man.", "He is well."]),
        ("Takes 500 mg b.i.d. for pain. Temp 98.6 today.", ["Takes 500 mg b.i.d. for pain.", "Temp 98.6 today."]),
        ("Pneumonia vs. atelectasis. No. 5 blade.", ["Pneumonia vs. atelectasis.", "No. 5 blade."]),
        ("Chest pain? No. Cough? Yes.", ["Chest pain?", "No.", "Cough?", "Yes."]),
        ("Takes vitamin D. He is well.", ["Takes vitamin D.", "He is well."]),
        ("no fever. no chills.", ["no fever.", "no chills."]),
        ("Has pain.He is well.", ["Has pain.", "He is well."]),
        ("PLAN:\n1. Gout.\n2. Rest. Ice.", ["PLAN:", "1. Gout.", "2. Rest.", "Ice."]),
        ("1. Hypertension. 2. Gout., 3. Asthma.", ["1. Hypertension.", "2. Gout.,", "3. Asthma."]),
        ("- Gout\n- Asthma\n* Rash\n• Cough", ["- Gout", "- Asthma", "* Rash", "• Cough"]),
        ("Gout • Asthma • Rash", ["Gout", "• Asthma", "• Rash"]),
        ("htn\ndm2\ncopd", ["htn", "dm2", "copd"]),
        ("Hypertension\nType 2 diabetes\nGout", ["Hypertension", "Type 2 diabetes", "Gout"]),
        ("Denies fever and\nchills", ["Denies fever and\nchills"]),
        (
            "This is a pleasant man who comes to clinic today because of\nchest pain. It began two days ago and is now getting worse\nwhen he walks.",
            [
                "This is a pleasant man who comes to clinic today because of\nchest pain.",
                "It began two days ago and is now getting worse\nwhen he walks.",
            ],
        ),
        (
            "He was then seen for the chest pain in the emergency department by\nDoctor Smith, who ordered an electrocardiogram",
            ["He was then seen for the chest pain in the emergency department by\nDoctor Smith, who ordered an electrocardiogram"],
        ),
        ("Gout\n\nAsthma", ["Gout", "Asthma"]),
        ("HEENT: Normal, NECK: Supple", ["HEENT: Normal,", "NECK: Supple"]),
        ("Rate 72. Lungs clear.", ["Rate 72.", "Lungs clear."]),
        ("A\r\nB\rC\u2028D", ["A", "B", "C", "D"]),
        ("---\n***\nGout\n...", ["Gout"]),
    ],
)
def test_sentences_end_where_a_clinician_would_end_them(reader: SpacyNoteReader, text: str, expected: list[str]) -> None:
    sentences = reader.read(ClinicalNote(text)).sentences
    assert [text[s.span.begin : s.span.end] for s in sentences] == expected


def test_text_without_a_stop_is_cut(reader: SpacyNoteReader) -> None:
    analysis = reader.read(ClinicalNote("pain " * 1000))
    assert max(s.end_word - s.first_word for s in analysis.sentences) <= 200
    assert analysis.sentences[-1].end_word == 1000
