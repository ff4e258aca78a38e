"""Drift on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.api.schemas.request import SystemName
from app.domain.drift import Measure
from app.usecases.drift.watch import DriftReport


class MeasureOut(BaseModel):
    """How far a measure is from training; `value` is null where there is too little on either side."""

    measure: Measure
    system: SystemName | None = Field(description="Null for measures that are not of one code system")
    value: float | None
    limit: float
    before: int = Field(description="Notes of training behind it; for scores codes, for acceptance charts")
    now: int
    alarm: bool


class AlarmOut(BaseModel):
    """A measure that is beyond its limit since some time."""

    measure: Measure
    system: SystemName | None
    since: datetime


class DriftOut(BaseModel):
    """What came in lately, beside what the bundle in use was trained on."""

    bundle_id: str
    begin: datetime
    end: datetime
    reference: bool = Field(description="False for a bundle that kept no record of its training: nothing is compared")
    notes: int = Field(description="Notes that came in lately")
    measures: list[MeasureOut]
    alarms: list[AlarmOut]


def drift(report: DriftReport) -> dict[str, Any]:
    """Of the shape of DriftOut."""
    return {
        "bundle_id": report.bundle_id,
        "begin": report.begin.isoformat(),
        "end": report.end.isoformat(),
        "reference": report.before is not None,
        "notes": report.now.charts,
        "measures": [
            {
                "measure": d.measure.value,
                "system": None if d.system is None else d.system.value,
                "value": None if d.value is None else round(d.value, 6),
                "limit": d.limit,
                "before": d.before,
                "now": d.now,
                "alarm": d.alarm,
            }
            for d in report.measures
        ],
        "alarms": [
            {"measure": a.measure.value, "system": None if a.system is None else a.system.value, "since": a.since.isoformat()} for a in report.alarms
        ],
    }
