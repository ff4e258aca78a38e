"""Units of a line: doses by the amount in one unit of the code, timed services by the eight-minute rule."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from app.domain.code import CodeRef

VOLUME = "ml"
# Everything in milligrams, units, or millilitres.
_SCALE = {
    "mcg": ("mg", 0.001),
    "mg": ("mg", 1.0),
    "g": ("mg", 1000.0),
    "gm": ("mg", 1000.0),
    "gram": ("mg", 1000.0),
    "unit": ("unit", 1.0),
    "units": ("unit", 1.0),
    "iu": ("unit", 1.0),
    "usp": ("unit", 1.0),
    "million units": ("unit", 1_000_000.0),
    "ml": (VOLUME, 1.0),
    "cc": (VOLUME, 1.0),
    "liter": (VOLUME, 1000.0),
    "l": (VOLUME, 1000.0),
    "meq": ("meq", 1.0),
}
_DOSE = re.compile(r"^\s*([\d.,]+)\s*([a-z ]+?)\s*$")
_QUARTER = 15
_LEAST = 8


def scaled(amount: float, unit: str) -> tuple[str, float] | None:
    """(unit, amount) in milligrams, units, millilitres or milliequivalents; None for any other unit."""
    known = _SCALE.get(unit.lower().rstrip("."), _SCALE.get(unit.lower().rstrip(".s")))
    return None if known is None else (known[0], amount * known[1])


def dose_units(amount: float, unit: str, dose: str) -> int | None:
    """How many units of a drug code an amount is, begun ones in full (CMS); None where the two can't be compared.

    >>> dose_units(60, "mg", "15 mg"), dose_units(1, "g", "250 mg"), dose_units(5, "ml", "10 mg")
    (4, 4, None)
    """
    found = _DOSE.match(dose.lower())
    given = scaled(amount, unit)
    one = scaled(float(found[1].replace(",", "")), found[2]) if found else None
    if given is None or one is None or given[0] != one[0] or one[1] <= 0 or given[1] <= 0:
        return None
    return math.ceil(given[1] / one[1] - 1e-6)


def timed_units(minutes: Mapping[CodeRef, float]) -> dict[CodeRef, int]:
    """Units of services timed in quarters of an hour, from the minutes of each (CMS's eight-minute rule, Claims Processing Manual 5, 20.2).

    All minutes together set the number of units: one from 8 minutes on, one more for each further 15. Whole quarters go
    to their service first, what is left to the services with the most minutes left over. A service without a unit is left out.
    """
    total = sum(minutes.values())
    units = int((total + _QUARTER - _LEAST) // _QUARTER)
    given = {ref: min(int(m // _QUARTER), units) for ref, m in minutes.items()}
    left = units - sum(given.values())
    for ref in sorted(minutes, key=lambda r: (-(minutes[r] % _QUARTER), r)):
        if left <= 0:
            break
        if minutes[ref] % _QUARTER:
            given[ref] += 1
            left -= 1
    return {ref: n for ref, n in given.items() if n > 0}
