"""Where an exception came from, without what it says or what stood in variables: those may quote a note."""

from __future__ import annotations

import traceback


def places(error: BaseException) -> list[str]:
    """`file.py:12 function`, innermost last."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
