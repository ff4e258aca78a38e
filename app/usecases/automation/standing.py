"""The certificates that stand, for whoever suggests codes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from app.domain.automation.certificate import Certificate
from app.domain.automation.marking import marked
from app.domain.errors import Unavailable
from app.domain.suggestion import CodingDraft
from app.usecases.records.unit_of_work import Clock, Work
from app.usecases.suggest_codes import SuggestionRequest

FRESH_SECONDS = 2.0


class StandingCertificates:
    """Reads certificates at most every two seconds. Safe to share between threads.

    A mark may be that old; nothing is finalised by one without asking anew.
    """

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work, self._clock, self._lock = work, clock, threading.Lock()
        self._read_at: float | None = None
        self._found: tuple[Certificate, ...] = ()

    def __call__(self) -> tuple[Certificate, ...]:
        """Those that were not revoked."""
        now = self._clock()
        with self._lock:
            if self._read_at is None or not 0 <= now - self._read_at < FRESH_SECONDS:
                try:
                    with self._work() as work:
                        self._found = tuple(work.certificates.standing())
                except Unavailable:
                    # Codes are suggested without a database too; they only go without marks.
                    self._found = ()
                self._read_at = now
            return self._found

    def mark(self, draft: CodingDraft) -> CodingDraft:
        """The draft with its marks."""
        return marked(draft, self(), datetime.fromtimestamp(self._clock(), UTC))


class MarkingSuggestions:
    """Suggests codes with marks on those that need no person."""

    def __init__(self, suggest: Callable[[SuggestionRequest], CodingDraft], standing: StandingCertificates) -> None:
        self._suggest, self._standing = suggest, standing

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft. Raises what suggesting raises."""
        return self._standing.mark(self._suggest(request))
