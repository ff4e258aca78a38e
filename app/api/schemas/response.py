"""The response of POST /v1/suggestions. Offsets count Unicode code points of the text as sent, end exclusive."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.api.schemas.claims import ClaimOut, CodeRefOut, FindingOut, SpanOut
from app.api.schemas.request import SystemName

Confidence = float
DecisionLevel = Literal["none", "straightforward", "low", "moderate", "high"]


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


class AutoOut(BaseModel):
    """The certificate that covers the code: at or above `threshold`, codes of its slice are right in at least `target`.

    See GET /v1/certificates for what that rests on, and for what it does not say.
    """

    certificate: str
    target: float
    confidence_level: float
    threshold: float
    issued: datetime
    expires: datetime


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
    auto: AutoOut | None = Field(description="Set where a certificate covers the code, which then needs no person; null elsewhere")


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


class SupportOut(SpanOut):
    """One thing that counts towards an element: its kind, its name, and the words of the note."""

    kind: str
    name: str
    text: str = Field(min_length=1)


class ElementOut(BaseModel):
    """An element of medical decision making with the level it reaches."""

    element: Literal["problems", "data", "risk"]
    level: DecisionLevel
    supports: list[SupportOut]


class QuoteOut(SpanOut):
    """Words of the note."""

    text: str = Field(min_length=1)


class VisitTimeOut(QuoteOut):
    """Total time as documented, and the code that it gives alone (null for none)."""

    minutes: int = Field(ge=0)
    code: str | None


class VisitLineOut(BaseModel):
    """A code of the visit with units and modifiers, and why it is there."""

    system: SystemName
    code: str
    units: int = Field(ge=1)
    modifiers: list[str]
    why: str


class EvaluationManagementOut(BaseModel):
    """The level of the visit by the CPT E/M guidelines; two of the three elements decide, or the total time.

    `code` is null when the note is insufficient; `missing` says what it lacks.
    """

    family: str | None = Field(description="office, emergency, hospital_initial, ...; null where the place of the visit is not told")
    family_evidence: list[QuoteOut]
    patient_status: Literal["new", "established", "not_stated"]
    patient_status_evidence: list[QuoteOut]
    elements: list[ElementOut] = Field(description="Problems, data and risk, in this order")
    decision_making: DecisionLevel
    decision_making_code: str | None = Field(description="What decision making gives alone")
    time: VisitTimeOut | None
    basis: Literal["stated", "decision_making", "time", "service", "insufficient"]
    system: SystemName | None
    code: str | None
    modifiers: list[str]
    evidence: list[QuoteOut]
    further: list[VisitLineOut] = Field(description="Codes beside it: prolonged service, a second visit that the note states")
    other_payers: list[VisitLineOut] = Field(description="What Medicare or other payers take in its place")
    neighbours: list[CodeRefOut] = Field(description="Other levels to think of, nearest first")
    missing: list[str]
    remarks: list[str]


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
    evaluation_management: EvaluationManagementOut | None = Field(description="The level of the visit; null for a note that is not of a visit")


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
            "auto": None,
        }
    ],
    "candidates": [],
    "suppressed": [],
    "findings": [],
    "claim": {"diagnoses": ["E11.40"], "procedures": []},
    "not_checked": [],
    "evaluation_management": None,
}
