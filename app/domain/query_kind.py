"""What a physician query can ask for."""

from __future__ import annotations

from enum import StrEnum


class QueryKind(StrEnum):
    """What the record leaves open: the reasons for a query in the AHIMA/ACDIS "Guidelines for Achieving a Compliant Query Practice" (2022)."""

    LATERALITY = "laterality"
    SPECIFICITY = "specificity"
    ACUITY = "acuity"
    TYPE = "type"
    CAUSAL_LINK = "causal-link"
    CLINICAL_SIGNIFICANCE = "clinical-significance"
    CONFLICTING = "conflicting"
    UNCERTAIN = "uncertain"
