"""/v1/certifications: asked for here, done by workers, followed as runs of /v1/training-runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.routes.training_runs import PATH as RUNS
from app.api.schemas import automation as a
from app.api.schemas import model_mapping as mapping
from app.api.schemas import models as m
from app.api.state import ServiceState
from app.domain.automation.guarantee import Guarantee

PATH = "/v1/certifications"


def router(state: ServiceState, guarantee: Guarantee) -> APIRouter:
    """The route. `guarantee`: what is proven where the request says nothing else."""
    routes = APIRouter(tags=["automation"])

    @routes.post(PATH, status_code=202, responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503))
    def request_certification(who: Who, body: Annotated[a.CertificationIn, Body()], response: Response) -> m.RunOut:
        """Ask for a certification of the bundle that serves. It is a run of /v1/training-runs; where it finds nothing it says so."""
        run = state.workflow.certify.request(who, body.guarantee(guarantee))
        response.headers["Location"] = f"{RUNS}/{run.id}"
        return mapping.run(run)

    return routes
