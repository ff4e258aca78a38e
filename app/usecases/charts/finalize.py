"""What speaks against the codes of a chart, finalising it, and taking it up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.domain import chart_work
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import Chart, ChartNote
from app.domain.chart_event import EventType
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter
from app.domain.errors import InvalidDecision
from app.domain.finding import Finding
from app.domain.people import Permission
from app.domain.site_phrases import judged
from app.usecases.charts.desk import Desk, need


class ClaimChecker(Protocol):
    """Knows what speaks against a claim."""

    def check(self, encounter: Encounter, notes: Sequence[ChartNote], lines: Sequence[ChartLine]) -> tuple[Finding, ...]:
        """Findings on the codes to bill, in claim order; notes without text were erased."""
        ...


class FinalizeChart:
    """Finalises and re-opens charts. Safe to share between threads."""

    def __init__(self, desk: Desk, checker: ClaimChecker) -> None:
        self._desk, self._checker = desk, checker

    def findings(self, actor: Actor, chart_id: str) -> tuple[Finding, ...]:
        """What speaks against the codes as they are decided now. Raises NotAllowed and ChartNotFound, as every verb here."""
        with self._desk.chart(actor, Permission.READ, chart_id, to_change=False) as it:
            it.work.audit.add(AuditEntry(it.now, actor, Action.CHART_READ, chart_id, {"revision": it.chart.revision}))
            chart = it.chart
        return self._check(chart)

    def finalize(self, actor: Actor, chart_id: str, *, override: str, revision: int, active_seconds: int | None = None) -> Chart:
        """The chart with its finalised set, after `active_seconds` of work since the chart was last let go of.

        Raises StaleWrite, UndecidedCodes, OpenQueries, BlockedByFindings, ChartClaimed, ChartFinalized, and NotAllowed for
        an `override` by someone who may not.
        """
        if override.strip():
            need(actor, Permission.OVERRIDE)
        with self._desk.chart(actor, Permission.FINALIZE, chart_id, to_change=False, revision=revision) as it:
            chart = it.chart
        # Rules read the notes, which takes longer than a transaction should; the revision tells that nothing changed meanwhile.
        findings = self._check(chart)
        with self._desk.chart(actor, Permission.FINALIZE, chart_id, revision=revision) as it:
            after = chart_work.finalize(it.chart, findings, actor.principal.id, it.now, override=override, active_seconds=active_seconds)
            done = after.finalized[-1]
            kept = it.save(after, Action.FINALIZED, {"version": done.version, "codes": len(done.lines), "overridden": int(bool(done.override))})
            # A chart judges the site's phrases once, whatever a later version says.
            for phrase, right in judged(kept).items() if done.version == 1 else ():
                it.work.site_phrases.count(phrase, right=right, said=it.chart.received_at)
            it.tell(kept, EventType.FINALIZED, {"codes": [claimed(line) for line in done.lines]})
            return kept

    def reopen(self, actor: Actor, chart_id: str, reason: str, *, revision: int) -> Chart:
        """The chart in its next version. Raises StaleWrite, NotFinalized, and InvalidDecision without a reason."""
        if not reason.strip():
            raise InvalidDecision("A chart is re-opened with a reason")
        with self._desk.chart(actor, Permission.REOPEN, chart_id, revision=revision) as it:
            kept = it.save(chart_work.reopen(it.chart, reason, actor.principal.id, it.now), Action.REOPENED, {"version": it.chart.version + 1})
            it.tell(kept, EventType.REOPENED, {})
            return kept

    def _check(self, chart: Chart) -> tuple[Finding, ...]:
        return self._checker.check(chart.encounter, chart.current_notes(), chart.coding().to_bill())


def claimed(line: ChartLine) -> dict[str, object]:
    """A code of the claim as other systems are told."""
    return {
        "system": line.ref.system.value,
        "code": line.ref.code,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "pointers": [ref.code for ref in line.pointers],
    }
