"""Rows of the worklist in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.chart import ChartStatus
from app.usecases.records.charts import ChartSummary

_STATUS = {
    ChartStatus.NEW: ("New", "accent"),
    ChartStatus.IN_REVIEW: ("In review", "warn"),
    ChartStatus.QUERIED: ("Queried", "warn"),
    ChartStatus.FINALIZED: ("Finalised", "good"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A chart as the list shows it. `worth` in percent; `mine`: the lock is the viewer's own; `until` is None without a lock."""

    id: str
    address: str
    name: str
    setting: str
    status: str
    tone: str
    worth: int
    why: str
    age: str
    received: datetime
    assignee: str
    assignee_id: str
    holder: str
    mine: bool
    until: datetime | None


def row(summary: ChartSummary, viewer: str, names: Mapping[str, str], now: datetime, address: str) -> Row:
    """The row for `viewer`; `names` are display names by user id."""
    status, tone = _STATUS[summary.status]
    held = summary.claimed_by is not None and summary.claimed_until is not None and summary.claimed_until > now
    assignee, holder = summary.assignee or "", (summary.claimed_by or "") if held else ""
    return Row(
        id=summary.id,
        address=address,
        name=summary.external_id or f"Chart {summary.id[:8]}",
        setting=summary.setting.value.capitalize(),
        status=status,
        tone=tone,
        worth=round(100 * summary.priority),
        why=why(summary),
        age=age(now - summary.received_at),
        received=summary.received_at,
        assignee=names.get(assignee, assignee),
        assignee_id=assignee,
        holder=names.get(holder, holder),
        mine=holder == viewer,
        until=summary.claimed_until if held else None,
    )


def why(summary: ChartSummary) -> str:
    """What makes a review of the chart worth its priority (app/domain/priority.py), the weightiest reason."""
    if summary.random_slice:
        return "Random slice"
    reason = next(iter(summary.priority_reasons), "teaches little")
    return reason[:1].upper() + reason[1:]


def age(waited: timedelta) -> str:
    """`45 min`, `7 h`, `3 d`."""
    minutes = max(int(waited.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
