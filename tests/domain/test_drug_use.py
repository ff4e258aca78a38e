"""Drugs that a note stops, pauses, or names as an allergy."""

from __future__ import annotations

import pytest

from app.domain.drug_use import not_taken
from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader
from tests.nlp.conftest import reader

__all__ = ["reader"]


def stopped(reader: SpacyNoteReader, text: str, drug: str) -> bool:
    return not_taken(reader.read(ClinicalNote(text)), drug) is not None


@pytest.mark.parametrize("drug", ["aspirin", "warfarin", "metformin"])
@pytest.mark.parametrize(
    "text",
    [
        "Plan: Stop {}.",
        "Discontinue her {} 5 mg daily.",
        "{} was discontinued after the bleed.",
        "{} 81 mg daily - stopped.",
        "She is no longer on {}.",
        "He was taken off {} last year.",
        "D/c {}, recheck in a month.",
        "Stop ibuprofen and {}.",
        "Switched from {} to another drug.",
        "Medications: {} 5 mg daily.\n\nPlan: Discontinue {}.",
        "Allergies: {} (hives).",
        "She is allergic to {}.",
        "{} allergy since childhood.",
        "Cannot tolerate {}.",
    ],
)
def test_a_drug_that_is_stopped_or_not_tolerated_is_not_taken(reader: SpacyNoteReader, text: str, drug: str) -> None:
    assert stopped(reader, text.replace("{}", drug), drug)


@pytest.mark.parametrize("drug", ["aspirin", "warfarin", "metformin"])
@pytest.mark.parametrize(
    "text",
    [
        "Continue {} 81 mg daily.",
        "On {}.",
        "Do not stop {}.",
        "Stop {} 5 days before the colonoscopy.",
        "Stop {} if the rash comes back.",
        "Hold {} tonight.",
        "Stopped smoking. Takes {} daily.",
        "{} was stopped in 2019.\n\nMedications: {} 81 mg daily, restarted by cardiology.",
        "Stop ibuprofen, continue {}.",
        "Discontinue lisinopril and start {}.",
        "Allergic to penicillin. Takes {} daily.",
        "No allergy to {}, which she takes daily.",
    ],
)
def test_a_drug_that_is_taken_or_paused_is_taken(reader: SpacyNoteReader, text: str, drug: str) -> None:
    assert not stopped(reader, text.replace("{}", drug), drug)
