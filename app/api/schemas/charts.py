"""Responses of the workflow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.schemas.claims import ClaimOut as ClaimComposedOut
from app.api.schemas.claims import CodeRefOut, FindingOut, SpanOut
from app.api.schemas.request import SystemName
from app.api.schemas.response import AlternativeOut, AutoOut, EvaluationManagementOut, EvidenceOut
from app.domain.chart import ChartStatus, QueryStatus
from app.domain.chart_event import EventType
from app.domain.coding import LineState, Origin
from app.domain.people import Permission, Role
from app.domain.query_kind import QueryKind
from app.domain.review import RejectReason
from app.usecases.charts.offers import Source


class NoteOut(BaseModel):
    """One version of a note; `text` is null once retention erased it."""

    number: int
    version: int
    current: bool
    title: str
    text: str | None
    received_at: datetime
    by: str


class WordsOut(BaseModel):
    """Characters [begin, end) of one version of one note."""

    note: int
    version: int
    begin: int
    end: int


class LineOut(BaseModel):
    """A code of the encounter with what was decided of it. `confidence` is null for a code that nobody suggested."""

    system: SystemName
    code: str
    display: str
    origin: Origin
    state: LineState
    confidence: float | None = Field(ge=0, le=1)
    evidence: list[WordsOut]
    alternatives: list[AlternativeOut]
    modifiers: list[str]
    units: int
    pointers: list[CodeRefOut]
    reject_reason: RejectReason | None
    replaced_by: CodeRefOut | None
    replaces: CodeRefOut | None
    rule: str
    reason: str
    auto: AutoOut | None = Field(description="The certificate that marked the code when it was suggested; null for none")


class DecisionOut(BaseModel):
    """A decision; `stands` is false when it was undone. `verdict` is of the shape that was sent."""

    sequence: int
    version: int
    by: str
    at: datetime
    stands: bool
    verdict: dict[str, Any]


class QueryOut(BaseModel):
    """A query to the physician."""

    number: int
    kind: QueryKind
    title: str
    question: str
    options: list[str]
    status: QueryStatus
    by: str
    at: datetime
    answer: str
    quotes: list[str]


class FinalizedOut(BaseModel):
    """The codes of one version of the review, in claim order; they never change."""

    version: int
    by: str
    at: datetime
    codes: list[LineOut]
    findings: list[FindingOut]
    not_checked: list[FindingOut]
    override_reason: str
    active_seconds: int | None = Field(description="How long people worked on it; null where nobody measured it")


class ReopeningOut(BaseModel):
    """Why a finalised encounter was taken up again."""

    version: int
    reason: str
    by: str
    at: datetime


class ClaimOut(BaseModel):
    """Who works on the encounter, and until when."""

    by: str
    until: datetime


class PatientOut(BaseModel):
    """What coding depends on of a patient."""

    sex: Literal["female", "male", "unknown"]
    age: int | None


class EncounterOut(BaseModel):
    """An encounter's chart. `codes` are first those to bill in claim order, then the others as suggested."""

    id: str
    external_id: str
    source: str
    received_at: datetime
    setting: Literal["outpatient", "inpatient", "emergency", "unknown"]
    service_date: date | None
    patient: PatientOut
    status: ChartStatus
    version: int = Field(description="Counts reviews; re-opening begins the next")
    revision: int = Field(description="Counts writes; the ETag")
    priority: float = Field(ge=0, le=1)
    priority_reasons: list[str]
    random_slice: bool
    assignee: str | None
    claim: ClaimOut | None
    bundles: list[str]
    releases: dict[str, str]
    notes: list[NoteOut]
    codes: list[LineOut]
    decisions: list[DecisionOut]
    queries: list[QueryOut]
    finalized: list[FinalizedOut]
    reopenings: list[ReopeningOut]
    active_seconds: int = Field(description="How long people worked on this version before it was last released")


class RevisionOut(BaseModel):
    """What tells whether an encounter has changed."""

    revision: int
    status: ChartStatus
    claim: ClaimOut | None


class SectionOut(SpanOut):
    """A part of a note under one heading; `category` is empty before the first one."""

    category: str
    heading: SpanOut | None


class SuggestedOut(BaseModel):
    """A code as it was suggested for a note: why, and what the note asserts of the words."""

    system: SystemName
    code: str
    reasons: list[str]
    evidence: list[EvidenceOut]


class NoteBasisOut(BaseModel):
    """The present version of a note; empty where its text was erased."""

    note: int
    version: int
    sections: list[SectionOut]
    suggestions: list[SuggestedOut]
    evaluation_management: EvaluationManagementOut | None
    claim: ClaimComposedOut | None = Field(description="The claim that was composed of the suggestions; null where none was")


class BasisOut(BaseModel):
    """What a review rests on. `codes` before anybody decided; `superseded` those that only an earlier version of a note gave."""

    revision: int
    codes: list[LineOut]
    superseded: list[LineOut]
    notes: list[NoteBasisOut]


class OfferOut(BaseModel):
    """A complete code for selected words. `confidence` is the model's, null where it did not weigh the code."""

    system: SystemName
    code: str
    display: str
    source: Source = Field(
        description="`chart`: seen in these words; `name`: found by name; `words`: read in them alone; `alternative`: of a code seen there"
    )
    confidence: float | None = Field(ge=0, le=1)
    matched: str


class OffersOut(BaseModel):
    """Best first."""

    offers: list[OfferOut]


class RowOut(BaseModel):
    """A row of the worklist."""

    id: str
    external_id: str
    received_at: datetime
    setting: Literal["outpatient", "inpatient", "emergency", "unknown"]
    status: ChartStatus
    priority: float
    priority_reasons: list[str] = Field(description="Why a review is worth so much, the weightiest first: codes and numbers, no words of a note")
    random_slice: bool
    version: int
    revision: int
    assignee: str | None
    claim: ClaimOut | None


class WorklistOut(BaseModel):
    """A page of the worklist; `next` is the cursor of the next one, null on the last."""

    encounters: list[RowOut]
    next: str | None


class CountsOut(BaseModel):
    """Status → number of encounters that the caller may see."""

    counts: dict[ChartStatus, int]


class FindingsOut(BaseModel):
    """What speaks against the codes as they are decided now; `not_checked` are rules without data, which is not a pass."""

    findings: list[FindingOut]
    not_checked: list[FindingOut]


class AssignedOut(BaseModel):
    """The encounters that were assigned, by id."""

    encounters: list[RowOut]


class EventOut(BaseModel):
    """An event: ids, versions and codes, never words of a note. `encounter` is empty for what concerns no encounter alone."""

    sequence: int
    type: EventType
    encounter: str
    external_id: str
    version: int
    at: datetime
    data: dict[str, Any]


class EventsOut(BaseModel):
    """Events in order; `next` is the `after` of the next request, the same again when nothing is new."""

    events: list[EventOut]
    next: int


class SessionOut(BaseModel):
    """Who is signed in. `csrf_token` goes into the header X-CSRF-Token of every write."""

    name: str
    display_name: str
    roles: list[Role]
    permissions: dict[Permission, Literal["own", "any"]]
    csrf_token: str
