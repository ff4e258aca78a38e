"""Signing in through the site's identity provider. For browsers: a refusal leads back to the sign-in page, which says why."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from app.api.auth import actor_of, set_session
from app.api.state import ServiceState
from app.domain.errors import ChartcoderError
from app.usecases.people.federation import IdentityProvider

PAGE, START = "/sign-in", "/sign-in/openid"
CALLBACK = f"{START}/callback"
TICKET = "chartcoder_ticket"
_LASTS_SECONDS = 600


def router(state: ServiceState, provider: IdentityProvider, *, public_url: str) -> APIRouter:
    """The routes; `public_url` is this service as browsers know it, empty for the address that they ask at."""
    routes = APIRouter(include_in_schema=False)

    def callback(request: Request) -> str:
        return (public_url or str(request.base_url)).rstrip("/") + CALLBACK

    @routes.get(START)
    def start(request: Request, next_: Annotated[str, Query(alias="next", max_length=500)] = "") -> Response:
        try:
            departure = provider.depart(callback(request), next_)
        except ChartcoderError as error:
            return _refused(error)
        response = RedirectResponse(departure.url, 303)
        # Lax: it has to come along when the provider sends the browser back.
        response.set_cookie(
            TICKET, departure.ticket, max_age=_LASTS_SECONDS, path=START, secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )
        return response

    @routes.get(CALLBACK)
    def arrive(request: Request) -> Response:
        response = answer(request)
        response.delete_cookie(TICKET, path=START, httponly=True, samesite="lax")
        return response

    def answer(request: Request) -> Response:
        try:
            arrival = provider.arrive(callback(request), request.cookies.get(TICKET, ""), request.query_params)
            begun = state.workflow.admit.admit(actor_of(request), arrival.identity)
        except ChartcoderError as error:
            return _refused(error)
        # The sign-in page sees the session and goes on; it knows which addresses are of this service.
        response = RedirectResponse(f"{PAGE}?{urlencode({'next': arrival.back})}" if arrival.back else PAGE, 303)
        set_session(request, response, begun)
        return response

    return routes


def _refused(error: ChartcoderError) -> Response:
    return RedirectResponse(f"{PAGE}?{urlencode({'refused': error.code})}", 303)
