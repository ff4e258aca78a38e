"""What is shown of an audited chart: blind, or with everything. The blind view can't hold a code of program or coder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.audits.difference import Difference, differences
from app.domain.audits.item import AuditItem
from app.domain.audits.lines import AuditedLine, audited
from app.domain.chart import Chart, ChartNote, ChartQuery, FinalizedSet, QueryStatus
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter
from app.domain.errors import ChartNotFound
from app.domain.outcome import coding_at


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What every view has: the encounter with its notes as they were when it was finalised, and the physician's answers."""

    encounter: Encounter
    external_id: str
    notes: tuple[ChartNote, ...]
    answers: tuple[ChartQuery, ...]


@dataclass(frozen=True, slots=True)
class BlindView:
    """The record alone, with the auditor's own draft."""

    item: AuditItem
    record: AuditRecord


@dataclass(frozen=True, slots=True)
class OpenView:
    """All three side by side. `auditor` are the judged codes, else those coded blind, else the coder's; None while another auditor codes blind."""

    item: AuditItem
    record: AuditRecord
    weighed: tuple[ChartLine, ...]
    coder: tuple[AuditedLine, ...]
    auditor: tuple[AuditedLine, ...] | None
    proposed: tuple[Difference, ...]


def finalized_set(chart: Chart, version: int) -> FinalizedSet:
    """The set of one version. Raises ChartNotFound."""
    for done in chart.finalized:
        if done.version == version:
            return done
    raise ChartNotFound


def coder_lines(chart: Chart, version: int) -> tuple[AuditedLine, ...]:
    """The codes that were finalised."""
    return tuple(map(audited, finalized_set(chart, version).lines))


def blind_view(item: AuditItem, chart: Chart) -> BlindView:
    """The view of an auditor who has not handed in yet."""
    return BlindView(item, _record(chart, finalized_set(chart, item.version).at))


def open_view(item: AuditItem, chart: Chart) -> OpenView:
    """The view of everyone else who may look, and of the auditor from then on."""
    done = finalized_set(chart, item.version)
    coder = coder_lines(chart, item.version)
    auditor: tuple[AuditedLine, ...] | None
    if item.judgement is not None:
        auditor = item.judgement.lines
    elif item.blind:
        auditor = item.blind_lines
    else:
        auditor = coder
    proposed = () if auditor is None else differences(coder, auditor)
    return OpenView(item, _record(chart, done.at), coding_at(chart, done).lines, coder, auditor, proposed)


def _record(chart: Chart, at: datetime) -> AuditRecord:
    then = {n.number: n for n in sorted(chart.notes, key=lambda n: (n.number, n.version)) if n.received_at <= at}
    answers = tuple(q for q in chart.queries if q.status is QueryStatus.ANSWERED)
    return AuditRecord(chart.encounter, chart.external_id, tuple(then.values()), answers)
