"""Requests of the workflow. `null` means: not given."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from app.api.schemas.request import EncounterIn, SystemName
from app.domain.chart import QueryStatus
from app.domain.query_kind import QueryKind
from app.domain.review import MOST_MODIFIERS, MOST_POINTERS, MOST_UNITS, RejectReason
from app.usecases.charts.submit import MOST_NOTES

_VISIBLE = r"^[^\x00]*[^\s\x00][^\x00]*$"
_NO_NUL = r"^[^\x00]*$"
Line = Annotated[StrictStr, Field(max_length=200, pattern=_NO_NUL)]
Words = Annotated[StrictStr, Field(min_length=1, max_length=4000, pattern=_VISIBLE)]
MOST_SECONDS = 86_400
Seconds = Annotated[int, Field(strict=True, ge=0, le=MOST_SECONDS)]
Place = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Strict(BaseModel):
    """Takes no field that it does not know."""

    model_config = ConfigDict(extra="forbid")


class NoteIn(Strict):
    """A note. Offsets of evidence count its Unicode code points."""

    text: StrictStr = Field(min_length=1, json_schema_extra={"pattern": _VISIBLE})
    title: Line = Field(default="", description="What its author calls it, as `Progress note`")


class EncounterRequest(Strict):
    """An encounter with its notes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "external_id": "visit-4711",
                    "patient_id": "mrn-0815",
                    "encounter": {"setting": "outpatient", "service_date": "2026-05-04", "patient": {"sex": "female", "age": 67}},
                    "notes": [{"title": "Progress note", "text": "Assessment: hypertension, controlled. Right knee pain."}],
                }
            ]
        },
    )

    notes: list[NoteIn] = Field(min_length=1, max_length=MOST_NOTES)
    encounter: EncounterIn | None = None
    external_id: Line = Field(default="", description="The encounter's id where it comes from; returned in events")
    patient_id: Line = Field(
        default="",
        description="The patient's id where it comes from, so that no model is measured on a patient whom it was trained on; never returned",
    )


class CodeIn(Strict):
    """A code by name."""

    system: SystemName
    code: StrictStr = Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9.]+$")


class WordsIn(Strict):
    """Characters [begin, end) of one version of one note of the encounter."""

    note: Place
    version: Place = 1
    begin: Annotated[int, Field(strict=True, ge=0, le=5_000_000)]
    end: Annotated[int, Field(strict=True, ge=1, le=5_000_000)]


class OfferIn(Strict):
    """Words of a note to offer codes for."""

    words: WordsIn
    limit: Annotated[int, Field(strict=True, ge=1, le=50)] = 12


class AcceptIn(CodeIn):
    """The code is right."""

    verdict: Literal["accept"]


class RejectIn(CodeIn):
    """The code is wrong, and why."""

    verdict: Literal["reject"]
    reason: RejectReason
    comment: Annotated[StrictStr, Field(max_length=1000, pattern=_NO_NUL)] = ""


class ReplaceIn(CodeIn):
    """Another code is right for the same words."""

    verdict: Literal["replace"]
    by: CodeIn


class AddIn(CodeIn):
    """A code that was not suggested, with the words that support it."""

    verdict: Literal["add"]
    words: list[WordsIn] = Field(min_length=1, max_length=20)


class ReorderIn(Strict):
    """The order on the claim; codes not named follow in their old order."""

    verdict: Literal["reorder"]
    codes: list[CodeIn] = Field(min_length=1, max_length=200)


class ModifyIn(CodeIn):
    """Modifiers and units of an accepted service."""

    verdict: Literal["modify"]
    modifiers: list[Annotated[StrictStr, Field(pattern=r"^[A-Z0-9]{2}$")]] = Field(max_length=MOST_MODIFIERS)
    units: Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)] = 1


class PointIn(CodeIn):
    """The accepted diagnoses that support an accepted service, the most important first."""

    verdict: Literal["point"]
    diagnoses: list[CodeIn] = Field(max_length=MOST_POINTERS)


class UndoIn(Strict):
    """Take an earlier decision of this review back; undoing an undo brings it back."""

    verdict: Literal["undo"]
    sequence: Place


VerdictIn = Annotated[AcceptIn | RejectIn | ReplaceIn | AddIn | ReorderIn | ModifyIn | PointIn | UndoIn, Field(discriminator="verdict")]


class QueryIn(Strict):
    """A query to the physician, drafted by POST /v1/queries/draft or by hand."""

    kind: QueryKind
    title: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=_VISIBLE)]
    question: Words
    options: list[Annotated[StrictStr, Field(min_length=1, max_length=500, pattern=_VISIBLE)]] = Field(default=[], max_length=20)
    quotes: list[Annotated[StrictStr, Field(min_length=1, max_length=4000, pattern=_VISIBLE)]] = Field(
        default=[], max_length=20, description="Words of the record, letter by letter"
    )
    send: StrictBool = Field(default=True, description="False keeps it as a draft")


class QueryStepIn(Strict):
    """The next status of a query; `answered` comes with the answer."""

    status: Literal[QueryStatus.SENT, QueryStatus.ANSWERED, QueryStatus.WITHDRAWN]
    answer: Annotated[StrictStr, Field(max_length=4000, pattern=_NO_NUL)] = ""


class FinalizeIn(Strict):
    """`override_reason` sets blocking findings aside; it needs the permission `override`."""

    override_reason: Annotated[StrictStr, Field(max_length=1000, pattern=_NO_NUL)] = ""
    active_seconds: Seconds | None = Field(
        default=None, description="How long the caller worked on it since it was last released; null for not measured"
    )


class ReopenIn(Strict):
    """Why the encounter is taken up again."""

    reason: Annotated[StrictStr, Field(min_length=1, max_length=1000, pattern=_VISIBLE)]


class AssignIn(Strict):
    """The name of a coder or manager; null for nobody."""

    assignee: Annotated[StrictStr, Field(min_length=1, max_length=100, pattern=_VISIBLE)] | None


class AssignManyIn(AssignIn):
    """Several encounters for one coder: all or none."""

    encounters: list[Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{24}$")]] = Field(min_length=1, max_length=500)


class SignInIn(Strict):
    """A person's name and password."""

    user: Annotated[StrictStr, Field(min_length=1, max_length=100, pattern=_VISIBLE)]
    password: Annotated[StrictStr, Field(min_length=1, max_length=200)]


_MODELS: tuple[type[BaseModel], ...] = (
    NoteIn, EncounterRequest, CodeIn, WordsIn, OfferIn, AcceptIn, RejectIn, ReplaceIn, AddIn, ReorderIn, ModifyIn, PointIn, UndoIn,
    QueryIn, QueryStepIn, FinalizeIn, ReopenIn, AssignIn, AssignManyIn, SignInIn,
)  # fmt: skip
_VERDICTS = ("accept", "reject", "replace", "add", "reorder", "modify", "point", "undo")
_PARAMETERS = (
    "header", "cookie", "If-Match", "Idempotency-Key", "encounter_id", "number", "status", "setting", "assignee", "order", "cursor", "after",
    "received_before", "received_from", "min_priority", "active_seconds",
)  # fmt: skip


def field_names() -> frozenset[str]:
    """Every name of these requests that is ours, and so may be repeated in an error."""
    return frozenset((*(name for model in _MODELS for name in model.model_fields), *_VERDICTS, *_PARAMETERS))
