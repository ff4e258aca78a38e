"""The request of POST /v1/suggestions. `null` means: not given."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, WithJsonSchema

from app.domain.encounter import OLDEST_AGE

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# At least one visible character, and no NUL; the domain checks it, the document says it.
_VISIBLE = r"^[^\x00]*[^\s\x00][^\x00]*$"
SystemName = Literal["ICD-10-CM", "CPT", "HCPCS", "ICD-10-PCS"]


def _only_a_date(value: object) -> object:
    """Pydantic would also take a timestamp or a time of day, which is not a date of service."""
    if value is None or isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError("must be a date as 2026-05-01")


def _only_a_number(value: object) -> object:
    """Pydantic would also take `true` and "54"."""
    if isinstance(value, bool | str):
        raise ValueError("must be a number")  # pydantic makes a field error of this one only
    return value


IsoDate = Annotated[
    date,
    BeforeValidator(_only_a_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]
strict_number = BeforeValidator(_only_a_number)
NoteText = Annotated[
    StrictStr,
    Field(min_length=1, description="The note. Offsets in the response count its Unicode code points", json_schema_extra={"pattern": _VISIBLE}),
]


class PatientIn(BaseModel):
    """What coding depends on of a patient."""

    model_config = ConfigDict(extra="forbid")

    sex: Literal["female", "male", "unknown"] | None = None
    age: Annotated[int, strict_number, Field(ge=0, le=OLDEST_AGE, description="Whole years on the date of service")] | None = None


class EncounterIn(BaseModel):
    """What coding depends on of an encounter."""

    model_config = ConfigDict(extra="forbid")

    setting: Literal["outpatient", "inpatient", "emergency", "unknown"] | None = Field(default=None, description="Decides which guidelines apply")
    service_date: IsoDate | None = Field(default=None, description="Decides which code release applies; the newest when not given")
    patient: PatientIn | None = None


class SuggestionsRequest(BaseModel):
    """A note with what is known of its encounter."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "Assessment: Type 2 diabetes with neuropathy. Hypertension, controlled. No chest pain. Father had a stroke.",
                    "encounter": {"setting": "outpatient", "service_date": "2026-05-01", "patient": {"sex": "female", "age": 54}},
                    "code_systems": ["ICD-10-CM"],
                    "limit": 20,
                    "min_confidence": 0.05,
                }
            ]
        },
    )

    text: NoteText
    encounter: EncounterIn | None = None
    code_systems: list[SystemName] | None = Field(default=None, max_length=16, description="All when not given")
    limit: Annotated[int, strict_number, Field(ge=1, le=500)] | None = Field(
        default=None, description="Most codes per code system, whatever their status; 100 when not given"
    )
    min_confidence: Annotated[float, strict_number, Field(ge=0, le=1, allow_inf_nan=False)] | None = Field(
        default=None, description="Least confidence; 0 when not given"
    )


def field_names() -> frozenset[str]:
    """Every name of the request that is ours, and so may be repeated in an error."""
    return frozenset(name for model in (SuggestionsRequest, EncounterIn, PatientIn) for name in model.model_fields)
