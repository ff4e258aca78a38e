"""How the giving of vaccines is counted (CPT, immunization administration; Medicare Claims Processing Manual, chapter 18, 10.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.code import CodeRef, CodeSystem

COUNSELED_TO = 18
"""The last age at which counseling has codes of its own."""
MEDICARE_FROM = 65


def _cpt(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


COUNSELED, COMPONENT = _cpt("90460"), _cpt("90461")
NEEDLE, NEEDLE_MORE = _cpt("90471"), _cpt("90472")
MOUTH, MOUTH_MORE = _cpt("90473"), _cpt("90474")
GIVING = frozenset({COUNSELED, COMPONENT, NEEDLE, NEEDLE_MORE, MOUTH, MOUTH_MORE})


@dataclass(frozen=True, slots=True)
class VaccineTable:
    """What is known of vaccines. `products`: those given by needle or, in `by_mouth`, by mouth or nose, with how many diseases each is against.

    `own`: products given with a code of their own. `medicare`: products of which Medicare has the giving under a code of its own.
    """

    products: Mapping[CodeRef, int] = field(default_factory=dict)
    by_mouth: frozenset[CodeRef] = frozenset()
    own: Mapping[CodeRef, CodeRef] = field(default_factory=dict)
    medicare: Mapping[CodeRef, CodeRef] = field(default_factory=dict)

    @property
    def vaccines(self) -> frozenset[CodeRef]:
        """Every vaccine, and what is given like one."""
        return frozenset(self.products) | frozenset(self.own)

    @property
    def giving(self) -> frozenset[CodeRef]:
        """The codes of giving that stand for nothing but vaccines of this table."""
        return GIVING | frozenset(self.medicare.values())


class GivingLine(NamedTuple):
    """A code of giving, its units, why, and the products it is for."""

    ref: CodeRef
    units: int
    reason: str
    products: tuple[CodeRef, ...]


class Giving(NamedTuple):
    """The codes for giving what was given, and those that stand in their place with Medicare as payer."""

    lines: tuple[GivingLine, ...]
    medicare: tuple[GivingLine, ...] = ()


def giving(products: Sequence[CodeRef], table: VaccineTable, *, age: int | None, counseled: bool, medicare: bool | None) -> Giving:
    """The codes for giving `products` of one day, each product once.

    Through 18 years with counseling: the first component of each vaccine, and each further one. Else one first vaccine,
    by needle where any is, and each further one by its route. `medicare`: True where the note names it as payer, None
    where only the age makes it likely: then its codes are told beside the others.
    """
    lines = [
        GivingLine(ref, len(own), f"{ref.code} for {_named(own)}", own)
        for ref in dict.fromkeys(table.own[p] for p in products if p in table.own)
        if (own := tuple(p for p in products if table.own.get(p) == ref))
    ]
    vaccines = [p for p in products if p in table.products and p not in table.own]
    of_medicare = [p for p in vaccines if p in table.medicare] if medicare is not False else []
    theirs = tuple(GivingLine(table.medicare[p], 1, f"Medicare has the giving of {p.code} under {table.medicare[p].code}", (p,)) for p in of_medicare)
    if medicare:
        vaccines = [p for p in vaccines if p not in of_medicare]
        lines += theirs
        theirs = ()
    if counseled and age is not None and age <= COUNSELED_TO:
        return Giving((*lines, *_counseled(vaccines, table)), theirs)
    return Giving((*lines, *_plain(vaccines, table)), theirs)


def _counseled(vaccines: Sequence[CodeRef], table: VaccineTable) -> list[GivingLine]:
    if not vaccines:
        return []
    further = sum(table.products[p] - 1 for p in vaccines)
    parts = ", ".join(f"{p.code} has {table.products[p]}" for p in vaccines if table.products[p] > 1)
    lines = [GivingLine(COUNSELED, len(vaccines), f"{len(vaccines)} with counseling through 18 years: {_named(vaccines)}", tuple(vaccines))]
    if further:
        lines.append(GivingLine(COMPONENT, further, f"{further} further components: {parts}", tuple(vaccines)))
    return lines


def _plain(vaccines: Sequence[CodeRef], table: VaccineTable) -> list[GivingLine]:
    needle = tuple(p for p in vaccines if p not in table.by_mouth)
    mouth = tuple(p for p in vaccines if p in table.by_mouth)
    counted = (
        (NEEDLE, min(len(needle), 1), "the first by needle", needle[:1]),
        (NEEDLE_MORE, max(len(needle) - 1, 0), "further by needle", needle[1:]),
        (MOUTH, min(len(mouth), 1) if not needle else 0, "the first by mouth or nose", mouth[:1]),
        (MOUTH_MORE, len(mouth) - (0 if needle else min(len(mouth), 1)), "further by mouth or nose", mouth if needle else mouth[1:]),
    )
    return [GivingLine(ref, units, f"{units} {what}: {_named(of)}", of) for ref, units, what, of in counted if units]


def _named(products: Sequence[CodeRef]) -> str:
    return ", ".join(p.code for p in products)
