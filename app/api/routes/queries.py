"""POST /v1/queries/draft and POST /v1/queries/lint."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from app.api.documents import example, problems
from app.api.schemas import query_mapping as mapping
from app.api.schemas.queries import DRAFT_EXAMPLE, LINT_EXAMPLE, QueryDraftRequest, QueryDraftResponse, QueryLintRequest, QueryLintResponse
from app.api.state import ServiceState
from app.domain.note import ClinicalNote

DRAFT_PATH, LINT_PATH = "/v1/queries/draft", "/v1/queries/lint"


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["queries"])

    @routes.post(DRAFT_PATH, responses={**example(DRAFT_EXAMPLE), **problems(400, 404, 413, 415, 422, 500, 503)})
    def draft_query(body: Annotated[QueryDraftRequest, Body()]) -> QueryDraftResponse:
        """Draft a query to the physician about what the record leaves open.

        It cites the record, offers the answers that the code release knows together with "other" and "unable to determine",
        or asks openly where there are none or too many, and passes the linter.
        """
        return mapping.draft_response(state.queries.draft(mapping.draft_request(body)))

    @routes.post(LINT_PATH, responses={**example(LINT_EXAMPLE), **problems(400, 413, 415, 422, 500, 503)})
    def lint_query(body: Annotated[QueryLintRequest, Body()]) -> QueryLintResponse:
        """Check a query, drafted or typed by hand, for the properties of a compliant one; each fault says how to mend it."""
        note = None if body.text is None else ClinicalNote(body.text)
        return mapping.lint_response(state.queries.lint(mapping.typed_query(body.query), note))

    return routes
