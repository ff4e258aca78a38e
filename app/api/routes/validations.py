"""POST /v1/validations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse

from app.api.documents import example, problems
from app.api.schemas import validations as v
from app.api.state import ServiceState

PATH = "/v1/validations"


def router(state: ServiceState) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["validations"])

    @routes.post(PATH, response_model=v.ValidationsResponse, responses={**example(v.EXAMPLE), **problems(400, 413, 415, 422, 500, 503)})
    def validate(body: Annotated[v.ValidationsRequest, Body()]) -> JSONResponse:
        """Check a set of codes, whoever chose them, by the coding rules.

        Gives the findings with what each proposes, the codes in the order they should have, and the diagnoses that support
        each service. Rules that had no data are under `not_checked`.
        """
        return JSONResponse(v.validations_response(state.validate(v.validation_request(body))))

    return routes
