"""Giving encounters to coders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import answer
from app.api.routes.encounters import ONE, EncounterId
from app.api.schemas import chart_mapping as mapping
from app.api.schemas import encounters as q
from app.api.schemas.charts import AssignedOut, EncounterOut
from app.api.state import ServiceState

PATH = "/v1/assignments"


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["review"])
    assigning = problems(400, 401, 403, 404, 413, 415, 422, 500, 503)

    @routes.put(f"{ONE}/assignee", response_model=EncounterOut, responses=assigning)
    def assign_encounter(who: Who, encounter_id: EncounterId, body: Annotated[q.AssignIn, Body()]) -> Response:
        """Give the encounter to a coder or manager, or to nobody."""
        return answer(state.workflow.assign.assign(who, encounter_id, body.assignee))

    @routes.post(PATH, responses=assigning)
    def assign_encounters(who: Who, body: Annotated[q.AssignManyIn, Body()]) -> AssignedOut:
        """Give several encounters to one coder: all of them, or none when one does not exist."""
        charts = state.workflow.assign.assign_many(who, body.encounters, body.assignee)
        return AssignedOut(encounters=[mapping.chart_row(chart) for chart in charts])

    return routes
