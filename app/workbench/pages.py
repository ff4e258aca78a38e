"""What every page has: the frame around it, and who looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.domain.access_errors import NotAllowed, NotSignedIn
from app.domain.errors import Unavailable
from app.domain.people import Permission
from app.workbench import navigation
from app.workbench.viewer import Viewer

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """That this is a demonstration, and who can sign in: names, and the password that all of them have."""

    users: Sequence[str]
    password: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page.

    `who`: the person behind a request, None for nobody; raises Unavailable while the database is not open.
    `problem`: what keeps the service from suggesting codes, in words, or None. `demonstration`: None outside of demo mode.
    """

    version: str
    who: Callable[[Request], Viewer | None]
    problem: Callable[[], str | None]
    demonstration: Callable[[], Demonstration | None]


class Pages:
    """Makes pages. Safe to share between threads."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        # Only Jinja's own escaping stands between words of a note and markup.
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    @property
    def open_to_all(self) -> bool:
        """True in demo mode, where what keeps nothing needs no sign-in."""
        return self._frame.demonstration() is not None

    def viewer(self, request: Request) -> Viewer | None:
        """Who looks; None for nobody, and while nobody can be known."""
        try:
            return self._frame.who(request)
        except Unavailable:
            return None

    def need(self, request: Request, permission: Permission | None = None) -> Viewer:
        """Who looks, and may. Raises NotSignedIn, NotAllowed and Unavailable; a browser is then shown where to go."""
        viewer = self._frame.who(request)
        if viewer is None:
            raise NotSignedIn
        if permission is not None and not viewer.may(permission):
            raise NotAllowed(permission.value)
        return viewer

    def show(self, request: Request, template: str, viewer: Viewer | None, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page: `template` of the templates folder, which extends base.html, with `values`."""
        frame = {
            "viewer": viewer,
            "links": navigation.links(viewer, open_to_all=self.open_to_all),
            "home": navigation.HOME if viewer is None else navigation.home(viewer),
            "path": request.url.path,
            "demonstration": self._frame.demonstration(),
            "version": self._frame.version,
            "problem": self._frame.problem(),
        }
        return HTMLResponse(self._templates.get_template(template).render(**frame, **values), status)
