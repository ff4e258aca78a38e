from __future__ import annotations

from datetime import date

import pytest

from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote, TextSpan
from app.domain.past_services import PastServices
from app.nlp.analyzer import SpacyNoteReader
from tests.nlp.conftest import reader

__all__ = ["reader"]
TODAY = date(2026, 5, 4)


def past(reader: SpacyNoteReader, text: str, words: str, *, setting: Setting = Setting.OUTPATIENT, day: date | None = TODAY) -> str | None:
    begin = text.index(words)
    return PastServices(reader.read(ClinicalNote(text)), Encounter(setting, Sex.UNKNOWN, None, day)).why(TextSpan(begin, begin + len(words)))


@pytest.mark.parametrize(
    "text",
    [
        "He had a colonoscopy in 2019.",
        "Colonoscopy 3/12/2019 was normal.",
        "Colonoscopy on March 3, 2024 showed polyps.",
        "Colonoscopy 11/2025 normal.",
        "Colonoscopy last year was normal.",
        "Colonoscopy three years ago.",
        "PAST SURGICAL HISTORY:\nColonoscopy.",
        "HISTORY OF PRESENT ILLNESS: She has had a colonoscopy for bleeding.",
        "HISTORY OF PRESENT ILLNESS: She underwent Colonoscopy elsewhere.",
    ],
)
def test_a_service_of_the_past_is_told_by_date_words_or_section(reader: SpacyNoteReader, text: str) -> None:
    words = "olonoscopy"
    assert past(reader, text, words) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Colonoscopy was performed.",
        "DATE OF PROCEDURE: 05/04/2026. Colonoscopy to the cecum.",
        "Colonoscopy 5/1/2026.",
        "Last seen in 2019, colonoscopy done today.",
        "PROCEDURE: Colonoscopy.\nHe underwent colonoscopy under sedation.",
        "Colonoscopy with 2000 mg of magnesium.",
        "HISTORY OF PRESENT ILLNESS: Here for colonoscopy.",
    ],
)
def test_a_service_of_today_is_not_past(reader: SpacyNoteReader, text: str) -> None:
    assert past(reader, text, "olonoscopy") is None


def test_without_a_date_of_service_a_day_tells_nothing_but_a_year_does(reader: SpacyNoteReader) -> None:
    assert past(reader, "Colonoscopy on 3/12/2019.", "Colonoscopy", day=None) is None
    assert past(reader, "Colonoscopy in 2019.", "Colonoscopy", day=None) is not None


def test_what_was_done_earlier_in_a_stay_belongs_to_it(reader: SpacyNoteReader) -> None:
    text = "HOSPITAL COURSE: Colonoscopy was done on 4/20/2026, and repeated four days ago."
    assert past(reader, text, "Colonoscopy", setting=Setting.INPATIENT) is None
    assert past(reader, text, "Colonoscopy") is not None
