"""The encounter that a note belongs to, as far as coding depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.errors import InvalidEncounter

OLDEST_AGE = 130


class Setting(StrEnum):
    """Where care was given; decides which guidelines apply. `unknown`: code what the text states."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    EMERGENCY = "emergency"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """Sex as the edits of the code systems use it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Encounter:
    """`age` in whole years on the date of service. Raises InvalidEncounter."""

    setting: Setting = Setting.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    age: int | None = None
    service_date: date | None = None

    def __post_init__(self) -> None:
        if self.age is not None and not 0 <= self.age <= OLDEST_AGE:
            raise InvalidEncounter(f"Age {self.age} is outside 0 to {OLDEST_AGE} years")


# What is known of an encounter of which nothing was said.
ANYWHERE = Encounter()
