"""Prolonged service: time beyond the highest level of a family, for each full 15 minutes."""

from __future__ import annotations

from typing import NamedTuple

STEP = 15


class Prolonged(NamedTuple):
    """The add-on code and the minutes of total time that its first unit needs, by CPT and as Medicare asks."""

    code: str
    minutes: int
    medicare_code: str
    medicare_minutes: int


# CPT: 15 minutes beyond the time of the highest code. Medicare: CMS Physician Fee Schedule, table of prolonged services
# (MLN906764); it pays none with consultations, because it pays no consultations.
PROLONGED = {
    "99205": Prolonged("99417", 75, "G2212", 89),
    "99215": Prolonged("99417", 55, "G2212", 69),
    "99245": Prolonged("99417", 70, "", 0),
    "98003": Prolonged("99417", 75, "", 0),
    "98007": Prolonged("99417", 55, "", 0),
    "98011": Prolonged("99417", 75, "", 0),
    "98015": Prolonged("99417", 55, "", 0),
    "99345": Prolonged("99417", 90, "G0318", 140),
    "99350": Prolonged("99417", 75, "G0318", 110),
    "99223": Prolonged("99418", 90, "G0316", 90),
    "99233": Prolonged("99418", 65, "G0316", 65),
    "99236": Prolonged("99418", 100, "G0316", 110),
    "99255": Prolonged("99418", 95, "", 0),
    "99306": Prolonged("99418", 65, "G0317", 95),
    "99310": Prolonged("99418", 60, "G0317", 85),
}


def units(minutes: int, first: int) -> int:
    """Units of 15 minutes when the first needs `first` minutes of total time; a started unit does not count."""
    return 0 if minutes < first else (minutes - first) // STEP + 1
