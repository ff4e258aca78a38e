"""The sign-in page. Its script signs in at /v1/session and then goes on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.workbench.navigation import SIGN_IN, home, local
from app.workbench.pages import Pages


def router(pages: Pages) -> APIRouter:
    """The route."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(SIGN_IN)
    def sign_in(request: Request, next: str | None = None) -> Response:  # noqa: A002  the name in the address
        target, viewer = local(next), pages.viewer(request)
        if viewer is not None:
            return RedirectResponse(target or home(viewer), 303)
        # A link from another site comes without the cookie, which is for this site only; asked from here it goes along.
        foreign = request.headers.get("sec-fetch-site") == "cross-site"
        return pages.show(request, "sign_in.html", None, target=target or "", ask_first=foreign)

    return routes
