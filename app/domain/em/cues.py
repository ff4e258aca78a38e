"""The words that tell the kind of a visit and count towards its level, as people write them in a data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import ProblemKind, RiskKind

REPORT = "report"
# What a condition is by its course, never by its name.
_BY_COURSE = (ProblemKind.STABLE_ACUTE, ProblemKind.CHRONIC_WORSE, ProblemKind.CHRONIC_SEVERE)
# Group → the names it must have; None for names that people choose (tests).
GROUPS: Mapping[str, tuple[str, ...] | None] = {
    "visit": (*(f.value for f in VisitFamily), REPORT),
    "consultation": ("note", "request", "referral", "report"),
    "status": (PatientStatus.NEW.value, PatientStatus.ESTABLISHED.value),
    "condition": tuple(kind.value for kind in ProblemKind if kind not in _BY_COURSE),
    "course": ("worse", "changed", "severe", "stable", "uncertain", "systemic", "doubted", "not_a_problem"),
    "test": None,
    "data": ("handled", "external_note", "historian", "interpretation", "discussion", "party", "billed_here"),
    "risk": tuple(kind.value for kind in RiskKind if kind is not RiskKind.MINOR_SURGERY_WITH_RISK),
    "drug": ("prescription", "over_the_counter", "strong"),
    "decision": ("surgery",),
    "monitoring": ("drug", "watched"),
    "ending": ("prescription",),
}


@dataclass(frozen=True, slots=True)
class VisitCues:
    """Group → name → wordings, in lower case and without choices."""

    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
