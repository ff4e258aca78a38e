"""What coders decided, as training examples carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.code import CodeRef
from app.domain.feedback import Rejection
from app.domain.review import ABOUT_THE_CHART

# A document worth more than so many others would be the model.
MOST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Decided:
    """Where a decided example comes from: the chart, the version of its review, who finalised it, and the bundles that had suggested."""

    chart: str
    version: int
    by: str
    audited: bool
    bundles: tuple[str, ...]


def mute(rejected: Mapping[CodeRef, Rejection]) -> frozenset[CodeRef]:
    """The codes of which the document does not say that its words mean something else: pneumonia that was ruled out is still called pneumonia."""
    return frozenset(ref for ref, rejection in rejected.items() if rejection.reason in ABOUT_THE_CHART)
