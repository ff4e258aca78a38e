"""What a certification is asked to prove."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.automation.errors import InvalidAutomation

MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`target` precision and `confidence_level`, both in (0, 1); the certificates hold for `days`.

    `simultaneous`: the confidence is that all certificates of one certification hold together, and not each by itself.
    Raises InvalidAutomation.
    """

    target: float = 0.95
    confidence_level: float = 0.90
    days: int = 90
    simultaneous: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.target < 1 and 0 < self.confidence_level < 1):
            raise InvalidAutomation("Precision and confidence are between 0 and 1, as in 0.95 and 0.90")
        if not 1 <= self.days <= MOST_DAYS:
            raise InvalidAutomation(f"Certificates hold for 1 to {MOST_DAYS} days")
