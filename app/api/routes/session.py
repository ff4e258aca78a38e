"""/v1/session: signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import JSONResponse, Response

from app.api.auth import COOKIE, InSession, Token, actor_of, set_session
from app.api.documents import problems
from app.api.schemas import chart_mapping as mapping
from app.api.schemas.charts import SessionOut
from app.api.schemas.encounters import SignInIn
from app.api.state import ServiceState
from app.domain.access_errors import PasswordsOff

PATH = "/v1/session"


def router(state: ServiceState, *, passwords: bool) -> APIRouter:
    """The routes; without `passwords` people come in through the identity provider only."""
    routes = APIRouter(tags=["session"])

    @routes.post(PATH, response_model=SessionOut, responses=problems(400, 401, 403, 413, 415, 422, 429, 500, 503))
    def sign_in(request: Request, body: Annotated[SignInIn, Body()]) -> Response:
        """Sign in with name and password; the session is a cookie that scripts can't read."""
        if not passwords:
            raise PasswordsOff
        begun = state.workflow.sign_in.begin(actor_of(request), body.user, body.password)
        response = JSONResponse(mapping.session(begun).model_dump(mode="json"))
        set_session(request, response, begun)
        return response

    @routes.get(PATH, responses=problems(401, 422, 500, 503))
    def show_session(signed_in: InSession) -> SessionOut:
        """Say who is signed in, what they may, and the token that writes need."""
        return mapping.session(signed_in)

    @routes.delete(PATH, status_code=204, responses=problems(401, 403, 422, 500, 503))
    def sign_out(
        request: Request,
        signed_in: InSession,
        token: Token,
        others: Annotated[bool, Query(description="End the person's other sessions instead")] = False,  # noqa: FBT002  in the address
    ) -> Response:
        """End the session."""
        if others:
            state.workflow.sign_in.end_others(actor_of(request, signed_in.user.principal()), token or "")
            return Response(status_code=204)
        state.workflow.sign_in.end(actor_of(request, signed_in.user.principal()), token or "")
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    return routes
