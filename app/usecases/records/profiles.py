"""Counts of notes as they came in, and the alarms of drift that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.code import CodeSystem
from app.domain.drift import Measure
from app.domain.encounter import Setting
from app.domain.note_profile import Profile


@dataclass(frozen=True, slots=True)
class Window:
    """Notes that came in within [begin, end) and had suggestions of a bundle; `setting` None for all."""

    bundle_id: str
    begin: datetime
    end: datetime
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A measure that is beyond its limit since some time; `system` None where the measure is not of one."""

    measure: Measure
    system: CodeSystem | None
    since: datetime


class Profiles(Protocol):
    """Counts, never words."""

    def add(self, chart_id: str, note: int, version: int, *, at: datetime, setting: Setting, bundle_id: str, profile: Profile) -> None:
        """Keep the counts of one version of a note."""
        ...

    def within(self, window: Window) -> Profile:
        """The sum over the newest notes of a window; acceptance is that of people on charts of the random slice, finalised in it."""
        ...

    def alarms(self, bundle_id: str) -> list[Alarm]:
        """The alarms that stand for a bundle, by measure and system."""
        ...

    def raise_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        """Keep that an alarm stands."""
        ...

    def end_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        """An alarm stands no more."""
        ...
