"""Reading a chart and deciding on its codes."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from app.domain import chart_work
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.chart import Chart
from app.domain.code import Code, CodeRef
from app.domain.errors import InvalidDecision
from app.domain.people import Permission
from app.domain.review import Add, Reject, Replace, Undo, Verdict
from app.usecases.charts.desk import LEASE, Desk


class CodeFinder(Protocol):
    """Finds codes as they are on a day."""

    def __call__(self, ref: CodeRef, day: date | None) -> Code | None:
        """The code, None when the release of the day does not hold it. Raises ReleaseNotFound and Unavailable."""
        ...


class ReviewChart:
    """Reads charts, claims them, decides. Safe to share between threads."""

    def __init__(self, desk: Desk, find: CodeFinder) -> None:
        self._desk, self._find = desk, find

    def read(self, actor: Actor, chart_id: str) -> Chart:
        """The chart; that it was read is in the audit trail. Raises NotAllowed and ChartNotFound, as every verb here."""
        with self._desk.chart(actor, Permission.READ, chart_id, to_change=False) as it:
            it.work.audit.add(AuditEntry(it.now, actor, Action.CHART_READ, chart_id, {"revision": it.chart.revision}))
            return it.chart

    def claim(self, actor: Actor, chart_id: str) -> Chart:
        """The chart locked to the actor for LEASE. Raises ChartClaimed and ChartFinalized."""
        with self._desk.chart(actor, Permission.REVIEW, chart_id) as it:
            return it.save(chart_work.claim(it.chart, actor.principal.id, it.now, lease=LEASE), Action.CLAIMED)

    def release(self, actor: Actor, chart_id: str, *, active_seconds: int = 0) -> Chart:
        """The chart without the actor's lock, worked on for `active_seconds`. Raises ChartClaimed."""
        with self._desk.chart(actor, Permission.REVIEW, chart_id) as it:
            after = chart_work.release(it.chart, actor.principal.id, it.now, active_seconds=active_seconds)
            return it.save(after, Action.RELEASED, {"active_seconds": active_seconds})

    def revision(self, actor: Actor, chart_id: str) -> Chart:
        """The chart for a look at its revision, status and lock alone: no read of it, so that looking often fills no audit trail."""
        with self._desk.chart(actor, Permission.READ, chart_id, to_change=False) as it:
            return it.chart

    def decide(self, actor: Actor, chart_id: str, verdict: Verdict, *, revision: int) -> Chart:
        """The chart with one more decision. Raises StaleWrite, InvalidDecision, ChartClaimed and ChartFinalized."""
        with self._desk.chart(actor, Permission.REVIEW, chart_id, revision=revision) as it:
            checked = self._titled(verdict, it.chart.encounter.service_date)
            after = chart_work.decide(it.chart, checked, actor.principal.id, it.now, lease=LEASE)
            return it.save(after, Action.DECIDED, {"decision": len(after.decisions), **_summary(verdict)})

    def _titled(self, verdict: Verdict, day: date | None) -> Verdict:
        """The verdict with the title of a code that it brings in, which must be billable on the date of service."""
        if isinstance(verdict, Add):
            return Add(verdict.ref, self._billable(verdict.ref, day).title, verdict.words)
        if isinstance(verdict, Replace):
            return Replace(verdict.ref, verdict.by, self._billable(verdict.by, day).title)
        return verdict

    def _billable(self, ref: CodeRef, day: date | None) -> Code:
        code = self._find(ref, day)
        if code is None:
            raise InvalidDecision(f"{ref.code} is not in the {ref.system} release of the date of service: search for it")
        if not code.billable:
            raise InvalidDecision(f"{ref.code} is a heading: choose a complete code under it")
        return code


def _summary(verdict: Verdict) -> dict[str, str | int | None]:
    """What the audit trail says of a verdict: never a comment, which may hold words of the note."""
    detail: dict[str, str | int | None] = {"verdict": type(verdict).__name__.lower()}
    if isinstance(verdict, Undo):
        detail["undone"] = verdict.sequence
    elif ref := getattr(verdict, "ref", None):
        detail["system"], detail["code"] = ref.system.value, ref.code
    if isinstance(verdict, Replace):
        detail["by"] = verdict.by.code
    if isinstance(verdict, Reject):
        detail["reason"] = verdict.reason.value
    return detail
