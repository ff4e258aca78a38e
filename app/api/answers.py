"""Answers that are written fast: hundreds of codes are a hundred kilobytes."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import JSONResponse


class FastJson(JSONResponse):
    """JSON written by msgspec, in a quarter of the time that Python's own writer takes."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401  JSON
        """The body."""
        return msgspec.json.encode(content)
