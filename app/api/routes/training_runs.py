"""/v1/training-runs: asked for here, executed by workers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas import model_mapping as mapping
from app.api.schemas import models as m
from app.api.state import ServiceState

PATH = "/v1/training-runs"
ONE = f"{PATH}/{{run_id}}"
RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The id that POST /v1/training-runs gave")]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["models"])

    @routes.post(PATH, status_code=202, responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503))
    def request_run(who: Who, body: Annotated[m.RunIn, Body()], response: Response) -> m.RunOut:
        """Ask for a training run on all charts finalised by now, or for a comparison of a bundle with the champion."""
        run = state.workflow.training.request(who, compare=body.compare or "")
        response.headers["Location"] = f"{PATH}/{run.id}"
        return mapping.run(run)

    @routes.get(PATH, responses=problems(401, 403, 422, 500, 503))
    def list_runs(who: Who) -> m.RunsOut:
        """List the last hundred runs of either kind, newest first."""
        return m.RunsOut(runs=[mapping.run(run) for run in state.workflow.training.all(who)])

    @routes.get(ONE, responses=problems(401, 403, 404, 422, 500, 503))
    def read_run(
        who: Who, run_id: RunId, after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Log lines behind this one only")] = 0
    ) -> m.RunLogOut:
        """Read a run: how far it is, its log, and what came out."""
        return mapping.run_log(*state.workflow.training.one(who, run_id, after=after))

    @routes.post(f"{ONE}/cancellation", responses=problems(401, 403, 404, 409, 422, 500, 503))
    def cancel_run(who: Who, run_id: RunId) -> m.RunOut:
        """Cancel a run, which needs what asking for it does: one that waits ends at once, one that runs in seconds. Nothing half done is left."""
        return mapping.run(state.workflow.training.cancel(who, run_id))

    return routes
