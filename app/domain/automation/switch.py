"""What a manager allowed, slice by slice, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.automation.certificate import CodeSlice
from app.domain.code import CodeRef


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether charts may be finalised without a person by certificates of a slice; off until somebody switches it on."""

    slice: CodeSlice
    on: bool
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MarkedCode:
    """A code that was finalised because a certificate marked it."""

    ref: CodeRef
    confidence: float


@dataclass(frozen=True, slots=True)
class AutoFinalization:
    """The codes of one version of a chart that were finalised under one certificate. `sampled`: it was drawn for an audit."""

    chart_id: str
    version: int
    certificate: str
    at: datetime
    sampled: bool
    codes: tuple[MarkedCode, ...]
