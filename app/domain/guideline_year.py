"""Which year's ICD-10-CM Official Guidelines are in force on a day: from 1 October to 30 September."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.domain.finding import Check, Finding, Severity

NAME = "ICD-10-CM Official Guidelines"
# Years whose paragraphs the rules were written against; the paragraphs they cite bear the same numbers in all of them.
KNOWN = (2024, 2025, 2026, 2027)
_OCTOBER = 10


def guideline_year(day: date) -> int:
    """The federal fiscal year of a day."""
    return day.year + (day.month >= _OCTOBER)


def cited(findings: Iterable[Finding], day: date | None) -> tuple[Finding, ...]:
    """The findings with the year of the guidelines in their citations; without a day, or for a year not known, without a year.

    A year that is not known is itself reported as not checked.
    """
    if day is None:
        return tuple(findings)
    year = guideline_year(day)
    if year in KNOWN:
        return tuple(replace(f, citation=f.citation.replace(NAME, f"{NAME} FY {year}", 1)) for f in findings)
    message = f"Not checked: the guidelines of fiscal year {year}; the rules are those of {KNOWN[0]} to {KNOWN[-1]}"
    return (*findings, Finding("guideline-year", Severity.INFO, (), message, NAME, check=Check.NOT_CHECKED))
