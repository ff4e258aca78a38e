"""The sign-in page. Its script signs in with a password at /v1/session; a link leads to the identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.workbench.navigation import SIGN_IN, home, local
from app.workbench.pages import Pages

PROVIDER = f"{SIGN_IN}/openid"
_REFUSALS = {
    "identity_refused": "The answer of {provider} was not accepted. Begin again.",
    "provider_unreachable": "{provider} can't be reached at the moment. Try again, or tell an admin.",
    "no_role": "{provider} knows you, but you have no role here. Ask an admin.",
    "name_taken": "An account of your name was made here before. Sign in with its password, or ask an admin.",
    "sign_in_refused": "Your account is disabled. Ask an admin.",
    "invalid_person": "Your name at {provider} can't be used here. Ask an admin.",
}
_OTHERWISE = "Signing in did not work. Try again in a moment, or tell an admin."


@dataclass(frozen=True, slots=True)
class SignInWays:
    """How people sign in: with a password, through a provider of this name, or either."""

    passwords: bool
    provider: str | None


def router(pages: Pages, ways: SignInWays) -> APIRouter:
    """The route."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(SIGN_IN)
    def sign_in(request: Request, next: str | None = None, refused: str | None = None, here: bool = False) -> Response:  # noqa: A002, FBT001, FBT002  names in the address
        target, viewer = local(next), pages.viewer(request)
        if viewer is not None:
            return RedirectResponse(target or home(viewer), 303)
        if request.headers.get("sec-fetch-site") == "cross-site" and refused is None and not here:
            # A link from another site, the identity provider's too, comes without the cookie, which is for this site
            # only; the page asks once more by itself, and then it goes along.
            again = f"{SIGN_IN}?{urlencode({'here': '1', 'next': target or ''})}"
            return pages.show(request, "one_moment.html", None, again=again)
        shown = ways.provider or ""
        return pages.show(
            request,
            "sign_in.html",
            None,
            target=target or "",
            passwords=ways.passwords,
            provider=ways.provider,
            through=f"{PROVIDER}?{urlencode({'next': target or ''})}",
            refusal="" if refused is None else _sentence(_REFUSALS.get(refused, _OTHERWISE).format(provider=shown)),
        )

    return routes


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
