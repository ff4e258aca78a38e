"""From the vaccines that a note tells as given to the codes for giving them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace

from app.domain.candidate import ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.domain.vaccines import MEDICARE_FROM, Giving, GivingLine, VaccineTable, giving
from app.usecases.code_detail import PLAIN, CodeDetail
from app.usecases.told_services import ToldServices, borrowed

RULE = "vaccine-administration"
# Vaccines that are hardly likely are not counted.
_STANDS = 0.3
SHOT = CodeRef(CodeSystem.CPT, "96372")
_GIVEN, _COUNSELING, _OF_VACCINES, _PAYER = "given", "counseling", "vaccine counseling", "payer"
_MEDICARE = "medicare"


class GiveVaccines:
    """Counts the giving of vaccines. `family`: code → the family of products that exclude one another."""

    def __init__(self, table: VaccineTable, family: Mapping[CodeRef, str]) -> None:
        self._table, self._family, self._vaccines = table, family, table.vaccines

    def __call__(self, by_ref: MutableMapping[CodeRef, ScoredCandidate], details: MutableMapping[CodeRef, CodeDetail], told: ToldServices) -> None:
        """Put the codes for giving beside the vaccines that stand; codes of giving that don't fit them become candidates."""
        products = self._given(by_ref, details, told)
        if not products:
            return
        given = giving(products, self._table, age=told.encounter.age, counseled=_counseled(products, by_ref, told), medicare=_payer(told))
        self._keep_back(given, by_ref, details)
        if SHOT in by_ref and SHOT not in {line.ref for line in given.lines} and self._is_theirs(by_ref[SHOT], products, by_ref, told):
            details[SHOT] = CodeDetail(
                ruling=Ruling(RULE, Status.CANDIDATE, "the shots that the note tells are vaccines, given under codes of their own")
            )
        for line in given.lines:
            _put(line, by_ref, told)
            details[line.ref] = CodeDetail(line.units, reasons=(line.reason,))
        for line in given.medicare:
            _put(line, by_ref, told)
            details[line.ref] = CodeDetail(ruling=Ruling(RULE, Status.CANDIDATE, f"{line.reason}: in place of CPT's code where it is the payer"))

    def _given(self, by_ref: Mapping[CodeRef, ScoredCandidate], details: Mapping[CodeRef, CodeDetail], told: ToldServices) -> list[CodeRef]:
        """The products that the note tells as given, one of each family: which one it was may still be open."""
        best: dict[str, tuple[bool, float, CodeRef]] = {}
        for ref in by_ref.keys() & self._vaccines:
            scored = by_ref[ref]
            done = told.done(scored.candidate) if scored.confidence >= _STANDS else []
            if any(told.near.sentence(_GIVEN, m.span) for m in done):
                group = self._family.get(ref, ref.code)
                standing = (details.get(ref, PLAIN).ruling is None, scored.confidence, ref)
                best[group] = max(best.get(group, standing), standing)
        refs = sorted(ref for _, _, ref in best.values())
        return [ref for ref in refs if not self._part_of_another(ref, refs, by_ref, told)]

    def _part_of_another(self, ref: CodeRef, refs: list[CodeRef], by_ref: Mapping[CodeRef, ScoredCandidate], told: ToldServices) -> bool:
        """True for the polio vaccine of "DTaP-IPV"."""
        own = [m.span for m in told.done(by_ref[ref].candidate)]
        size = self._table.products.get(ref, 1)
        larger = [r for r in refs if self._table.products.get(r, 1) > size]
        spans = [m.span for r in larger for m in told.done(by_ref[r].candidate)]
        return all(any(span.covers(part) for span in spans) for part in own)

    def _keep_back(self, given: Giving, by_ref: Mapping[CodeRef, ScoredCandidate], details: MutableMapping[CodeRef, CodeDetail]) -> None:
        counted = ", ".join(f"{line.ref.code} x {line.units}" for line in given.lines)
        for ref in self._table.giving & by_ref.keys():
            details[ref] = replace(
                details.get(ref, PLAIN), ruling=Ruling(RULE, Status.CANDIDATE, f"the vaccines of the note are given under {counted}")
            )

    def _is_theirs(self, shot: ScoredCandidate, products: list[CodeRef], by_ref: Mapping[CodeRef, ScoredCandidate], told: ToldServices) -> bool:
        """True where every mention of a shot stands in a sentence of a vaccine."""
        vaccines = [m.span for p in products for m in told.done(by_ref[p].candidate)]
        return all(any(told.near.together(m.span, span) for span in vaccines) for m in told.done(shot.candidate))


def _put(line: GivingLine, by_ref: MutableMapping[CodeRef, ScoredCandidate], told: ToldServices) -> None:
    """A code of giving is as likely as the likeliest of its vaccines, on their words where it has none of its own."""
    likeliest = max((by_ref[p] for p in line.products), key=lambda s: s.confidence)
    known = by_ref.get(line.ref)
    named = known is not None and bool(told.done(known.candidate))
    candidate = known.candidate if named and known is not None else borrowed(line.ref, (), likeliest.candidate)
    by_ref[line.ref] = ScoredCandidate(candidate, max(likeliest.confidence, 0.0 if known is None else known.confidence))


def _counseled(products: list[CodeRef], by_ref: Mapping[CodeRef, ScoredCandidate], told: ToldServices) -> bool:
    spans = [m.span for p in products for m in told.done(by_ref[p].candidate)]
    return bool(told.near.all(_OF_VACCINES)) or any(told.near.sentence(_COUNSELING, span) for span in spans)


def _payer(told: ToldServices) -> bool | None:
    if any(d.value == _MEDICARE for d in told.near.all(_PAYER)):
        return True
    age = told.encounter.age
    return None if age is not None and age >= MEDICARE_FROM else False
