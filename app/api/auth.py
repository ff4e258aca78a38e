"""Who asks: a session by cookie, or an API key.

Routes take a `Who` or an `InSession`. FastAPI looks these names up where the routes are written, so that they stand at
module level and find the service through the request.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from app.api.state import ServiceState
from app.domain.access_errors import NotSignedIn
from app.domain.audit import Actor
from app.domain.people import ANONYMOUS, Permission, Principal
from app.usecases.charts.desk import need
from app.usecases.people.sign_in import LONGEST_SESSION_SECONDS, SignedIn, SignIn

COOKIE = "chartcoder_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_cookie = APIKeyCookie(name=COOKIE, scheme_name="session", description="Set by POST /v1/session; writes also need X-CSRF-Token", auto_error=False)
_bearer = HTTPBearer(scheme_name="key", description="An API key of `chartcoder keys add`", auto_error=False)
Token = Annotated[str | None, Security(_cookie)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
Csrf = Annotated[str | None, Header(alias=CSRF_HEADER, description="With a session: the csrf_token of GET /v1/session")]


def actor(request: Request, token: Token, bearer: Bearer, csrf: Csrf = None) -> Actor:
    """Who asks. Raises NotSignedIn, KeyRefused and CsrfRefused."""
    if bearer is not None:
        return actor_of(request, _sign_in(request).key(bearer.credentials))
    return actor_of(request, session(request, token, csrf).user.principal())


def session(request: Request, token: Token, csrf: Csrf = None) -> SignedIn:
    """The session. Raises NotSignedIn and CsrfRefused."""
    if token is None:
        raise NotSignedIn
    return _sign_in(request).session(token, csrf=None if request.method in _SAFE else csrf or "")


def may_suggest(who: Who) -> None:
    """Pass whoever may use what keeps nothing. Raises NotAllowed, and what `actor` raises."""
    need(who, Permission.SUGGEST)


Who = Annotated[Actor, Depends(actor)]
InSession = Annotated[SignedIn, Depends(session)]


def set_session(request: Request, response: Response, begun: SignedIn) -> None:
    """Give the browser the session that has begun."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, begun.token, max_age=LONGEST_SESSION_SECONDS, path="/", secure=secure, httponly=True, samesite="strict")


def actor_of(request: Request, principal: Principal = ANONYMOUS) -> Actor:
    """A principal with where the request comes from."""
    address = "" if request.client is None else request.client.host
    return Actor(principal, address, request.scope["state"]["request_id"])


def _sign_in(request: Request) -> SignIn:
    state: ServiceState = request.app.state.service
    return state.workflow.sign_in
