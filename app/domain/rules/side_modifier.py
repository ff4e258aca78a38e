"""Sides of services and diagnoses agree."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Severity
from app.domain.pointing import akin
from app.domain.rules.base import Data, found
from app.domain.tabular.sides import Side, side_of

_SIDES = {"RT": Side.RIGHT, "LT": Side.LEFT, "50": Side.BOTH}


class SideModifier:
    """RT, LT and 50 agree with the side of the diagnoses that a service points to (NCCI Policy Manual, chapter I; Guidelines I.B.13)."""

    id = "side-modifier"
    citation = "NCCI Policy Manual, chapter I, and ICD-10-CM Official Guidelines I.B.13"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each service with several sides, or with one that no diagnosis of its part of the body has."""
        sides = {line.ref: side_of(coded.tabular, line.ref.code) for line in coded.diagnoses}
        for line in coded.procedures:
            said = {_SIDES[m] for m in line.modifiers if m in _SIDES}
            near = [d for d in coded.diagnoses if said and sides[d.ref] in _SIDES.values() and akin(line.ref, d.ref.code)]
            if len(said) > 1:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has more than one of RT, LT and 50")
            elif said and near and not any(_agree(sides[d.ref], said) for d in near):
                yield found(
                    self, Severity.BLOCK, [line, near[0]], f"{line.ref.code} is {next(iter(said))} and {near[0].ref.code} is {sides[near[0].ref]}"
                )


def _agree(side: Side | None, said: set[Side]) -> bool:
    return side is Side.BOTH or side in said or (said == {Side.BOTH} and side in (Side.RIGHT, Side.LEFT))
