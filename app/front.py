"""Hands the pages what they need of the interface, which they do not know."""

from __future__ import annotations

import time
from importlib.metadata import version

from fastapi import FastAPI, Request

from app.api.auth import COOKIE, actor_of
from app.api.state import ServiceState
from app.demonstration import PASSWORD, USERS
from app.domain.access_errors import NotSignedIn
from app.domain.errors import Unavailable
from app.settings import Settings
from app.usecases.people.federation import IdentityProvider
from app.workbench import account, chart, models, sign_in, try_note, worklist
from app.workbench.demo import DemoNote
from app.workbench.pages import Demonstration, Frame, Pages
from app.workbench.sign_in import SignInWays
from app.workbench.static_files import static_files
from app.workbench.viewer import Viewer


class DemoSignIns:
    """Which demo users there are; asked for until there are some."""

    def __init__(self, state: ServiceState) -> None:
        self._state, self._found = state, Demonstration((), PASSWORD)

    def __call__(self) -> Demonstration:
        """The demonstration."""
        if not self._found.users:
            try:
                known = {user.name for user in self._state.workflow.accounts.users()}
            except Unavailable:
                return self._found
            self._found = Demonstration(tuple(name for name, _, _ in USERS if name in known), PASSWORD)
        return self._found


def pages(settings: Settings, state: ServiceState) -> Pages:
    """The frame around every page."""

    def who(request: Request) -> Viewer | None:
        token = request.cookies.get(COOKIE)
        sign_in_ = state.workflow.sign_in
        if token is None:
            return None
        try:
            found = sign_in_.session(token, csrf=None)
        except NotSignedIn:
            return None
        return Viewer(actor_of(request, found.user.principal()), found.user.display_name, found.session.csrf, found.session.digest)

    return Pages(Frame(version("chartcoder"), who, state.problem_text, DemoSignIns(state) if settings.auth == "demo" else lambda: None))


def identity_provider(settings: Settings) -> IdentityProvider:
    """The provider of the settings."""
    # Its libraries are imported only where there is one.
    from app.identity.openid import OpenIdProvider, Registration
    from app.identity.roles import RoleClaim, read_mapping

    roles = RoleClaim(settings.oidc_roles_claim, read_mapping(settings.oidc_roles))
    registered = Registration(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name_claim, roles)
    return OpenIdProvider(registered, clock=time.time)


def include_pages(app: FastAPI, settings: Settings, state: ServiceState, shown: Pages, demos: tuple[DemoNote, ...]) -> None:
    """Add the pages to the application."""
    app.include_router(try_note.router(shown, demos, max_characters=settings.max_note_characters))
    ways = SignInWays(settings.passwords, settings.oidc_label if settings.oidc_issuer else None)
    app.include_router(sign_in.router(shown, ways))
    app.include_router(account.router(shown, lambda: state.workflow.sign_in))
    app.include_router(worklist.router(shown, lambda: state.workflow))
    app.include_router(models.router(shown, lambda: state.workflow.models, lambda: state.workflow.training))
    app.include_router(chart.router(shown))
    app.mount("/static", static_files(), name="static")
