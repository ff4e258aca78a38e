"""The CPT tables of visits: family and patient status → codes by level and by minutes met or exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.domain.em.levels import Level


class VisitFamily(StrEnum):
    """Families of visits. Which codes they have may depend on whether the patient is new."""

    OFFICE = "office"
    OFFICE_CONSULTATION = "office_consultation"
    HOSPITAL_CONSULTATION = "hospital_consultation"
    EMERGENCY = "emergency"
    CRITICAL_CARE = "critical_care"
    HOSPITAL_INITIAL = "hospital_initial"
    HOSPITAL_SUBSEQUENT = "hospital_subsequent"
    HOSPITAL_SAME_DAY = "hospital_same_day"
    HOSPITAL_DISCHARGE = "hospital_discharge"
    NURSING_FACILITY_INITIAL = "nursing_facility_initial"
    NURSING_FACILITY_SUBSEQUENT = "nursing_facility_subsequent"
    NURSING_FACILITY_DISCHARGE = "nursing_facility_discharge"
    HOME = "home"
    VIDEO = "video"
    AUDIO = "audio"
    PREVENTIVE = "preventive"
    MEDICARE_WELCOME = "medicare_welcome"
    MEDICARE_WELLNESS_FIRST = "medicare_wellness_first"
    MEDICARE_WELLNESS_LATER = "medicare_wellness_later"
    NURSE = "nurse"
    POSTOPERATIVE = "postoperative"


class PatientStatus(StrEnum):
    """New: seen by nobody of the same specialty and group within three years (CPT)."""

    NEW = "new"
    ESTABLISHED = "established"
    NOT_STATED = "not_stated"


class Row(NamedTuple):
    """A code, the highest level of decision making it covers, and the minutes to be met or exceeded (None: not by time)."""

    code: str
    level: Level
    minutes: int | None


_SF, _LOW, _MODERATE, _HIGH = Level.STRAIGHTFORWARD, Level.LOW, Level.MODERATE, Level.HIGH
_FOUR = (_SF, _LOW, _MODERATE, _HIGH)
# The lowest of three codes covers straightforward and low decisions.
_THREE = (_LOW, _MODERATE, _HIGH)


def _rows(first: int, minutes: Sequence[int | None], levels: Sequence[Level] = _FOUR) -> tuple[Row, ...]:
    return tuple(Row(f"{first + i:05d}", level, m) for i, (level, m) in enumerate(zip(levels, minutes, strict=True)))


_NEW, _ESTABLISHED = PatientStatus.NEW, PatientStatus.ESTABLISHED
_F = VisitFamily
# Families whose codes are told apart by level, lowest first. Those of one status only stand under both.
_NO_TIME: tuple[None, ...] = (None, None, None, None)
_BY_STATUS: dict[tuple[VisitFamily, PatientStatus], tuple[Row, ...]] = {
    (_F.OFFICE, _NEW): _rows(99202, (15, 30, 45, 60)),
    (_F.OFFICE, _ESTABLISHED): _rows(99212, (10, 20, 30, 40)),
    (_F.HOME, _NEW): (Row("99341", _SF, 15), Row("99342", _LOW, 30), Row("99344", _MODERATE, 60), Row("99345", _HIGH, 75)),
    (_F.HOME, _ESTABLISHED): _rows(99347, (20, 30, 40, 60)),
}
_BY_LEVEL: dict[VisitFamily, tuple[Row, ...]] = {
    _F.OFFICE_CONSULTATION: _rows(99242, (20, 30, 40, 55)),
    _F.HOSPITAL_CONSULTATION: _rows(99252, (35, 45, 60, 80)),
    _F.EMERGENCY: _rows(99282, _NO_TIME),
    _F.HOSPITAL_INITIAL: _rows(99221, (40, 55, 75), _THREE),
    _F.HOSPITAL_SUBSEQUENT: _rows(99231, (25, 35, 50), _THREE),
    _F.HOSPITAL_SAME_DAY: _rows(99234, (45, 70, 85), _THREE),
    _F.NURSING_FACILITY_INITIAL: _rows(99304, (25, 35, 50), _THREE),
    _F.NURSING_FACILITY_SUBSEQUENT: _rows(99307, (10, 20, 30, 45)),
}
# CPT 2024 raised 99306 from 45 and 99308 from 15 minutes.
_NURSING_2024 = date(2024, 1, 1)
_BEFORE_2024 = {
    _F.NURSING_FACILITY_INITIAL: _rows(99304, (25, 35, 45), _THREE),
    _F.NURSING_FACILITY_SUBSEQUENT: _rows(99307, (10, 15, 30, 45)),
}
# CPT 2025 brought codes of their own for telemedicine. Medicare and most payers keep to the office codes with a modifier.
TELEMEDICINE_FROM = date(2025, 1, 1)
_TELEMEDICINE: dict[tuple[VisitFamily, PatientStatus], tuple[Row, ...]] = {
    (_F.VIDEO, _NEW): _rows(98000, (15, 30, 45, 60)),
    (_F.VIDEO, _ESTABLISHED): _rows(98004, (10, 20, 30, 40)),
    (_F.AUDIO, _NEW): _rows(98008, (15, 30, 45, 60)),
    (_F.AUDIO, _ESTABLISHED): _rows(98012, (10, 20, 30, 40)),
}
TELEHEALTH_MODIFIERS = {_F.VIDEO: "95", _F.AUDIO: "93"}
# (first code, minutes that the second code needs): more than 30.
DISCHARGE = {_F.HOSPITAL_DISCHARGE: ("99238", "99239"), _F.NURSING_FACILITY_DISCHARGE: ("99315", "99316")}
LONG_DISCHARGE = 31
CRITICAL_CARE, CRITICAL_CARE_MORE = "99291", "99292"
# First age in years that a later preventive code is for: under 1, 1-4, 5-11, 12-17, 18-39, 40-64, 65 and over.
PREVENTIVE_AGES = (1, 5, 12, 18, 40, 65)
SINGLE = {
    _F.NURSE: "99211",
    _F.POSTOPERATIVE: "99024",
    _F.MEDICARE_WELCOME: "G0402",
    _F.MEDICARE_WELLNESS_FIRST: "G0438",
    _F.MEDICARE_WELLNESS_LATER: "G0439",
}
PREVENTIVE_FAMILIES = frozenset({_F.PREVENTIVE, _F.MEDICARE_WELCOME, _F.MEDICARE_WELLNESS_FIRST, _F.MEDICARE_WELLNESS_LATER})
BY_STATUS = frozenset({*(family for family, _ in _BY_STATUS), *TELEHEALTH_MODIFIERS, _F.PREVENTIVE})
"""Families in which new patients have codes of their own."""


def rows(family: VisitFamily, status: PatientStatus, day: date | None = None) -> tuple[Row, ...]:
    """The rows of a family, lowest level first, as on `day` (None: now); none for a family without levels.

    A patient whose status is not stated counts as established, the lower of the two. Telehealth has the rows of the office.
    """
    if family in TELEHEALTH_MODIFIERS:
        family = _F.OFFICE
    if day is not None and day < _NURSING_2024 and family in _BEFORE_2024:
        return _BEFORE_2024[family]
    if family in _BY_LEVEL:
        return _BY_LEVEL[family]
    return _BY_STATUS.get((family, _NEW if status is _NEW else _ESTABLISHED), ())


def telemedicine_rows(family: VisitFamily, status: PatientStatus) -> tuple[Row, ...]:
    """CPT's own rows for video and audio-only visits (from TELEMEDICINE_FROM on), in the order of the office rows; else none."""
    return _TELEMEDICINE.get((family, _NEW if status is _NEW else _ESTABLISHED), ())


def row_of_level(found: Sequence[Row], level: Level) -> Row | None:
    """The lowest row that covers the level; None for NONE."""
    return None if level is Level.NONE else next((row for row in found if row.level >= level), None)


def row_of_minutes(found: Sequence[Row], minutes: int) -> Row | None:
    """The highest row whose minutes are met; None below the lowest and for families that go by decision making alone."""
    return next((row for row in reversed(found) if row.minutes is not None and minutes >= row.minutes), None)


def row_of_number(family: VisitFamily, status: PatientStatus, number: int, day: date | None = None) -> str | None:
    """The code that people call "level `number`" (1 to 5): families of four codes count from 2, those of three from 1."""
    found = rows(family, status, day)
    if number == 1 and family is _F.OFFICE and status is not _NEW:
        return SINGLE[_F.NURSE]
    if number == 1 and family is _F.EMERGENCY:
        return "99281"
    place = number - (1 if len(found) == len(_THREE) or family is _F.NURSING_FACILITY_SUBSEQUENT else 2)
    return found[place].code if 0 <= place < len(found) else None


def preventive_code(status: PatientStatus, age: int) -> str:
    """99381-99387 for new, 99391-99397 for established patients, by age in whole years."""
    step = sum(age >= first for first in PREVENTIVE_AGES)
    return f"{99381 + step if status is _NEW else 99391 + step}"


def _index() -> dict[str, tuple[VisitFamily, PatientStatus]]:
    found = {row.code: (family, PatientStatus.NOT_STATED) for family, table in _BY_LEVEL.items() for row in table}
    found.update({row.code: key for key, table in (_BY_STATUS | _TELEMEDICINE).items() for row in table})
    found.update({code: (family, PatientStatus.NOT_STATED) for family, pair in DISCHARGE.items() for code in pair})
    for age in (0, *PREVENTIVE_AGES):
        found.update({preventive_code(status, age): (_F.PREVENTIVE, status) for status in (_NEW, _ESTABLISHED)})
    found.update({code: (family, PatientStatus.NOT_STATED) for family, code in SINGLE.items()})
    found["99211"] = (_F.NURSE, _ESTABLISHED)
    found["99281"] = (_F.EMERGENCY, PatientStatus.NOT_STATED)
    found[CRITICAL_CARE] = (_F.CRITICAL_CARE, PatientStatus.NOT_STATED)
    return found


FAMILY_OF_CODE = _index()
"""Code of a visit → its family, and the status of the patient that it implies."""
