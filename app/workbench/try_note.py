"""The page that suggests codes for a note and keeps nothing, and its demo notes."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.domain.encounter import OLDEST_AGE, Setting, Sex
from app.domain.people import Permission
from app.workbench.demo import DemoNote
from app.workbench.navigation import HOME, TRY, home
from app.workbench.pages import Pages
from app.workbench.viewer import Viewer


def router(pages: Pages, demos: Sequence[DemoNote], *, max_characters: int) -> APIRouter:
    """The routes: `/try`, and `/`, which leads people to where they begin.

    They are pages, not an interface, so the OpenAPI document leaves them out.
    """
    routes = APIRouter(include_in_schema=False)

    def page(request: Request, viewer: Viewer | None) -> HTMLResponse:
        return pages.show(
            request, "try_note.html", viewer, demos=demos, settings=tuple(Setting), sexes=tuple(Sex), oldest_age=OLDEST_AGE,
            max_characters=max_characters,
        )  # fmt: skip

    def looking(request: Request) -> Viewer | None:
        return pages.viewer(request) if pages.open_to_all else pages.need(request, Permission.SUGGEST)

    @routes.get(HOME)
    def begin(request: Request) -> Response:
        viewer = pages.viewer(request) if pages.open_to_all else pages.need(request)
        return page(request, None) if viewer is None else RedirectResponse(home(viewer), 303)

    @routes.get(TRY)
    def try_note(request: Request) -> HTMLResponse:
        return page(request, looking(request))

    @routes.get("/demo-notes")
    def demo_notes(request: Request) -> JSONResponse:
        looking(request)
        return JSONResponse([demo.as_json() for demo in demos])

    return routes
