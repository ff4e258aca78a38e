"""Requests and responses of POST /v1/queries/draft and POST /v1/queries/lint. `null` means: not given."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from app.api.schemas.claims import SpanOut
from app.api.schemas.request import EncounterIn, NoteText, SystemName, strict_number

KindName = Literal["laterality", "specificity", "acuity", "type", "causal-link", "clinical-significance", "conflicting", "uncertain"]
Phrase = Annotated[StrictStr, Field(min_length=1)]


class CodeIn(BaseModel):
    """A code by name."""

    model_config = ConfigDict(extra="forbid")

    system: SystemName
    code: Annotated[StrictStr, Field(min_length=1, max_length=20, examples=["M17.10"])]


class SpanIn(BaseModel):
    """Characters [begin, end) of the text, in Unicode code points; `begin` is less than `end`."""

    model_config = ConfigDict(extra="forbid")

    begin: Annotated[int, strict_number, Field(ge=0)]
    end: Annotated[int, strict_number, Field(ge=1)]


class QueryDraftRequest(BaseModel):
    """A note and what to ask about: the codes of a finding, or words of the note."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "HPI: knee pain for months, worse on stairs.\nAssessment: Primary osteoarthritis of the knee. Hypertension.",
                    "encounter": {"setting": "outpatient", "service_date": "2026-05-04"},
                    "kind": "laterality",
                    "codes": [{"system": "ICD-10-CM", "code": "M17.10"}],
                }
            ]
        },
    )

    text: NoteText
    encounter: EncounterIn | None = None
    kind: KindName | None = Field(default=None, description="What the record leaves open; told by the codes when not given")
    codes: list[CodeIn] | None = Field(
        default=None,
        max_length=8,
        description="As a finding names them; two for a relationship or a conflict. Needed unless `evidence` and `kind` are given",
    )
    evidence: list[SpanIn] | None = Field(
        default=None, max_length=8, description="Words of the note to ask about, one span for each subject; found by the codes when not given"
    )
    choices: list[Phrase] | None = Field(
        default=None, max_length=20, description="Answers that the record supports, in clinical words; those of the code release when not given"
    )


class QueryIn(BaseModel):
    """A query, drafted or typed by hand."""

    model_config = ConfigDict(extra="forbid")

    kind: KindName | None = None
    title: StrictStr
    quotes: list[Phrase] = Field(max_length=50, description="Words of the record, letter by letter")
    question: StrictStr
    options: list[Phrase] = Field(default=[], max_length=50, description="The choices; none for an answer in free text")


class QueryLintRequest(BaseModel):
    """A query to check, with the note it is about where that is at hand."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "query": {
                        "kind": "type",
                        "title": "Sepsis query",
                        "quotes": ["T 39.2, HR 118, lactate 3.1"],
                        "question": "The findings are consistent with sepsis. Please document sepsis so that we can bill the right DRG.",
                        "options": ["Sepsis", "Other (please specify)"],
                    },
                    "text": "T 39.2, HR 118, lactate 3.1. Started on ceftriaxone.",
                }
            ]
        },
    )

    query: QueryIn
    text: NoteText | None = Field(default=None, description="The note; with it quotes and conditions are checked against the record")


class QuoteOut(BaseModel):
    """Words of the record."""

    text: str
    section: str = Field(description="Category of the section; empty before the first heading")
    span: SpanOut | None


class QueryOut(BaseModel):
    """A query. `form`: whether the answer is free text, one of the choices, or yes or no."""

    kind: KindName | None
    form: Literal["open", "choice", "yes-no"]
    title: str
    quotes: list[QuoteOut]
    question: str
    options: list[str]
    text: str = Field(description="The whole query as plain text, to be sent as it stands")


class QueryFaultOut(BaseModel):
    """One thing wrong with a query, with the words concerned."""

    check: str = Field(description="Which property it lacks; docs/physician-queries.md lists all")
    part: str = Field(description="`title`, `question`, `quotes.0`, `options.0`, or `query` for what is missing")
    begin: int = Field(ge=0, description="Within the part, in Unicode code points")
    end: int = Field(ge=0)
    words: str
    message: str
    mend: str


class QueryDraftResponse(BaseModel):
    """A draft. `faults` is empty unless choices or evidence of the request made it so."""

    query: QueryOut
    faults: list[QueryFaultOut]


class QueryLintResponse(BaseModel):
    """`compliant` is true when there is no fault."""

    compliant: bool
    faults: list[QueryFaultOut]


def field_names() -> frozenset[str]:
    """Every name of the requests that is ours, and so may be repeated in an error."""
    models = (QueryDraftRequest, QueryLintRequest, QueryIn, CodeIn, SpanIn)
    return frozenset(name for model in models for name in model.model_fields)


_QUESTION = (
    "The record states “Primary osteoarthritis of the knee” and does not state the side. Based on your clinical judgment, please clarify the side."
)
DRAFT_EXAMPLE = {
    "query": {
        "kind": "laterality",
        "form": "choice",
        "title": "Clarification of side",
        "quotes": [{"text": "Primary osteoarthritis of the knee.", "section": "assessment", "span": {"begin": 56, "end": 91}}],
        "question": _QUESTION,
        "options": ["Right side", "Left side", "Both sides", "Other (please specify)", "Unable to determine"],
        "text": (
            "Clarification of side\n\nFrom the record:\n- assessment: “Primary osteoarthritis of the knee.”\n\n"
            f"{_QUESTION}\n\n[ ] Right side\n[ ] Left side\n[ ] Both sides\n[ ] Other (please specify)\n[ ] Unable to determine\n"
        ),
    },
    "faults": [],
}
LINT_EXAMPLE = {
    "compliant": False,
    "faults": [
        {
            "check": "beyond-record",
            "part": "title",
            "begin": 0,
            "end": 6,
            "words": "Sepsis",
            "message": "stands in the title and not in the record",
            "mend": "name what is asked for, not a diagnosis: “Clarification of type”, or use the words of the record",
        },
        {
            "check": "payment",
            "part": "question",
            "begin": 94,
            "end": 97,
            "words": "DRG",
            "message": "speaks of payment, quality scores or other uses of the answer",
            "mend": "leave it out: only the patient's care may be asked about",
        },
    ],
}
