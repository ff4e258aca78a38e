"""Phrases that a site remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.request import SystemName
from app.domain.site_phrases import SitePhrase

EXAMPLE_TEXT = "sugar feet"


class SitePhraseIn(BaseModel):
    """Words of the site for a code."""

    model_config = ConfigDict(extra="forbid")
    system: SystemName
    code: Annotated[str, Field(min_length=2, max_length=12, examples=["E11.40"])]
    text: Annotated[str, Field(min_length=1, max_length=1000, examples=[EXAMPLE_TEXT])]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"


class SitePhraseOut(BaseModel):
    """A phrase; `right` and `wrong` count charts, `confidence` is (right + 1) / (right + wrong + 2)."""

    id: str
    system: SystemName
    code: str
    display: str
    text: str
    language: str
    added_by: str
    added_at: datetime
    right: int
    wrong: int
    confidence: float = Field(ge=0, le=1)


class SitePhrasesOut(BaseModel):
    """Every phrase, in the order they came."""

    phrases: list[SitePhraseOut]


def phrase_out(phrase: SitePhrase) -> SitePhraseOut:
    """A phrase as it is shown."""
    return SitePhraseOut(
        id=phrase.id,
        system=phrase.ref.system.value,
        code=phrase.ref.code,
        display=phrase.display,
        text=phrase.text,
        language=phrase.language,
        added_by=phrase.by_name,
        added_at=phrase.at,
        right=phrase.right,
        wrong=phrase.wrong,
        confidence=phrase.confidence,
    )


def field_names() -> frozenset[str]:
    """The names that an error may repeat."""
    return frozenset((*SitePhraseIn.model_fields, "phrase_id"))
