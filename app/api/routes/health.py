"""/healthz, /readyz and /metrics, for whoever runs the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from app.api.documents import problems
from app.api.state import ServiceState


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Ready(BaseModel):
    """The service can suggest codes, and with what. `refused`: why a bundle that was promoted does not serve; else empty."""

    status: Literal["ready"]
    bundle_id: str
    releases: dict[str, str]
    refused: str


def router(state: ServiceState, exposition: Callable[[], tuple[bytes, str]]) -> APIRouter:
    """The routes; `exposition` gives the metrics and their media type."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/healthz", responses=problems(500))
    def health() -> Alive:
        """Say that the process answers, whether or not it can suggest codes."""
        return Alive(status="ok")

    @routes.get("/readyz", responses=problems(500, 503))
    def ready() -> Ready:
        """Say whether codes can be suggested; when not, what is broken and why."""
        problem = state.problem()
        if problem is not None:
            raise problem
        return Ready(status="ready", bundle_id=state.suggest.bundle.bundle_id, releases=dict(state.releases()), refused=state.refused())

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(500)})
    def metrics() -> Response:
        """Counters and timings for Prometheus."""
        body, media_type = exposition()
        return Response(body, media_type=media_type)

    return routes
