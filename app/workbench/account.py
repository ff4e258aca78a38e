"""One's own account: who one is here, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.usecases.people.sign_in import SignIn
from app.workbench.pages import Pages

ACCOUNT = "/account"


def router(pages: Pages, sign_in: Callable[[], SignIn]) -> APIRouter:
    """The route; `sign_in` raises Unavailable while it is not open."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ACCOUNT)
    def account(request: Request) -> HTMLResponse:
        viewer = pages.need(request)
        sessions = [(s.digest == viewer.session, _time(s.begun), _time(s.seen)) for s in sign_in().sessions(viewer.actor)]
        return pages.show(request, "account.html", viewer, sessions=sessions, roles=sorted(viewer.principal.roles))

    return routes


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
