"""The audited charts that certificates can rest on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.audits.item import AuditedChart
from app.domain.automation.audited import AuditedCode, AuditedDraft
from app.domain.chart import Chart
from app.domain.code import CodeSystem
from app.domain.coding import Origin, coding_of
from app.domain.suggestion import Status
from app.usecases.records.unit_of_work import Work


class ReadAudited:
    """Reads charts of random audit samples with what was suggested for them when they came in."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, bundle_id: str, releases: Mapping[CodeSystem, str], *, until: datetime | None = None) -> list[AuditedDraft]:
        """Those whose suggestions are all of the bundle and code releases, judged until then; disputed ones wait until the matter is settled."""
        with self._work() as work:
            judged = [j for j in work.audits.judgements(random_only=True) if not j.disputed and (until is None or j.judged_at <= until)]
        out = []
        for judgement in judged:
            with self._work() as work:
                draft = audited_draft(work.charts.get(judgement.chart_id), judgement, bundle_id, releases)
            if draft is not None:
                out.append(draft)
        return out


def audited_draft(chart: Chart, judgement: AuditedChart, bundle_id: str, releases: Mapping[CodeSystem, str]) -> AuditedDraft | None:
    """What was suggested and what of it was right; None for a chart with suggestions of another bundle or release."""
    drafted = [d for d in chart.drafted() if d[3]]
    if not drafted or any(d.bundle_id != bundle_id or dict(d.releases) != dict(releases) for _, _, d, _ in drafted):
        return None
    right = {line.ref for line in judgement.lines}
    lines = coding_of(drafted, ()).lines
    by_phrase = {s.ref for _, _, d, _ in drafted for s in d.having(Status.SUGGESTED) if s.site_phrases}
    suggested = [line for line in lines if line.origin is Origin.SUGGESTED]
    codes = tuple(AuditedCode(line.ref, line.confidence or 0.0, line.ref in right) for line in suggested if line.ref not in by_phrase)
    said = {line.ref for line in suggested}
    waiting = max((line.confidence or 0.0 for line in lines if line.origin is Origin.CANDIDATE and not line.rule), default=0.0)
    # What a phrase of the site suggests has no certificate, so that a person looks at the chart.
    waiting = 1.0 if by_phrase else waiting
    return AuditedDraft(chart.id, chart.encounter.setting, chart.received_at, codes, tuple(sorted(right - said)), waiting, chart.person)
