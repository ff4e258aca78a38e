"""Judged charts of random audits in a store."""

from __future__ import annotations

from dataclasses import replace

from app.domain.audits.item import AuditItem, ItemState
from app.domain.audits.judgement import Judgement
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size
from app.domain.chart import NoteDraft
from app.domain.code import CodeSystem
from app.domain.suggestion import Status
from tests.charts import CPT, HTN, ICD, INJECTION, KNEE, NOW, chart, draft, suggestion

RELEASES: dict[CodeSystem, str] = {ICD: "2026-04", CPT: "catalogue"}


def audited(work, right, *, bundle, kind=SampleKind.RANDOM, disputed=False, number=1, candidate=0.1, phrases=(), judged=NOW, patient=""):
    """`number` charts for which I10 and an injection were suggested; `right` are the codes that the auditor holds right."""
    sure = replace(suggestion(HTN, 0.97, Status.SUGGESTED), site_phrases=phrases)
    others = (suggestion(INJECTION, 0.9, Status.SUGGESTED), suggestion(KNEE, candidate, Status.CANDIDATE))
    made = replace(draft(), bundle_id=bundle, suggestions=(sure, *others))
    charts = [chart(drafts=(NoteDraft(1, 1, NOW, made),), external_id="", patient=patient) for _ in range(number)]
    rule = ChartRule() if kind is SampleKind.RANDOM else ChartRule(coder="coder-1")
    sample = Sample(charts[0].id, "May", kind, rule, Size(charts=number), False, "auditor-1", "auditor-1", NOW, "0", number, "0" * 64)
    items = [AuditItem(sample.id, i, kind, c.id, 1, "coder-1", "auditor-1", False) for i, c in enumerate(charts, 1)]
    lines = tuple(AuditedLine(ref, ref.code) for ref in right)
    state = ItemState.DISPUTED if disputed else ItemState.JUDGED
    with work() as w:
        for c in charts:
            w.charts.add(c)
        w.audits.add(sample, items)
        for item in items:
            w.audits.save(item, replace(item, judgements=(Judgement("auditor-1", judged, lines, ()),), state=state), ())
    return charts
