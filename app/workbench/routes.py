"""The page at `/`, its demo notes and its static files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.domain.encounter import OLDEST_AGE, Setting, Sex
from app.workbench.demo import DemoNote

_HERE = Path(__file__).parent


class _Revalidated(StaticFiles):
    """Static files that a browser keeps and asks after each time: never stale after an upgrade, never sent twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def static_files() -> StaticFiles:
    """The scripts and styles of the page."""
    return _Revalidated(directory=_HERE / "static")


def router(demos: Sequence[DemoNote], *, problem: Callable[[], str | None], max_characters: int, version: str) -> APIRouter:
    """The routes; `problem` says what keeps the service from suggesting codes.

    They are pages, not an interface, so the OpenAPI document leaves them out.
    """
    routes = APIRouter(include_in_schema=False)
    files = FileSystemLoader(_HERE / "templates")
    pages = Environment(loader=files, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = pages.get_template("workbench.html")

    @routes.get("/")
    def workbench() -> HTMLResponse:
        html = page.render(
            demos=demos,
            settings=tuple(Setting),
            sexes=tuple(Sex),
            oldest_age=OLDEST_AGE,
            max_characters=max_characters,
            version=version,
            problem=problem(),
        )
        return HTMLResponse(html)

    @routes.get("/demo-notes")
    def demo_notes() -> JSONResponse:
        return JSONResponse([demo.as_json() for demo in demos])

    return routes
