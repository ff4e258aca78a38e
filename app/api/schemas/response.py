"""The response of POST /v1/suggestions. Offsets count Unicode code points of the text as sent, end exclusive."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.api.schemas.claims import ClaimOut, FindingOut, SpanOut
from app.api.schemas.request import SystemName

Confidence = float


class AssertionOut(BaseModel):
    """What the note asserts of the words, and the words that say so (the axes of ConText)."""

    presence: Literal["present", "absent", "possible", "conditional"]
    temporality: Literal["current", "historical", "hypothetical", "planned"]
    experiencer: Literal["patient", "other"]
    cues: list[SpanOut]


class EvidenceOut(SpanOut):
    """Words of the note that support a code."""

    text: str = Field(min_length=1)
    section: str = Field(description="Category of the section; empty before the first heading")
    assertion: AssertionOut


class AlternativeOut(BaseModel):
    """Another code that the same words could mean; confidence 0 for one that was not weighed."""

    system: SystemName
    code: str
    display: str
    confidence: Confidence = Field(ge=0, le=1)


class SuggestionOut(BaseModel):
    """A code with its calibrated confidence and the words that support it, best first."""

    system: SystemName
    code: str
    display: str
    confidence: Confidence = Field(ge=0, le=1)
    evidence: list[EvidenceOut] = Field(min_length=1)
    alternatives: list[AlternativeOut]
    modifiers: list[str] = Field(description="Modifiers that the note supports; those that the code may take stand with the code")
    units: int = Field(ge=1, description="Units that the note supports: doses, minutes, further pieces")
    reasons: list[str]


class SuppressedOut(SuggestionOut):
    """A code that a rule kept back."""

    rule: str
    reason: str


_EVIDENCE = {
    "begin": 12,
    "end": 43,
    "text": "Type 2 diabetes with neuropathy",
    "section": "assessment_plan",
    "assertion": {"presence": "present", "temporality": "current", "experiencer": "patient", "cues": []},
}


class SuggestionsResponse(BaseModel):
    """Codes to bill, codes seen but not billed, and codes that a rule kept back; each list best first."""

    bundle_id: str
    releases: dict[str, str] = Field(description="Code system → name of the release that was used")
    codes: list[SuggestionOut]
    candidates: list[SuggestionOut]
    suppressed: list[SuppressedOut]
    findings: list[FindingOut]
    claim: ClaimOut | None = Field(description="The codes to bill in order; null where the setting is unknown")
    not_checked: list[FindingOut] = Field(description="Rules that had no data to look at, which is not a pass")


EXAMPLE = {
    "bundle_id": "9f2c51d07a3be846",
    "releases": {"ICD-10-CM": "2026-04", "CPT": "catalogue", "HCPCS": "catalogue"},
    "codes": [
        {
            "system": "ICD-10-CM",
            "code": "E11.40",
            "display": "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
            "confidence": 0.941,
            "evidence": [_EVIDENCE],
            "alternatives": [
                {"system": "ICD-10-CM", "code": "E11.42", "display": "Type 2 diabetes mellitus with diabetic polyneuropathy", "confidence": 0.22}
            ],
            "modifiers": [],
            "units": 1,
            "reasons": ["stated under assessment plan"],
        }
    ],
    "candidates": [],
    "suppressed": [],
    "findings": [],
    "claim": {"diagnoses": ["E11.40"], "procedures": []},
    "not_checked": [],
}
