"""What every route says of its errors in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from app.api.schemas.problem import MEDIA_TYPE, Problem

_WHY = {
    400: "The body is not JSON, or not UTF-8",
    401: "Neither a session nor an API key came with the request, or it has ended",
    403: "The role, or the scope of the key, does not allow it, or not for this encounter; or the CSRF token is missing",
    404: "The code is not in the release, the encounter, bundle or run does not exist, or there is no such address",
    405: "This method is not known here",
    409: "The encounter, the bundle or the run is not in a state for it; `code` says which",
    412: "The encounter was changed since it was read: `current` holds it as it is now, `ETag` its revision",
    413: "The note or the body is too long",
    415: "The body is not `application/json`",
    422: "A field is not valid, or no code release covers the date of service",
    428: "The header If-Match is missing",
    429: "Too many wrong passwords: try again later",
    500: "A bug; the log has it under the request id",
    503: "The bundle or a code release is missing, damaged or still opening; `code` and `detail` say which and what to do",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these statuses, each a problem+json."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {status: {"description": _WHY[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


def example(value: object) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry that shows an example of the answer."""
    return {200: {"content": {"application/json": {"example": value}}}}


def with_problem_schema(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the schemas that `problems` refers to."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    # FastAPI documents its own body for 422, which this service never sends.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document
