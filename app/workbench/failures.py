"""A browser that asks for a page is answered with a page, also when it can't have the one it asked for.

The interface answers a failure with `application/problem+json`; here such an answer becomes a page with the same title and
words, or the way to the sign-in page.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.workbench.navigation import HOME, SIGN_IN
from app.workbench.pages import Pages

_PROBLEM = "application/problem+json"
_MACHINES = ("/v1/", "/fhir/", "/cds-services", "/static/")
_HEADINGS = {403: "You may not see this page", 404: "There is no such page", 503: "Not available yet"}
_WORDS = {
    "not_found": "Check the address, or begin at your first page.",
    "not_allowed": "Your role does not open it, or the chart is someone else's. Ask a manager when you need it.",
}
_KEPT = ("retry-after",)


class ProblemPages:
    """Turns problems into pages for browsers; what machines ask for passes through."""

    def __init__(self, app: ASGIApp, *, pages: Pages) -> None:
        self._app, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        begun: Message | None = None
        body = b""

        async def held(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get("content-type") == _PROBLEM:
                begun = message
            elif begun is None:
                await send(message)
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, held)
        if begun is not None:
            response = await run_in_threadpool(self._page, Request(scope), begun["status"], json.loads(body))
            for name in _KEPT:
                if (value := Headers(raw=begun["headers"]).get(name)) is not None:
                    response.headers[name] = value
            await response(scope, receive, send)

    def _page(self, request: Request, status: int, problem: dict[str, Any]) -> Response:
        if status == 401:
            return RedirectResponse(sign_in_first(request), 303)
        if any(fault["field"] in request.scope.get("path_params", {}) for fault in problem["errors"]):
            # An id that can't be one names no page; its pattern would say nothing to a person.
            status, problem = 404, problem | {"code": "not_found"}
        heading = _HEADINGS.get(status, problem["title"])
        viewer = self._pages.viewer(request)
        return self._pages.show(request, "failure.html", viewer, status=status, heading=heading, status_number=status, failure=problem, words=_WORDS)


def sign_in_first(request: Request) -> str:
    """The address of the sign-in page, which leads back to the page of `request`."""
    if request.method != "GET" or request.url.path == HOME:
        return SIGN_IN
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{SIGN_IN}?{urlencode({'next': request.url.path + query})}"


def _asks_for_a_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "") and not f"{scope['path']}/".startswith(_MACHINES)
