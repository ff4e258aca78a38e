"""Which finalised charts a sample is drawn from, as one question that gives the same answer whenever it is asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.domain.audits.sample import ChartRule
from app.domain.coding import Origin
from app.store.audit_tables import audit_items, audit_samples
from app.store.chart_tables import reopenings
from app.store.outcome_tables import chart_outcomes, code_outcomes


def drawable_charts(rule: ChartRule, *, at: datetime, not_by: str, unaudited: bool) -> Select[Any]:
    """(chart_id, version, coder) by id: charts whose last set before `at` stood at that time, as the rule says."""
    o = chart_outcomes.c
    reopened = select(reopenings.c.version).where(reopenings.c.chart_id == o.chart_id, reopenings.c.version > o.version, reopenings.c.at < at)
    asked = select(o.chart_id, o.version, o.coder).where(o.at < at, o.coder != not_by, ~reopened.exists()).order_by(o.chart_id)
    if rule.finalized_from is not None:
        asked = asked.where(o.at >= rule.finalized_from)
    if rule.finalized_before is not None:
        asked = asked.where(o.at < rule.finalized_before)
    if rule.coder is not None:
        asked = asked.where(o.coder == rule.coder)
    if rule.settings:
        asked = asked.where(o.setting.in_(sorted(rule.settings)))
    if rule.overridden is not None:
        asked = asked.where(o.overridden == rule.overridden)
    if rule.bundle is not None:
        asked = asked.where(o.bundle == rule.bundle)
    if rule.code or rule.by_confidence:
        asked = asked.where(_with_code(rule).exists())
    if unaudited:
        drawn = select(audit_items.c.number).join(audit_samples, audit_samples.c.id == audit_items.c.sample_id)
        before = drawn.where(audit_items.c.chart_id == o.chart_id, audit_items.c.version == o.version, audit_samples.c.drawn_at < at)
        asked = asked.where(~before.exists())
    return asked


def _with_code(rule: ChartRule) -> Select[Any]:
    """A billed code that both the code and the band of confidence hold for."""
    c = code_outcomes.c
    asked = select(c.code).where(c.chart_id == chart_outcomes.c.chart_id, c.version == chart_outcomes.c.version, c.billed)
    if rule.code:
        asked = asked.where(c.code.startswith(rule.code, autoescape=True))
    if rule.by_confidence:
        asked = asked.where(c.origin != Origin.ADDED.value, c.confidence.between(*rule.confidences()))
    return asked.correlate(chart_outcomes)
