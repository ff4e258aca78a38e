"""/v1/encounters/{id}/...: claiming, deciding, finalising."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import JSONResponse, Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import IfMatch, answer, changed
from app.api.routes.encounters import ONE, EncounterId
from app.api.schemas import chart_mapping as mapping
from app.api.schemas import encounters as q
from app.api.schemas.charts import EncounterOut, FindingsOut
from app.api.schemas.encounters import MOST_SECONDS
from app.api.state import ServiceState


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["review"])
    locks = problems(401, 403, 404, 409, 422, 500, 503)
    writes = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 500, 503)

    @routes.put(f"{ONE}/claim", response_model=EncounterOut, responses=locks)
    def claim_encounter(who: Who, encounter_id: EncounterId) -> Response:
        """Lock the encounter to the caller for 15 minutes, or renew the lock; every decision renews it too."""
        return answer(state.workflow.review.claim(who, encounter_id))

    @routes.delete(f"{ONE}/claim", response_model=EncounterOut, responses=locks)
    def release_encounter(
        who: Who,
        encounter_id: EncounterId,
        active_seconds: Annotated[int, Query(ge=0, le=MOST_SECONDS, description="How long the caller worked on it")] = 0,
    ) -> Response:
        """Give the caller's lock back."""
        return answer(state.workflow.review.release(who, encounter_id, active_seconds=active_seconds))

    @routes.post(f"{ONE}/decisions", status_code=201, response_model=EncounterOut, responses=writes)
    def decide(request: Request, who: Who, encounter_id: EncounterId, body: Annotated[q.VerdictIn, Body()], if_match: IfMatch = None) -> Response:
        """Decide on a code, on the order, on a service line, or undo a decision. Decisions are kept for good."""
        verdict, review = mapping.verdict(body), state.workflow.review
        return changed(state, request, who, encounter_id, if_match, lambda r: review.decide(who, encounter_id, verdict, revision=r), status=201)

    @routes.get(f"{ONE}/findings", response_model=FindingsOut, responses=problems(401, 403, 404, 422, 500, 503))
    def list_findings(who: Who, encounter_id: EncounterId) -> Response:
        """List what speaks against the codes as they are decided now."""
        return JSONResponse(mapping.found(state.workflow.finalize.findings(who, encounter_id)))

    @routes.post(f"{ONE}/finalization", status_code=201, response_model=EncounterOut, responses=writes)
    def finalize_encounter(
        request: Request, who: Who, encounter_id: EncounterId, body: Annotated[q.FinalizeIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Finalise the codes; blocking findings keep them from it unless someone who may gives a reason."""
        finalize, reason, seconds = state.workflow.finalize.finalize, body.override_reason, body.active_seconds
        return changed(
            state,
            request,
            who,
            encounter_id,
            if_match,
            lambda r: finalize(who, encounter_id, override=reason, revision=r, active_seconds=seconds),
            status=201,
        )

    @routes.post(f"{ONE}/reopening", status_code=201, response_model=EncounterOut, responses=writes)
    def reopen_encounter(
        request: Request, who: Who, encounter_id: EncounterId, body: Annotated[q.ReopenIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Take a finalised encounter up again in a new version; the finalised set stays as it is."""
        reopen = state.workflow.finalize.reopen
        return changed(state, request, who, encounter_id, if_match, lambda r: reopen(who, encounter_id, body.reason, revision=r), status=201)

    return routes
