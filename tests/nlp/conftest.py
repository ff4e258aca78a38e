"""A reader with the cues and headings of `data/` and a few short forms."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.domain.knowledge import Sense
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.words import SnowballWordReader
from app.terminology.context_file import load_context

DATA = Path(__file__).parents[2] / "data"

ABBREVIATIONS = {
    "HTN": (Sense("hypertension", ()),),
    "COPD": (Sense("chronic obstructive pulmonary disease", ()),),
    "CHF": (Sense("congestive heart failure", ()),),
    "T2DM": (Sense("type 2 diabetes mellitus", ()),),
    "s/p": (Sense("status post", ()),),
    "y/o": (Sense("year old", ()),),
    "A/C": (Sense("anticoagulation", ()),),
    "A/C/E": (Sense("antecubital edema", ()),),
    "C. diff": (Sense("clostridioides difficile", ()),),
    "PT": (Sense("physical therapy", ("exercise", "gait")), Sense("prothrombin time", ("inr", "coagulation"))),
    "MS": (
        Sense("multiple sclerosis", ("relapsing", "physical exam")),
        Sense("mitral stenosis", ("murmur", "heart valve")),
        Sense("mental status", ()),
    ),
}


@pytest.fixture(scope="session")
def reader() -> SpacyNoteReader:
    headings = yaml.safe_load((DATA / "sections.yaml").read_text(encoding="utf-8"))
    return SpacyNoteReader(
        SnowballWordReader(),
        abbreviations=ABBREVIATIONS,
        headings={category: tuple(map(str, wordings)) for category, wordings in headings.items()},
        rules=load_context(DATA / "context.yaml"),
    )
