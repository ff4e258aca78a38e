"""How much of a drug a note says was given, and its units: doses, volumes at a strength, each side by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from app.domain.family import Detail, shown
from app.domain.nearness import Nearness
from app.domain.note import TextSpan
from app.domain.units import VOLUME, dose_units, scaled

DOSE, STRENGTH, CONTENT, _SIDE = "dose", "strength", "content", "side"
# What drugs are drawn up with: a volume of theirs is none of the drug.
_DILUENT = re.compile(
    r"\b(?:\w+caine|marcaine|sensorcaine|naropin|normal saline|saline|sterile water|epinephrine|epi|bicarb(?:onate)?|dextrose|d5w)\b", re.IGNORECASE
)
_BREAK = re.compile(r"[;.]\s|\b(?:and|with|plus|then|followed|mixed|combined)\b|[+&]", re.IGNORECASE)
_OF = re.compile(r"\s*(?:\([^()]*\)\s*)?of\b", re.IGNORECASE)
_EACH = re.compile(r"\b(?:each|per) (?:\w+ )?(?:side|knee|shoulder|hip|elbow|wrist|ankle|hand|foot|thumb|joint|heel|bursa|one)\b", re.IGNORECASE)
PER_ML = re.compile(r"([\d.]+) ([a-z ]+)/ml")
"""How data write what a millilitre holds: "40 mg/ml"."""
_BROKEN = 5


class Given(NamedTuple):
    """Units of a drug code, and the sum that gives them."""

    units: int
    reason: str


class _Amount(NamedTuple):
    amount: float
    unit: str
    words: str


class Doses:
    """The doses of one note. `drugs`: where it names any drug, so that a dose goes to the nearest one."""

    def __init__(self, text: str, near: Nearness, drugs: Sequence[TextSpan]) -> None:
        self._text, self._near, self._named = text, near, tuple(drugs)

    @cached_property
    def _drugs(self) -> list[TextSpan]:
        """What the note names that a dose may belong to; searched for where there is a dose."""
        return [*self._named, *(TextSpan(*m.span()) for m in _DILUENT.finditer(self._text))]

    def given(self, mentions: Sequence[TextSpan], dose: str, *, beside: bool = True) -> Given | None:
        """Units of the drug named at `mentions`, whose code counts in `dose` ("10 mg"); None where the note tells no amount of it.

        `beside`: amounts in the sentences beside its own count as well.
        """
        for further in (False, True) if beside else (False,):
            by_side: dict[str, _Amount] = {}
            for mention in mentions:
                amount = self._amount(mention, mentions, dose, beside=further)
                if amount is not None:
                    by_side.setdefault(self._side(mention), self._for_each(mention, amount))
            found = _together(by_side)
            if found is not None:
                units = dose_units(found.amount, found.unit, dose)
                return None if units is None else Given(units, f"{found.words} at {dose} a unit: {counted(units)}")
        return None

    def lacking(self, mentions: Sequence[TextSpan]) -> str:
        """What the note would have to say for the units to be counted."""
        volumes = [d for mention in mentions for d in self._of(DOSE, mention, mentions, beside=False) if _is_volume(d)]
        if volumes:
            return f"{shown(float(volumes[0].value))} {volumes[0].unit} without a strength: the units are not counted"
        return "no dose is documented: the units are not counted"

    def _amount(self, mention: TextSpan, own: Sequence[TextSpan], dose: str, *, beside: bool) -> _Amount | None:
        stated = self._of(DOSE, mention, own, beside=beside)
        for d in stated:
            if dose_units(float(d.value), d.unit, dose) is not None:
                return _Amount(float(d.value), d.unit, f"{shown(float(d.value))} {d.unit}")
        strength = self._strength(mention, own)
        volumes = [d for d in stated if _is_volume(d)]
        if beside and len({d.value for d in volumes}) > 1:
            volumes = []
        for d in volumes if strength is not None else ():
            assert strength is not None
            amount = float(d.value) * strength.amount
            if dose_units(amount, strength.unit, dose) is not None:
                return _Amount(amount, strength.unit, f"{shown(float(d.value))} {d.unit} at {strength.words} = {shown(amount)} {strength.unit}")
        for d in self._of(CONTENT, mention, own, beside=False):
            if dose_units(float(d.value), d.unit, dose) is not None:
                return _Amount(float(d.value), d.unit, f"{shown(float(d.value))} {d.unit}")
        return None

    def _strength(self, mention: TextSpan, own: Sequence[TextSpan]) -> _Amount | None:
        """Amount in a millilitre: as written beside the drug, else by the name of the product."""
        written = [d for d in self._of(STRENGTH, mention, own, beside=True) if not isinstance(d.value, str)]
        if written:
            return _Amount(float(written[0].value), written[0].unit, f"{shown(float(written[0].value))} {written[0].unit}/ml")
        for d in self._near.all(STRENGTH):
            found = PER_ML.fullmatch(d.value) if isinstance(d.value, str) else None
            if found is not None and any(d.span.overlaps(span) for span in own):
                return _Amount(float(found[1]), found[2], str(d.value))
        return None

    def _of(self, dimension: str, mention: TextSpan, own: Sequence[TextSpan], *, beside: bool) -> list[Detail]:
        """The details that belong to a drug rather than to another beside it, best first."""
        here = self._near.sentence(dimension, mention, beside=False)
        if not here:
            return self._near.sentence(dimension, mention) if beside else []
        drugs = [span for span in {*self._drugs, *own} if self._near.together(span, mention)]
        dose_first = min(d.span for d in here) < min(drugs, default=mention)
        ranked = []
        for d in here:
            by_drug = sorted((self._link(d.span, span, dose_first=dose_first), span) for span in drugs)
            if by_drug and any(by_drug[0][1].overlaps(span) for span in own):
                ranked.append((by_drug[0][0], d.span, d))
        return [d for _, _, d in sorted(ranked, key=lambda r: r[:2])]

    def _link(self, detail: TextSpan, drug: TextSpan, *, dose_first: bool) -> tuple[int, bool, int]:
        """How loosely a dose hangs on a drug: "2 cc of Kenalog" closest, then side by side as the sentence has it, last across an "and"."""
        if detail.overlaps(drug):
            return (0, False, 0)
        before = detail.end <= drug.begin
        between = self._text[detail.end : drug.begin] if before else self._text[drug.end : detail.begin]
        of = before and _OF.match(between) is not None
        broken = _BREAK.search(between) is not None or (before and "," in between)
        return (_BROKEN if broken else 0 if of else 1, before is not dose_first, len(between))

    def _side(self, mention: TextSpan) -> str:
        sides = {str(d.value) for d in self._near.sentence(_SIDE, mention, beside=False)}
        return sides.pop() if len(sides) == 1 else ""

    def _for_each(self, mention: TextSpan, amount: _Amount) -> _Amount:
        sentence = self._near.sentence_of(mention)
        if _EACH.search(self._text, sentence.begin, sentence.end) is None:
            return amount
        return _Amount(2 * amount.amount, amount.unit, f"{amount.words} on each side")


def _is_volume(detail: Detail) -> bool:
    known = scaled(1.0, detail.unit)
    return known is not None and known[0] == VOLUME


def _together(by_side: dict[str, _Amount]) -> _Amount | None:
    """What was given on both sides, else what is told first."""
    right, left = by_side.get("right"), by_side.get("left")
    if right is not None and left is not None and right.unit == left.unit:
        return _Amount(right.amount + left.amount, right.unit, f"right {right.words}, left {left.words}")
    return next(iter(by_side.values()), None)


def is_diluent(words: str) -> bool:
    """True for what drugs are drawn up with: local anesthetics, saline and the like."""
    return _DILUENT.search(words) is not None


def counted(units: int) -> str:
    """Units in words.

    >>> counted(1), counted(8)
    ('1 unit', '8 units')
    """
    return f"{units} unit{'s' if units > 1 else ''}"
