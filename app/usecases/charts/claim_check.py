"""What keeps a claim from standing up by itself, whatever rules say of its codes together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.chart import ChartNote
from app.domain.code import CodeSystem
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter
from app.domain.finding import Finding, Severity
from app.usecases.charts.review import CodeFinder


class ClaimForm:
    """Checks the form of a claim: every code in force, a diagnosis at all, a diagnosis for each service."""

    def __init__(self, find: CodeFinder) -> None:
        self._find = find

    def check(self, encounter: Encounter, notes: Sequence[ChartNote], lines: Sequence[ChartLine]) -> tuple[Finding, ...]:  # noqa: ARG002  of the port
        """Findings, blocking ones first."""
        found = [f for line in lines if (f := self._in_force(line, encounter.service_date)) is not None]
        if not any(line.ref.system is CodeSystem.ICD10CM for line in lines):
            message = "No diagnosis is accepted: a claim has at least one"
            found.append(Finding("no-diagnosis", Severity.BLOCK, (), message, "CMS-1500 item 21; ICD-10-CM Guidelines IV.A"))
        for line in lines:
            if line.procedure and line.ref.system is not CodeSystem.ICD10PCS and not line.pointers:
                message = f"{line.ref.code} points to no diagnosis: name those that support it"
                found.append(Finding("no-pointer", Severity.WARN, (line.ref,), message, "CMS-1500 item 24E"))
        return tuple(found)

    def _in_force(self, line: ChartLine, day: date | None) -> Finding | None:
        code = self._find(line.ref, day)
        if code is not None and code.billable:
            return None
        why = "is not in the release in force on the date of service" if code is None else "is a heading: choose a complete code under it"
        return Finding("claim-in-force", Severity.BLOCK, (line.ref,), f"{line.ref.code} {why}", "45 CFR 162.1002; ICD-10-CM Guidelines I.B.2")
