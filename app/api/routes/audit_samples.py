"""/v1/audit-samples: drawing samples and listing them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from pydantic import AwareDatetime
from starlette.responses import JSONResponse

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas import audit_mapping as mapping
from app.api.schemas import audits as a
from app.api.state import ServiceState

PATH = "/v1/audit-samples"
ONE = f"{PATH}/{{sample_id}}"
SampleId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The id that POST /v1/audit-samples gave")]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["audit"])
    reads = problems(401, 403, 404, 409, 422, 500, 503)

    @routes.post(PATH, status_code=201, response_model=a.SampleOut, responses=problems(400, 401, 403, 413, 415, 422, 500, 503))
    def draw_sample(who: Who, body: Annotated[a.SampleIn, Body()]) -> JSONResponse:
        """Draw a sample of finalised encounters. The service draws the seed; the sample never changes."""
        return JSONResponse(mapping.sample(state.workflow.samples.draw(who, mapping.plan(body))), 201)

    @routes.get(PATH, response_model=a.SamplesOut, responses=problems(401, 403, 422, 500, 503))
    def list_samples(
        who: Who,
        auditor: Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00]*$", description="A name, or `me`")] = None,
        before: Annotated[AwareDatetime | None, Query(description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> JSONResponse:
        """List samples, the last drawn first, with how far they are."""
        name = who.principal.id if auditor == "me" else auditor if auditor is None else auditor.casefold()
        found = state.workflow.samples.samples(who, auditor=name, limit=limit + 1, before=mapping.within(before))
        last = found[limit - 1].sample.drawn_at.isoformat() if len(found) > limit else None
        return JSONResponse({"samples": [mapping.sample(s) for s in found[:limit]], "next": last})

    @routes.get(ONE, response_model=a.SampleDetailOut, responses=reads)
    def read_sample(who: Who, sample_id: SampleId) -> JSONResponse:
        """Read a sample with its encounters; no codes."""
        found, items = state.workflow.samples.sample(who, sample_id)
        rows = [mapping.row(item, reader=who.principal.id) for item in items]
        return JSONResponse({**mapping.sample(found), "items": rows})

    @routes.get(f"{ONE}/redraw", responses=reads)
    def redraw_sample(who: Who, sample_id: SampleId) -> a.RedrawOut:
        """Draw again with the recorded seed from the encounters as they were then, and compare."""
        found = state.workflow.samples.redraw(who, sample_id)
        return a.RedrawOut(same_population=found.population, same_charts=found.charts)

    return routes
