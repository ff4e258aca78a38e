"""/v1/encounters/{id}/...: what a review rests on, whether it changed, codes for selected words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import etag
from app.api.routes.encounters import ONE, EncounterId
from app.api.schemas import basis_mapping
from app.api.schemas import chart_mapping as mapping
from app.api.schemas import encounters as q
from app.api.schemas.charts import BasisOut, OffersOut, RevisionOut
from app.api.state import ServiceState


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["review"])

    @routes.get(f"{ONE}/revision", response_model=RevisionOut, responses=problems(401, 403, 404, 422, 500, 503))
    def read_revision(who: Who, encounter_id: EncounterId) -> Response:
        """Tell whether the encounter has changed, without reading it: may be asked often."""
        chart = state.workflow.review.revision(who, encounter_id)
        return JSONResponse(mapping.revision(chart), headers=etag(chart))

    @routes.get(f"{ONE}/basis", response_model=BasisOut, responses=problems(401, 403, 404, 422, 500, 503))
    def read_basis(who: Who, encounter_id: EncounterId) -> Response:
        """Read what the review rests on: sections, suggestions with their reasons as they were made, the level of the visit."""
        return JSONResponse(basis_mapping.basis(state.workflow.basis(who, encounter_id)))

    @routes.post(f"{ONE}/offers", responses=problems(400, 401, 403, 404, 413, 415, 422, 500, 503))
    def offer_codes(who: Who, encounter_id: EncounterId, body: Annotated[q.OfferIn, Body()]) -> OffersOut:
        """Offer codes for words of a note, best first: seen in these words, found by name, read in them alone."""
        return basis_mapping.offers(state.workflow.offers(who, encounter_id, mapping.note_span(body.words), limit=body.limit))

    return routes
