"""/v1/dashboards: figures over what was finalised and audited."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from app.api.auth import Who
from app.api.documents import example, problems
from app.api.schemas import dashboards as d
from app.api.state import ServiceState
from app.domain.encounter import Setting
from app.domain.figures import FigureFilter, FigureName

PATH = "/v1/dashboards"
Id = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class Wanted:
    """The filters of a figure, as a dependency."""

    def __init__(
        self,
        coder: Annotated[Id, Query(description="Name of who finalised; of a backlog the assignee")] = None,
        setting: Setting | None = None,
        bundle: Annotated[Id, Query(description="Id of the bundle that suggested")] = None,
        day_from: Annotated[date | None, Query(description="Finalised or judged on this day or later (UTC)")] = None,
        day_before: Annotated[date | None, Query(description="Finalised or judged before this day")] = None,
    ) -> None:
        self.filter = FigureFilter(None if coder is None else coder.casefold(), setting, bundle, day_from, day_before)


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["dashboards"])
    reads = problems(401, 403, 422, 500, 503)

    @routes.get(PATH, responses=reads)
    def list_figures(who: Who) -> d.DashboardsOut:
        """List the figures, and the coders and bundles to filter by."""
        found = state.workflow.figures.choices(who)
        return d.DashboardsOut(figures=list(FigureName), coders=list(found.coders), bundles=list(found.bundles))

    @routes.get(f"{PATH}/{{figure}}", responses={**reads, **example(d.EXAMPLE)})
    def read_figure(who: Who, figure: FigureName, wanted: Annotated[Wanted, Depends()]) -> d.FigureOut:
        """Read a figure."""
        return d.figure(state.workflow.figures(who, figure, wanted.filter))

    @routes.get(
        f"{PATH}/{{figure}}/csv",
        response_class=Response,
        responses={**reads, 200: {"description": "The table of the figure, with a heading", "content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def download_figure(who: Who, figure: FigureName, wanted: Annotated[Wanted, Depends()]) -> Response:
        """Download a figure as CSV."""
        text = d.as_csv(state.workflow.figures(who, figure, wanted.filter))
        headers = {"Content-Disposition": f'attachment; filename="{figure.value}.csv"'}
        return Response(text, media_type="text/csv", headers=headers)

    return routes
