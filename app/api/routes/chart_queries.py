"""/v1/encounters/{id}/queries: queries to the physician as part of a chart."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import IfMatch, changed
from app.api.routes.encounters import ONE, EncounterId, Number
from app.api.schemas import chart_mapping as mapping
from app.api.schemas import encounters as q
from app.api.schemas.charts import EncounterOut
from app.api.state import ServiceState


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["review"])

    writes = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 500, 503)

    @routes.post(f"{ONE}/queries", status_code=201, response_model=EncounterOut, responses=writes)
    def write_query(request: Request, who: Who, encounter_id: EncounterId, body: Annotated[q.QueryIn, Body()], if_match: IfMatch = None) -> Response:
        """Keep a query to the physician, as a draft or sent; an encounter with a sent query can't be finalised. The linter must pass it."""
        write, words = state.workflow.query.write, mapping.query_words(body)
        return changed(state, request, who, encounter_id, if_match, lambda r: write(who, encounter_id, words, send=body.send, revision=r), status=201)

    @routes.put(f"{ONE}/queries/{{number}}", response_model=EncounterOut, responses=writes)
    def rewrite_query(
        request: Request, who: Who, encounter_id: EncounterId, number: Number, body: Annotated[q.QueryIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Put other words into a query that is still a draft, and send it where `send` says so."""
        rewrite, words = state.workflow.query.rewrite, mapping.query_words(body)
        return changed(state, request, who, encounter_id, if_match, lambda r: rewrite(who, encounter_id, number, words, send=body.send, revision=r))

    @routes.put(f"{ONE}/queries/{{number}}/status", response_model=EncounterOut, responses=writes)
    def move_query(
        request: Request, who: Who, encounter_id: EncounterId, number: Number, body: Annotated[q.QueryStepIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Send a draft, enter the physician's answer, or withdraw a query."""
        move = state.workflow.query.move
        return changed(state, request, who, encounter_id, if_match, lambda r: move(who, encounter_id, number, body.status, body.answer, revision=r))

    return routes
