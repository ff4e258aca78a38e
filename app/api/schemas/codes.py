"""The responses of GET /v1/codes and GET /v1/codes/{system}/{code}."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from app.api.schemas.request import SystemName

NOTES = ("inclusion_terms", "includes", "excludes1", "excludes2", "code_first", "use_additional", "code_also")


class BriefCode(BaseModel):
    """A code by name and title; `billable` is false for a heading."""

    system: SystemName
    code: str
    display: str
    billable: bool


class HitOut(BriefCode):
    """A code that was found; `score` is 1 for the code itself, `matched` the term that was found."""

    score: float = Field(ge=0, le=1)
    matched: str


class SearchResponse(BaseModel):
    """Codes, best first."""

    codes: list[HitOut]


class NotedCode(BriefCode):
    """A code with its own notes of the classification; those of its ancestors hold for it as well."""

    inclusion_terms: list[str]
    includes: list[str]
    excludes1: list[str]
    excludes2: list[str]
    code_first: list[str]
    use_additional: list[str]
    code_also: list[str]


class DetailsResponse(NotedCode):
    """A code as its release has it. `ancestors` run from the chapter to the parent."""

    release: str
    effective: date = Field(description="In force from this day until the next release")
    ancestors: list[NotedCode]
    children: list[BriefCode]
    seventh_characters: dict[str, str] = Field(description="Character → meaning, where the code asks for one")
    units: int
    dose: str = Field(description="Amount of drug in one unit; empty for none")
    laterality: Literal["none", "side", "bilateral"]
    modifiers: list[str]


SEARCH_EXAMPLE = {
    "codes": [
        {
            "system": "ICD-10-CM",
            "code": "M17.11",
            "display": "Unilateral primary osteoarthritis, right knee",
            "billable": True,
            "score": 0.93,
            "matched": "osteoarthritis right knee",
        }
    ]
}
