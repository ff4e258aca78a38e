"""The finalised charts, as what they teach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits.item import AuditedChart
from app.domain.errors import ChartNotFound
from app.domain.feedback import DecidedChart, NotTaught, decided
from app.domain.people import COMMAND_LINE
from app.usecases.records.unit_of_work import Clock, Work


class ExportDecided:
    """Reads what finalised charts teach, for the operator of the service: the examples hold the notes."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work, self._clock = work, clock
        self.left_out: Counter[NotTaught] = Counter()

    def __call__(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[DecidedChart]:
        """Charts finalised in [since, until), the latest first, one in memory at a time; `left_out` counts those that teach nothing.

        A chart finalised more than once counts in its last version. Who asked, and for how many, is in the audit trail.
        """
        with self._work() as work:
            ids = work.charts.finalized_ids(since=since, until=until)
            # By time of the judgement: the last version that was judged stays.
            audits = {audit.chart_id: audit for audit in work.audits.judgements()}
            detail = {"charts": len(ids), "since": _iso(since), "until": _iso(until)}
            now = datetime.fromtimestamp(self._clock(), UTC)
            work.audit.add(AuditEntry(now, Actor(COMMAND_LINE), Action.FEEDBACK_EXPORTED, "feedback", detail))
        for chart_id in ids:
            found = self._one(chart_id, audits.get(chart_id))
            if isinstance(found, NotTaught):
                self.left_out[found] += 1
            else:
                yield found

    def _one(self, chart_id: str, audit: AuditedChart | None) -> DecidedChart | NotTaught:
        # A chart may have been re-opened or erased since the ids were read.
        try:
            with self._work() as work:
                return decided(work.charts.get(chart_id), audit)
        except ChartNotFound:
            return NotTaught.NOT_FINALIZED


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
