"""Finalising a chart without a person, where certificates and managers allow it."""

from __future__ import annotations

from dataclasses import replace

from app.domain import chart_work
from app.domain.audit import Action, Actor
from app.domain.automation.certificate import Certificate, CodeSlice
from app.domain.automation.whole_chart import done_by, findings_hold, holds, is_marked, is_sampled, verdicts
from app.domain.chart import Chart
from app.domain.chart_event import EventType
from app.domain.errors import ChartcoderError
from app.domain.people import AUTOMATION
from app.usecases.charts.desk import LEASE, Desk, Open
from app.usecases.charts.finalize import ClaimChecker, claimed
from app.usecases.records.unit_of_work import UnitOfWork

_ACTOR = Actor(AUTOMATION)


class FinalizeWithoutPerson:
    """Safe to share between threads."""

    def __init__(self, desk: Desk, checker: ClaimChecker, *, audit_share: float) -> None:
        """`audit_share`: the share, in [0, 1], of the charts finalised here that is drawn for an audit."""
        self._desk, self._checker, self._share = desk, checker, audit_share

    def __call__(self, chart: Chart) -> Chart:
        """The chart finalised, or as it was where anything speaks for a person."""
        if not is_marked(chart):
            return chart
        with self._desk.work() as work:
            certificates, on = _allowed(work)
        if not on or holds(chart, certificates, on, self._desk.now()):
            return chart
        try:
            ready = self._accepted(chart)
            # Rules read the notes, which takes longer than a transaction should; the revision tells that nothing changed meanwhile.
            findings = self._checker.check(ready.encounter, ready.current_notes(), ready.coding().to_bill())
            if findings_hold(findings):
                return chart
            with self._desk.work() as work:
                now = self._desk.now()
                before = work.charts.get(chart.id, to_change=True)
                if before.revision != chart.revision or holds(before, *_allowed(work), now):
                    return chart
                done = chart_work.finalize(ready, findings, AUTOMATION.id, now)
                it = Open(work, before, _ACTOR, now)
                kept = it.save(done, Action.FINALIZED, {"version": done.version, "codes": len(done.finalized[-1].lines), "overridden": 0})
                for record in done_by(kept, now, sampled=is_sampled(kept.id, self._share)):
                    work.automation.record(record)
                it.tell(kept, EventType.FINALIZED, {"codes": [claimed(line) for line in kept.finalized[-1].lines], "automatic": True})
                return kept
        except ChartcoderError:
            # Whatever does not go by itself is for a person: the chart is kept already.
            return chart

    def _accepted(self, chart: Chart) -> Chart:
        """The chart with every suggested code accepted, as the claim has them."""
        now = self._desk.now()
        for verdict in verdicts(chart):
            chart = chart_work.decide(chart, verdict, AUTOMATION.id, now, lease=LEASE)
        return replace(chart, claim=None)


def _allowed(work: UnitOfWork) -> tuple[dict[str, Certificate], frozenset[CodeSlice]]:
    """Standing certificates by id, and the slices that are switched on."""
    certificates = {c.id: c for c in work.certificates.standing()}
    return certificates, frozenset(s.slice for s in work.automation.switches() if s.on)
