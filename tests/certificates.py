"""Certificates for tests."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from app.domain.automation.certificate import Basis, Certificate, CodeSlice, Missed
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from tests.charts import NOW

HYPERTENSION = CodeSlice(CodeSystem.ICD10CM, Setting.OUTPATIENT, "I10")


def certificate(of: CodeSlice = HYPERTENSION, *, now: datetime = NOW, **changes: object) -> Certificate:
    """For the bundle and releases of tests/api/fakes.py and tests/charts.py."""
    given: dict[str, object] = {
        "id": secrets.token_hex(8),
        "slice": of,
        "without": frozenset(),
        "threshold": 0.9,
        "target": 0.95,
        "confidence_level": 0.9,
        "basis": Basis("0" * 64, 200, 100, 99, 0.04, now - timedelta(days=30), now),
        "missed": Missed(50, 10, 12, 0.3),
        "bundle_id": "fa4e000000000001",
        "releases": {"ICD-10-CM": "2026-04", "CPT": "2026-04"},
        "issued": now,
        "expires": now + timedelta(days=90),
        "issued_by": "command",
    }
    return Certificate(**{**given, **changes})  # type: ignore[arg-type]
