"""Rounds in the background of a process: deliveries, and the watch over certificates."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from app.api.places import places

_PAUSE_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class Rounds:
    """Calls `turn` again and again until it is stopped: at once while there is something to do, else after a pause. `what` names it in the log."""

    def __init__(self, turn: Callable[[], int], *, pause_seconds: float = _PAUSE_SECONDS, what: str = "deliveries") -> None:
        self._turn, self._pause, self._what = turn, pause_seconds, what
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"chartcoder-{what}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way; what it did not finish is taken up later."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                busy = self._turn() > 0
            except Exception as error:  # noqa: BLE001  a database that is away for a minute must not end deliveries for good
                _log.error(f"{self._what}_failed", error=type(error).__name__, places=places(error))
                busy = False
            if not busy:
                self._stopped.wait(self._pause)
