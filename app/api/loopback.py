"""Keeps a demonstration, whose passwords everybody knows, to the machine it runs on."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import errors

_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", ""})


def is_loopback(address: str) -> bool:
    """True for an address of this machine alone."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


class LoopbackOnly:
    """Refuses requests that come from elsewhere, or by a name that a page elsewhere could have made point here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            peer = scope.get("client")
            host = Headers(scope=scope).get("host", "")
            name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
            if (peer is not None and not is_loopback(peer[0])) or name.lower() not in _NAMES:
                await errors.problem(scope, errors.ONLY_HERE)(scope, receive, send)
                return
        await self._app(scope, receive, send)
