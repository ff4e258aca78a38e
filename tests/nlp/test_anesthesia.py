from __future__ import annotations

import pytest

from app.domain.anesthesia import MINUTES, RECORD, STATUS
from app.nlp.anesthesia import anesthesia_details


def told(text: str) -> dict[str, float | str]:
    return {d.dimension: d.value for d in anesthesia_details(text)}


@pytest.mark.parametrize(
    "text",
    [
        "ANESTHESIA RECORD\nProcedure: cholecystectomy.",
        "Intraoperative anesthesia record\nGeneral.",
        "Anaesthetic Record\nSpinal.",
        "ANESTHESIOLOGY PROCEDURE NOTE\nGeneral.",
        "Anesthesia start 07:30. Anesthesia end 09:15.",
    ],
)
def test_a_record_is_known_by_its_title_or_by_start_and_end(text):
    assert RECORD in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "ANESTHESIA: General endotracheal.\nANESTHESIOLOGIST: on call.\nThe gallbladder was removed.",
        "See the anesthesia record for medications.",
        "ANESTHESIA TIME: Four hours.",
        "The anesthesia started to wear off.",
        "A normal note.",
    ],
)
def test_the_surgeons_note_is_no_record(text):
    assert RECORD not in told(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Anesthesia start: 0730\nAnesthesia stop: 0915", 105),
        ("Anesthesia start time 11:30 am, anesthesia end time 1:10 pm", 100),
        ("Anesthesia began at 23:40; anesthesia ended at 00:20.", 40),
        ("Anesthesia time: 95 minutes", 95),
        ("Total anesthesia time 2 hours 15 min", 135),
        ("ANESTHESIA TIME: 2 hours", 120),
    ],
)
def test_time_is_counted_in_minutes(text, minutes):
    assert told(text)[MINUTES] == minutes


@pytest.mark.parametrize("text", ["Anesthesia start 0730, anesthesia stop 0730", "Anesthesia start 07:30", "Anesthesia time: long"])
def test_what_gives_no_length_gives_no_minutes(text):
    assert MINUTES not in told(text)


@pytest.mark.parametrize(
    ("text", "status"), [("ASA class III", "P3"), ("ASA 2", "P2"), ("ASA physical status: 4E", "P4"), ("ASA PS II", "P2"), ("ASA 81 mg", None)]
)
def test_physical_status_is_the_class_of_the_society(text, status):
    assert told(f"Anesthesia record\n{text}").get(STATUS) == status
