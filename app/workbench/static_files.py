"""Scripts and styles."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_STATIC = Path(__file__).parent / "static"


class _Revalidated(StaticFiles):
    """Static files that a browser keeps and asks after each time: never stale after an upgrade, never sent twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def static_files() -> StaticFiles:
    """The scripts and styles of the pages."""
    return _Revalidated(directory=_STATIC)
