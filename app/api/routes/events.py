"""GET /v1/events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas import chart_mapping as mapping
from app.api.schemas.charts import EventsOut
from app.api.state import ServiceState

PATH = "/v1/events"


def router(state: ServiceState) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["events"])

    @routes.get(PATH, responses=problems(401, 403, 422, 500, 503))
    def read_events(
        who: Who,
        after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the answer before; 0 from the beginning")] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> EventsOut:
        """Read what happened to encounters, in order and without gaps; an integration sees those it submitted, an ML engineer those of none."""
        events = [mapping.event(e) for e in state.workflow.feed(who, after=after, limit=limit)]
        return EventsOut(events=events, next=events[-1].sequence if events else after)

    return routes
