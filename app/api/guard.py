"""Refuses bodies that no route could read, before they are read as JSON: too large, not JSON by type, not UTF-8."""

from __future__ import annotations

import email.message
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import errors

_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PLAIN_ENCODINGS = frozenset({"", "identity"})


class BodyGuard:
    """Reads the body of a POST to one of `paths` while it counts, and hands it on whole.

    Under `prefixes` it does so for every method that has a body, where there is one. No other route reads a body.
    """

    def __init__(self, app: ASGIApp, *, paths: Collection[str], max_bytes: int, prefixes: Collection[str] = ()) -> None:
        self._app, self._paths, self._max_bytes, self._prefixes = app, frozenset(paths), max_bytes, tuple(prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self._covers(scope):
            await self._app(scope, receive, send)
            return
        refused, body = self._refused_by_header(Headers(scope=scope)), None
        if refused is None:
            refused, body = await self._read(receive)
        if refused is not None:
            await errors.problem(scope, refused, headers={"Connection": "close"})(scope, receive, send)
            return
        if body is None:  # the caller went away
            return
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)

    def _covers(self, scope: Scope) -> bool:
        if scope["path"] in self._paths:
            return bool(scope["method"] == "POST")
        if scope["method"] not in _WITH_BODY or not scope["path"].startswith(self._prefixes):
            return False
        headers = Headers(scope=scope)
        return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

    def _refused_by_header(self, headers: Headers) -> errors.HttpProblem | None:
        stated = headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > self._max_bytes:
            return errors.BODY_TOO_LARGE
        charset = _json_charset(headers)
        if charset is None or headers.get("content-encoding", "").strip().lower() not in _PLAIN_ENCODINGS:
            return errors.UNSUPPORTED_MEDIA_TYPE
        return None if charset in _UTF8 else errors.NOT_UTF8

    async def _read(self, receive: Receive) -> tuple[errors.HttpProblem | None, bytes | None]:
        """A problem, or the body; neither when the caller went away."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None, None
            body += message.get("body", b"")
            more = message.get("more_body", False)
            # The stated length may be missing or a lie.
            if len(body) > self._max_bytes:
                return errors.BODY_TOO_LARGE, None
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return errors.NOT_UTF8, None
        return (None, bytes(body)) if text.strip() else (errors.MALFORMED_JSON, None)


def _json_charset(headers: Headers) -> str | None:
    """The charset of a JSON media type, `utf-8` when it names none; None for another type."""
    parsed = email.message.Message()
    parsed["content-type"] = headers.get("content-type", "")
    subtype = parsed.get_content_subtype()
    if "content-type" not in headers or parsed.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
        return None
    return str(parsed.get_param("charset", "utf-8")).lower()
