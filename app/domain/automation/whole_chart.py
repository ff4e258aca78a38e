"""When a chart is finalised without a person, and what keeps it from that.

Precision says that the codes of a chart are right, not that they are all: the conditions on candidates and findings keep
charts for a person where something may be missing, and the certificate tells how often charts that pass lack a code
(certificate.py, Missed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from app.domain.automation.certificate import Certificate, CertificateState, CodeSlice
from app.domain.automation.switch import AutoFinalization, MarkedCode
from app.domain.chart import Chart, ChartStatus
from app.domain.coding import ChartLine, LineState, Origin
from app.domain.encounter import Setting
from app.domain.finding import Check, Finding, Severity
from app.domain.people import AUTOMATION
from app.domain.review import Accept, Modify, Point, Reorder, Verdict

REVIEW_FROM = 0.2
"""Confidence of a candidate from which a person looks at the chart."""


SAMPLE_SEED = "automation"


class Hold(StrEnum):
    """Why a chart waits for a person."""

    TOUCHED = "touched"
    RANDOM_SLICE = "random_slice"
    SETTING_UNKNOWN = "setting_unknown"
    NO_CODE = "no_code"
    NOT_MARKED = "not_marked"
    ENDED = "certificate_ended"
    SWITCHED_OFF = "switched_off"
    CANDIDATE = "candidate"
    FINDING = "finding"


def holds(chart: Chart, certificates: Mapping[str, Certificate], on: Collection[CodeSlice], now: datetime) -> tuple[Hold, ...]:
    """What keeps the chart from being finalised without a person, before rules are asked; nothing when nothing does.

    `certificates` by id; `on`: the slices that are switched on.
    """
    lines = [line for line in chart.coding().lines if line.origin is Origin.SUGGESTED]
    found = [hold for hold, holds_it in ((Hold.TOUCHED, _touched(chart, now)), (Hold.RANDOM_SLICE, chart.random_slice)) if holds_it]
    if chart.encounter.setting is Setting.UNKNOWN:
        found.append(Hold.SETTING_UNKNOWN)
    if not lines:
        found.append(Hold.NO_CODE)
    if any(line.auto is None for line in lines):
        found.append(Hold.NOT_MARKED)
    used = {line.auto.certificate for line in lines if line.auto is not None}
    active = [c for c in (certificates.get(name) for name in used) if c is not None and c.state(now) is CertificateState.ACTIVE]
    if len(active) < len(used):
        found.append(Hold.ENDED)
    if any(c.slice not in on for c in active):
        found.append(Hold.SWITCHED_OFF)
    if any(_open_candidate(line) for line in chart.coding().lines):
        found.append(Hold.CANDIDATE)
    return tuple(found)


def is_marked(chart: Chart) -> bool:
    """True where every suggested code has a mark, and there is one: what `holds` asks for first, without knowing of certificates."""
    lines = [line for line in chart.coding().lines if line.origin is Origin.SUGGESTED]
    return bool(lines) and all(line.auto is not None for line in lines)


def is_automatic(chart: Chart) -> bool:
    """True for a chart that is finalised and that no person finalised."""
    return chart.status is ChartStatus.FINALIZED and chart.finalized[-1].by == AUTOMATION.id


def findings_hold(findings: Sequence[Finding]) -> bool:
    """True where a rule found something that blocks or warns: a warning is for a person to weigh."""
    return any(f.check is Check.FOUND and f.severity in {Severity.BLOCK, Severity.WARN} for f in findings)


def verdicts(chart: Chart) -> tuple[Verdict, ...]:
    """The decisions that finalise the chart as suggested: every suggested code, in the order and with the pointers of the claim."""
    lines = [line for line in chart.coding().lines if line.origin is Origin.SUGGESTED]
    refs = {line.ref for line in lines}
    by_code = {line.ref.code: line.ref for line in lines}
    said: list[Verdict] = [Accept(line.ref) for line in lines]
    current = {(note.number, note.version) for note in chart.current_notes()}
    claims = [d.draft.claim for d in chart.drafts if (d.note, d.version) in current and d.draft.claim is not None]
    # The claims of several notes have no common order.
    if len(claims) == 1 and len(current) == 1:
        (claim,) = claims
        diagnoses = [ref for ref in claim.diagnoses if ref in refs]
        services = [service for service in claim.procedures if service.ref in refs]
        said.append(Reorder((*diagnoses, *(service.ref for service in services))))
        for service in services:
            said.append(Modify(service.ref, service.modifiers, service.units))
            said.append(Point(service.ref, tuple(by_code[p.code] for p in service.pointers if p.code in by_code)))
    return tuple(said)


def done_by(chart: Chart, now: datetime, *, sampled: bool) -> list[AutoFinalization]:
    """What was finalised under each certificate, for a chart that was finalised without a person just now."""
    codes: dict[str, list[MarkedCode]] = {}
    for line in chart.coding().to_bill():
        if line.auto is not None and line.confidence is not None:
            codes.setdefault(line.auto.certificate, []).append(MarkedCode(line.ref, line.confidence))
    return [AutoFinalization(chart.id, chart.version, name, now, sampled, tuple(marked)) for name, marked in sorted(codes.items())]


def is_sampled(chart_id: str, share: float) -> bool:
    """True for a share, in [0, 1], of charts: those with the lowest hash of seed and random id, as every audit sample is drawn."""
    return int.from_bytes(hashlib.sha256(f"{SAMPLE_SEED}:{chart_id}".encode()).digest()[:4], "big") < share * 2**32


def _touched(chart: Chart, now: datetime) -> bool:
    """True once a person had to do with the chart."""
    return bool(chart.status is not ChartStatus.NEW or chart.version > 1 or chart.decisions or chart.queries or chart.claimed_by(now))


def _open_candidate(line: ChartLine) -> bool:
    return line.origin is Origin.CANDIDATE and line.state is LineState.OPEN and not line.rule and (line.confidence or 0.0) >= REVIEW_FROM
