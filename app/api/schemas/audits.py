"""Requests and responses of the second-level audit. `null` means: not given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictStr

from app.api.schemas.charts import NoteOut, PatientOut, WordsOut
from app.api.schemas.claims import CodeRefOut
from app.api.schemas.encounters import CodeIn, Line, Strict, WordsIn
from app.api.schemas.request import SystemName
from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.item import ItemState
from app.domain.audits.sample import MOST_ITEMS, SampleKind
from app.domain.coding import LineState, Origin
from app.domain.encounter import Setting
from app.domain.review import MOST_MODIFIERS, MOST_POINTERS, MOST_UNITS

Comment = Annotated[StrictStr, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Name = Annotated[StrictStr, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class RuleIn(Strict):
    """Which finalised encounters; what is not given narrows nothing."""

    coder: Name | None = Field(default=None, description="Name of who finalised")
    settings: list[Setting] = Field(default=[], max_length=4)
    code: Annotated[StrictStr, Field(max_length=20, pattern=r"^[A-Za-z0-9.]*$")] = Field(
        default="", description="A billed code begins with it: `E11`"
    )
    least_confidence: Annotated[float, Field(ge=0, le=1)] | None = Field(default=None, description="A billed code was suggested with at least this")
    most_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    overridden: StrictBool | None = Field(default=None, description="Blocking findings were set aside")
    bundle: Name | None = Field(default=None, description="Id of the bundle that suggested")
    finalized_from: AwareDatetime | None = None
    finalized_before: AwareDatetime | None = None


class SampleIn(Strict):
    """A sample to draw: `charts` of them, or a `share` of all that answer to the rule."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "May, all coders", "kind": "random", "charts": 30, "rule": {"finalized_from": "2026-05-01T00:00:00Z"}, "blind": True},
                {"name": "Diabetes", "kind": "rule", "share": 0.1, "rule": {"code": "E11", "settings": ["outpatient"]}},
            ]
        },
    )

    name: Line = ""
    kind: SampleKind
    charts: Annotated[int, Field(strict=True, ge=1, le=MOST_ITEMS)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    rule: RuleIn = RuleIn()
    blind: StrictBool = False
    auditor: Name | None = Field(default=None, description="Name of the auditor who judges; null for the caller")


class AuditLineIn(CodeIn):
    """A code that the auditor holds right. Without `words` those of the coder's code stay."""

    modifiers: list[Annotated[StrictStr, Field(pattern=r"^[A-Z0-9]{2}$")]] = Field(default=[], max_length=MOST_MODIFIERS)
    units: Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)] = 1
    pointers: list[CodeIn] = Field(default=[], max_length=MOST_POINTERS)
    words: list[WordsIn] = Field(default=[], max_length=20)


Lines = Annotated[list[AuditLineIn], Field(max_length=200)]


class CodesIn(Strict):
    """Codes in claim order."""

    codes: Lines


class BlindCodesIn(CodesIn):
    """The auditor's own codes; `hand_in` ends blind coding for good."""

    hand_in: StrictBool = False


class AuditErrorIn(CodeIn):
    """An error of the coder. `instead`: the auditor's code, for `wrong_code`, `specificity` and `visit_level`."""

    category: ErrorCategory
    grade: Grade
    instead: CodeIn | None = None
    comment: Comment = ""


class JudgementIn(Strict):
    """The right codes in claim order, and one error for every difference from the coder's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "codes": [{"system": "ICD-10-CM", "code": "E11.40"}, {"system": "ICD-10-CM", "code": "I10"}],
                    "errors": [
                        {
                            "system": "ICD-10-CM",
                            "code": "E11.9",
                            "category": "specificity",
                            "grade": "major",
                            "instead": {"system": "ICD-10-CM", "code": "E11.40"},
                            "comment": "The assessment names neuropathy.",
                        }
                    ],
                }
            ]
        },
    )

    codes: Lines
    errors: list[AuditErrorIn] = Field(default=[], max_length=400)
    comment: Comment = ""


class AnswerIn(Strict):
    """What the coder says of the judgement; a dispute says why."""

    answer: Literal["acknowledged", "disputed"]
    comment: Comment = ""


class SettlementIn(Strict):
    """The end of the matter; `judgement` replaces the one before where the coder was right."""

    comment: Comment = ""
    judgement: JudgementIn | None = None


class IntervalOut(BaseModel):
    """A share with its 95 % interval (Wilson)."""

    share: float
    low: float
    high: float


class SampleOut(BaseModel):
    """A sample as it was drawn and how far it is. `seed`, `population` and `digest` let anyone draw it again."""

    id: str
    name: str
    kind: SampleKind
    blind: bool
    rule: RuleIn
    charts: int
    auditor: str
    drawn_by: str
    drawn_at: datetime
    seed: str
    population: int = Field(description="How many encounters could have been drawn")
    digest: str = Field(description="SHA-256 over their ids in order, one a line")
    states: dict[ItemState, int]
    codes: int = Field(description="Codes judged so far")
    agreed: int
    accuracy: IntervalOut | None


class SamplesOut(BaseModel):
    """Samples, the last drawn first; `next` is the `before` of the next page, null on the last."""

    samples: list[SampleOut]
    next: datetime | None


class ItemRowOut(BaseModel):
    """A chart of a sample, without codes. `coder` is null while the auditor codes it blind."""

    sample: str
    number: int
    encounter: str
    external_id: str
    version: int
    coder: str | None
    auditor: str
    blind: bool
    state: ItemState
    judged_at: datetime | None
    codes: int | None
    agreed: int | None


class SampleDetailOut(SampleOut):
    """A sample with its charts."""

    items: list[ItemRowOut]


class RedrawOut(BaseModel):
    """Whether drawing again with what was recorded gives the same."""

    same_population: bool
    same_charts: bool


class FeedbackOut(BaseModel):
    """Judged encounters that the caller finalised, the last judged first."""

    items: list[ItemRowOut]


class AuditLineOut(BaseModel):
    """A code of an audited chart."""

    system: SystemName
    code: str
    display: str
    modifiers: list[str]
    units: int
    pointers: list[CodeRefOut]
    words: list[WordsOut]


class WeighedOut(BaseModel):
    """What the program made of a code, and what was decided of it."""

    system: SystemName
    code: str
    display: str
    origin: Origin
    state: LineState
    confidence: float | None
    evidence: list[WordsOut]
    rule: str
    reason: str


class AuditErrorOut(BaseModel):
    """An error of the coder."""

    system: SystemName
    code: str
    category: ErrorCategory
    grade: Grade
    instead: CodeRefOut | None
    comment: str


class DifferencesOut(BaseModel):
    """The errors that differences most likely are."""

    differences: list[AuditErrorOut]


class JudgementOut(BaseModel):
    """A judgement; the last one holds."""

    by: str
    at: datetime
    codes: list[AuditLineOut]
    errors: list[AuditErrorOut]
    comment: str


class ReplyOut(BaseModel):
    """A step after the judgement."""

    state: ItemState
    by: str
    at: datetime
    comment: str


class AnsweredQueryOut(BaseModel):
    """A physician's answer, which is part of the record."""

    title: str
    question: str
    answer: str


class RecordOut(BaseModel):
    """The record that is audited."""

    external_id: str
    setting: Setting
    service_date: str | None
    patient: PatientOut
    notes: list[NoteOut]
    answers: list[AnsweredQueryOut]


class AuditItemOut(BaseModel):
    """A chart of a sample.

    While its auditor codes blind, everything that program or coder made of it is null for them: `encounter`, `coder`, `weighed`,
    `coder_codes`, `auditor_codes`, `differences`. `draft` is then what they have so far.
    """

    sample: str
    number: int
    kind: SampleKind
    blind: bool
    hidden: bool
    state: ItemState
    revision: int
    auditor: str
    version: int
    record: RecordOut
    draft: list[AuditLineOut]
    encounter: str | None
    coder: str | None
    weighed: list[WeighedOut] | None
    coder_codes: list[AuditLineOut] | None
    auditor_codes: list[AuditLineOut] | None
    blind_codes: list[AuditLineOut] | None
    differences: list[AuditErrorOut] | None
    judgements: list[JudgementOut]
    replies: list[ReplyOut]


_MODELS: tuple[type[BaseModel], ...] = (RuleIn, SampleIn, AuditLineIn, CodesIn, BlindCodesIn, AuditErrorIn, JudgementIn, AnswerIn, SettlementIn)


def field_names() -> frozenset[str]:
    """Every name of these requests that is ours."""
    return frozenset((*(name for model in _MODELS for name in model.model_fields), "sample_id", "auditor", "before", "state"))
