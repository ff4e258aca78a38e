"""The site's phrases as every worker knows them: asked for again after a moment, so that a change is everywhere within seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from app.domain.errors import Unavailable
from app.domain.site_phrases import SitePhrase
from app.usecases.records.unit_of_work import Work

FRESH_SECONDS = 2.0


class StoredPhrases:
    """The phrases of a store. Safe to share between threads.

    Without its store it goes on with what it knew: suggestions do not depend on the database.
    """

    def __init__(self, work: Callable[[], Work], clock: Callable[[], float]) -> None:
        """`work` is asked for when it is needed, and may raise Unavailable; `clock` in seconds, never going back."""
        self._work, self._clock = work, clock
        self._turn = threading.Lock()
        self._known: tuple[SitePhrase, ...] = ()
        self._stamp = ""
        self._fresh_until = float("-inf")

    def __call__(self) -> Sequence[SitePhrase]:
        """The phrases, at most FRESH_SECONDS old."""
        if self._clock() >= self._fresh_until and self._turn.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._turn.release()
        return self._known

    def forget(self) -> None:
        """Ask anew at the next occasion: something was changed here."""
        self._fresh_until = float("-inf")

    def _refresh(self) -> None:
        self._fresh_until = self._clock() + FRESH_SECONDS
        try:
            with self._work()() as work:
                stamp = work.site_phrases.stamp()
                if stamp != self._stamp:
                    self._known, self._stamp = tuple(work.site_phrases.all()), stamp
        except Unavailable:
            return
