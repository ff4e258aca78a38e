"""The end of retention: words go, decisions and the audit trail stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.people import COMMAND_LINE
from app.domain.site_phrases import SitePhraseNotFound
from app.usecases.records.unit_of_work import Clock, Work


@dataclass(frozen=True, slots=True)
class Purged:
    """How many charts and notes lost their text."""

    charts: int
    notes: int


class PurgeNotes:
    """Erases the text of notes and queries and the comments of decisions, chart by chart, and phrases of the site that no newer note says."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work, self._clock = work, clock

    def due(self, *, days: int) -> list[str]:
        """Ids of finalised charts received more than so many days ago whose notes still have text."""
        with self._work() as work:
            return work.charts.to_purge(self._now() - timedelta(days=days))

    def phrases_due(self, *, days: int) -> list[str]:
        """Ids of phrases of the site that no note is known to have said since so many days: every note that they may be words of is due too."""
        with self._work() as work:
            return [phrase.id for phrase in work.site_phrases.all() if phrase.last_said < self._now() - timedelta(days=days)]

    def forget(self, phrase_ids: Sequence[str]) -> int:
        """Forget phrases of the site; how many. One that somebody forgot meanwhile is none."""
        forgotten = 0
        for phrase_id in phrase_ids:
            with self._work() as work:
                try:
                    ref = work.site_phrases.get(phrase_id).ref
                except SitePhraseNotFound:
                    continue
                work.site_phrases.remove(phrase_id)
                detail: dict[str, str | int | None] = {"system": ref.system.value, "code": ref.code, "by": "retention"}
                work.audit.add(AuditEntry(self._now(), Actor(COMMAND_LINE), Action.PHRASE_FORGOTTEN, phrase_id, detail))
                forgotten += 1
        return forgotten

    def __call__(self, chart_ids: Sequence[str], progress: Callable[[float], None]) -> Purged:
        """Erase. An interruption leaves whole charts done or not; repeat to go on. Raises ChartNotFound."""
        notes = 0
        for done, chart_id in enumerate(chart_ids, 1):
            with self._work() as work:
                erased = work.charts.erase_texts(chart_id)
                work.audit.add(AuditEntry(self._now(), Actor(COMMAND_LINE), Action.NOTE_PURGED, chart_id, {"notes": erased}))
            notes += erased
            progress(done / len(chart_ids))
        return Purged(len(chart_ids), notes)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
