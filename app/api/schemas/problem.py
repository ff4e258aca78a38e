"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One thing wrong with one field of the request; the value itself is never repeated."""

    field: str = Field(description="Path of the field, as `encounter.patient.age`; `?` stands for a name that is not ours")
    message: str


class Problem(BaseModel):
    """What went wrong and what to do. `code` is stable; texts may change."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:chartcoder:problem:invalid_request",
                    "title": "The request is not valid",
                    "status": 422,
                    "detail": "encounter.patient.age: Input should be less than or equal to 130",
                    "code": "invalid_request",
                    "request_id": "0f8fad5bd9cb469fa16570867728950e",
                    "errors": [{"field": "encounter.patient.age", "message": "Input should be less than or equal to 130"}],
                }
            ]
        }
    )

    type: str = Field(description="`urn:chartcoder:problem:` and the code")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: str = Field(description="Stable; every code is listed in docs/errors.md")
    request_id: str = Field(description="As in the header X-Request-ID and in the log")
    errors: list[FieldError] = Field(default=[], description="Every field that is wrong, where fields are")
