"""Families of services that differ by size, number, approach, age or contrast, and the member that a note supports.

The rules are CPT's: excised diameter with its margins, lengths of repairs of one class and site group added together, the
smallest member where no size is documented, one unit of an add-on code for each further piece.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.code import CodeRef
from app.domain.note import TextSpan

Key = str
AGE = "age"
_SILENT = "no"
ASK = "ask"
"""Value of `missing` for a dimension that only the clinician can tell."""


class Range(NamedTuple):
    """Numbers from `low` to `high`; `open_low` leaves out `low` itself."""

    low: float
    high: float
    open_low: bool = False

    def holds(self, number: float) -> bool:
        """True for a number within, to a thousandth."""
        return (number > self.low + 1e-3 if self.open_low else number >= self.low - 1e-3) and number <= self.high + 1e-3


class Detail(NamedTuple):
    """Something a note says of a service: a dimension, its value, and where. `unit` for doses ("mg")."""

    dimension: str
    value: float | str
    span: TextSpan
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A code of a family and what must be so for it: a number in a range, or a word."""

    ref: CodeRef
    when: Mapping[str, Range | str]


@dataclass(frozen=True, slots=True)
class Further:
    """An add-on: one unit of `ref` for each `per` of dimension `of` behind the first `after`, begun ones from `least` on; at most `most`."""

    ref: CodeRef
    of: str
    after: float
    per: float
    least: float
    most: int

    def units(self, amount: float) -> int:
        """Units of the add-on code for an amount, 0 where the first code covers it."""
        beyond = min(self.most, math.floor((amount - self.after + self.per - self.least) / self.per + 1e-6))
        return max(0, beyond)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Codes that exclude one another, told apart by the dimensions `by`.

    `missing`: dimension → the value taken where the note is silent, or ASK. `several`: dimensions of which every value
    that the note states is coded. `farthest`: dimensions of which the value that stands last among the members counts (the
    deepest layer). `close`: dimensions that count only in the sentence of the service. `total`: the dimension whose amounts
    are added up over one class and site. `margins`: sizes grow by twice the margin.
    """

    name: str
    by: tuple[str, ...]
    members: tuple[Member, ...]
    missing: Mapping[str, str] = field(default_factory=dict)
    several: frozenset[str] = frozenset()
    farthest: frozenset[str] = frozenset()
    close: frozenset[str] = frozenset()
    total: str = ""
    margins: bool = False
    further: Mapping[CodeRef, Further] = field(default_factory=dict)

    def rank(self, dimension: str, value: float | str) -> int:
        """Where a value stands among the members, -1 for one that no member asks for."""
        asked = list(dict.fromkeys(m.when.get(dimension) for m in self.members))
        return next((i for i, wanted in enumerate(asked) if wanted == value), -1)

    def asks(self, dimension: str, value: float | str) -> bool:
        """True for a value that a member asks for."""
        return any(m.when.get(dimension) == value for m in self.members)

    @property
    def refs(self) -> frozenset[CodeRef]:
        """Every code of the family, add-ons included."""
        return frozenset(m.ref for m in self.members) | {f.ref for f in self.further.values()}


class Chosen(NamedTuple):
    """A member that the note supports: units, the words that tell, why, and whether the note told it all (`told`) or defaults helped."""

    ref: CodeRef
    units: int
    reason: str
    spans: tuple[TextSpan, ...]
    told: bool = True


class Unknown(NamedTuple):
    """What the note would have to say for a member to be chosen."""

    dimension: str


Known = Mapping[str, tuple[float | str, str, tuple[TextSpan, ...]]]
"""Dimension → value, the words for it, and where they stand."""


def choose(family: Family, known: Known) -> list[Chosen] | Unknown:
    """The member for what is known, with its add-on; Unknown where a dimension is silent and has no default, empty where none fits."""
    left: Sequence[Member] = family.members
    told: list[str] = []
    spans: list[TextSpan] = []
    for dimension in family.by:
        if all(dimension not in m.when for m in left):
            continue
        value, words, places = known.get(dimension, (None, "", ()))
        if value is None:
            default = family.missing.get(dimension, ASK)
            if len(left) == 1:
                break
            if default == ASK:
                return Unknown(dimension)
            left = _default(left, dimension, default)
            told.append(f"{_SILENT} {dimension} documented: {default}")
            continue
        left = [m for m in left if _fits(m.when.get(dimension), value)]
        told.append(f"{dimension} {words}" if words else dimension)
        spans.extend(places)
    if not left:
        return []
    member = left[0]
    by_default = any(reason.startswith(_SILENT) for reason in told)
    out = [Chosen(member.ref, 1, "; ".join(told), tuple(spans), not by_default)]
    further = family.further.get(member.ref)
    if further is not None and further.of in known:
        value, words, places = known[further.of]
        units = further.units(value) if not isinstance(value, str) else 0
        if units:
            out.append(Chosen(further.ref, units, f"{further.of} {words}: {units} beyond the first code", tuple(places) or tuple(spans)))
    return out


def _fits(wanted: Range | str | None, value: float | str) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, Range):
        return not isinstance(value, str) and wanted.holds(value)
    return wanted == value


def _default(members: Sequence[Member], dimension: str, default: str) -> Sequence[Member]:
    if default == "smallest":
        lowest = min(w.high for m in members if isinstance(w := m.when.get(dimension), Range))
        return [m for m in members if isinstance(w := m.when.get(dimension), Range) and w.high == lowest]
    return [m for m in members if m.when.get(dimension) == default] or [m for m in members if str(m.when.get(dimension)) == default]


def shown(number: float) -> str:
    """A number without needless decimals.

    >>> shown(3.40), shown(2.0)
    ('3.4', '2')
    """
    return f"{number:.2f}".rstrip("0").rstrip(".")


def with_margins(size: Detail, margins: Iterable[Detail]) -> tuple[float, str, tuple[TextSpan, ...]]:
    """The excised diameter: the lesion and its narrowest stated margin on both sides (CPT, excision of lesions)."""
    own = float(size.value)
    margin = min(margins, key=lambda m: float(m.value), default=None)
    if margin is None:
        return own, f"{shown(own)} cm", (size.span,)
    each = float(margin.value)
    return own + 2 * each, f"{shown(own)} cm + {shown(each)} cm margins each side = {shown(own + 2 * each)} cm", (size.span, margin.span)


def added(amounts: Sequence[Detail]) -> tuple[float, str, tuple[TextSpan, ...]]:
    """Lengths of one class and site group together."""
    total = sum(float(a.value) for a in amounts)
    words = " + ".join(f"{shown(float(a.value))} cm" for a in amounts)
    return total, f"{words} = {shown(total)} cm" if len(amounts) > 1 else words, tuple(a.span for a in amounts)


def ranges(keys: Iterable[str]) -> Iterator[tuple[str, Range | None]]:
    """The ranges that keys of a data file stand for, in their order; None for a key that is a word.

    "to 2.5" begins where the key before ends; "3", "2 to 4", "over 4", "from 15", "under 12".
    """
    previous: float | None = None
    for key in keys:
        found = _range(key, previous)
        previous = found.high if found is not None else None
        yield key, found


def _range(key: str, previous: float | None) -> Range | None:
    *words, last = key.split() or [""]
    try:
        numbers = [float(word) for word in words if word not in _SHAPES] + [float(last)]
    except ValueError:
        return None
    make = _SHAPES.get(words[-1]) if words else _one
    return None if make is None else make(numbers, previous)


def _one(numbers: Sequence[float], _: float | None) -> Range:
    return Range(numbers[0], numbers[0])


def _to(numbers: Sequence[float], previous: float | None) -> Range:
    if len(numbers) == 2:
        return Range(numbers[0], numbers[1])
    return Range(0.0 if previous is None else previous, numbers[0], open_low=previous is not None)


_SHAPES: Mapping[str, Callable[[Sequence[float], float | None], Range]] = {
    "to": _to,
    "over": lambda numbers, _: Range(numbers[0], math.inf, open_low=True),
    "from": lambda numbers, _: Range(numbers[0], math.inf),
    "under": lambda numbers, _: Range(-math.inf, numbers[0] - 1),
}
