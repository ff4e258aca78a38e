"""The one table from errors to HTTP statuses, and the handlers that speak by it.

Bodies are `application/problem+json` (RFC 9457). Nothing a caller sent is repeated in them, and `ValueError` is not in the
table: it is a bug and becomes a 500 without details (boundary.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Scope

from app.api.schemas.problem import MEDIA_TYPE, FieldError, Problem
from app.domain import access_errors as access
from app.domain import errors as e

STATUSES: Mapping[type[e.ChartcoderError], int] = {
    e.InputError: 422,
    e.NoteTooLong: 413,
    e.NotFound: 404,
    # The address exists; it is the date in the request that no release covers.
    e.ReleaseNotFound: 422,
    access.Unauthorized: 401,
    access.Forbidden: 403,
    e.Conflict: 409,
    e.StaleWrite: 412,
    e.RevisionMissing: 428,
    access.SignInLocked: 429,
    e.Unavailable: 503,
}
"""Status of an error: that of its own class, else of the nearest class above it."""

RETRY_AFTER_SECONDS = "2"
SIGN_IN_AFTER_SECONDS = "900"


@dataclass(frozen=True, slots=True)
class HttpProblem:
    """An error of the transport, which the domain knows nothing of."""

    code: str
    status: int
    title: str
    detail: str


MALFORMED_JSON = HttpProblem("malformed_json", 400, "The body is not JSON", "Send one JSON object")
NOT_UTF8 = HttpProblem("not_utf8", 400, "The body is not UTF-8", "Encode the JSON as UTF-8 and send no other charset")
NOT_FOUND = HttpProblem("not_found", 404, "There is nothing here", "See /openapi.json for the addresses of this service")
METHOD_NOT_ALLOWED = HttpProblem("method_not_allowed", 405, "This method is not known here", "See the header Allow")
BODY_TOO_LARGE = HttpProblem("body_too_large", 413, "The body is too large", "Send the note in parts, or raise CHARTCODER_MAX_REQUEST_BYTES")
UNSUPPORTED_MEDIA_TYPE = HttpProblem(
    "unsupported_media_type", 415, "The body is of a type that is not read here", "Send Content-Type: application/json, uncompressed"
)
INVALID_REQUEST = HttpProblem("invalid_request", 422, "The request is not valid", "")
ONLY_HERE = HttpProblem(
    "only_here",
    403,
    "The demonstration is for this machine only",
    "Ask from the machine itself by 127.0.0.1 or localhost, or set CHARTCODER_AUTH=required and make users with `chartcoder users add`",
)
INTERNAL_ERROR = HttpProblem("internal_error", 500, "Something failed on our side", "Tell the operator the request id; the log has the details")
HTTP_ERROR = HttpProblem("http_error", 400, "The request could not be answered", "See /openapi.json for what this service answers")

HTTP_PROBLEMS = (
    MALFORMED_JSON,
    NOT_UTF8,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_REQUEST,
    ONLY_HERE,
    INTERNAL_ERROR,
    HTTP_ERROR,
)
_BY_STATUS = {p.status: p for p in (NOT_FOUND, METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, INTERNAL_ERROR)}
_TITLES = {
    401: "Who asks is not known",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible as things stand",
    412: "The encounter was changed",
    413: "The note is too long",
    422: "The request can't be used",
    428: "If-Match is missing",
    429: "Too many wrong passwords",
    503: "The service is not available",
}


def status_of(error: type[e.ChartcoderError]) -> int:
    """The status of an error. Raises KeyError for one that nothing in the table is above."""
    for ancestor in error.__mro__:
        if ancestor in STATUSES:
            return STATUSES[ancestor]
    raise KeyError(error.__name__)


def problem(
    scope: Scope,
    what: HttpProblem,
    *,
    status: int | None = None,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> JSONResponse:
    """A problem as a response to the request of `scope`; `extra` are members of its own (RFC 9457, 3.2)."""
    body = Problem(
        type=f"urn:chartcoder:problem:{what.code}",
        title=what.title,
        status=status or what.status,
        detail=detail or what.detail,
        code=what.code,
        request_id=scope.get("state", {}).get("request_id", ""),
        errors=list(errors),
    )
    return JSONResponse({**body.model_dump(), **(extra or {})}, body.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def domain_problem(
    scope: Scope, error: e.ChartcoderError, *, headers: Mapping[str, str] | None = None, extra: Mapping[str, object] | None = None
) -> JSONResponse:
    """An error of the domain as a response."""
    status = status_of(type(error))
    own: dict[str, str] = {}
    if isinstance(error, e.Unavailable):
        own["Retry-After"] = RETRY_AFTER_SECONDS
    elif isinstance(error, access.SignInLocked):
        own["Retry-After"] = SIGN_IN_AFTER_SECONDS
    elif isinstance(error, access.Unauthorized):
        own["WWW-Authenticate"] = 'Bearer realm="chartcoder"'
    faults = error.faults if isinstance(error, e.QueryNotCompliant) else ()
    fields = [FieldError(field=part, message=f"{check}: {mend}") for part, check, mend in faults]
    return problem(
        scope, HttpProblem(error.code, status, _TITLES[status], str(error)), errors=fields, headers={**own, **(headers or {})}, extra=extra
    )


def handle_errors(app: FastAPI, field_names: frozenset[str]) -> None:
    """Register the handlers. `field_names`: the names a field path may show; any other came from the caller and may be words of a note."""

    async def on_domain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, e.ChartcoderError)
        return domain_problem(request.scope, error)

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = error.errors()
        if any(fault["type"] == "json_invalid" for fault in faults):
            return problem(request.scope, MALFORMED_JSON)
        fields = [FieldError(field=_path(f["loc"], field_names), message=_message(f)) for f in faults]
        detail = "; ".join(f"{f.field}: {f.message}" for f in fields[:3])
        return problem(request.scope, INVALID_REQUEST, detail=detail, errors=fields)

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        # FastAPI raises a bare 400 for JSON nested too deep to parse.
        what = MALFORMED_JSON if error.status_code == MALFORMED_JSON.status else _BY_STATUS.get(error.status_code, HTTP_ERROR)
        return problem(request.scope, what, status=error.status_code, headers=error.headers)

    app.add_exception_handler(e.ChartcoderError, on_domain)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


def _message(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "union_tag_invalid":
        # Pydantic's own message repeats the tag that was sent.
        return f"Input should name one of {fault['ctx']['expected_tags']}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _path(location: Sequence[str | int], known: frozenset[str]) -> str:
    """`("body", "encounter", "age")` → `encounter.age`; names that are not ours become `?`."""
    parts = [str(part) if isinstance(part, int) or part in known else "?" for part in location]
    return ".".join(parts[1:]) or (parts[0] if parts else "body")
