"""The page of a chart: a frame; its scripts read the chart by the REST interface."""

from __future__ import annotations

from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.domain.people import Permission
from app.workbench.pages import Pages

_STATIC = File(__file__).parent / "static"
_SHARED = ("api.js", "elements.js", "offsets.js", "code-row.js", "visit-panel.js")
# What of the page depends on who looks; the service refuses the rest anyway.
_SHOWN = (Permission.REVIEW, Permission.QUERY, Permission.FINALIZE, Permission.OVERRIDE, Permission.REOPEN, Permission.PHRASES)


def router(pages: Pages) -> APIRouter:
    """The route."""
    routes = APIRouter(include_in_schema=False)
    # A browser that knows all modules from the start need not read one to learn of the next.
    modules = [*_SHARED, *sorted(f"chart/{file.name}" for file in (_STATIC / "chart").glob("*.js"))]

    @routes.get("/charts/{encounter_id}")
    def chart(request: Request, encounter_id: Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]) -> HTMLResponse:
        viewer = pages.need(request, Permission.READ)
        may = [permission.value for permission in _SHOWN if viewer.may(permission)]
        return pages.show(request, "chart.html", viewer, encounter_id=encounter_id, may=may, modules=modules)

    return routes
