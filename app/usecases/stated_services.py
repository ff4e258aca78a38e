"""Services that a note states beyond doubt, however seldom training saw them: what such a statement is worth at least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping

from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef
from app.domain.described import Described, places
from app.domain.doses import Doses, is_diluent
from app.domain.encounter import Setting
from app.domain.vaccines import VaccineTable
from app.usecases.told_services import ToldServices

STATED = 0.5
"""Above every usual threshold of services, below what training is sure of."""
_GIVEN, _INJECTED, _OPERATION, _SURELY = "given", "injected", "operation", "yes"
_WHOLE = 0.99


class StatedServices:
    """Described in full, a vaccine named and given, a drug named and given with its dose in an office. `described`: by `data/families`."""

    def __init__(self, described: Iterable[Described], vaccines: VaccineTable) -> None:
        self._described, self._vaccines = tuple(described), vaccines.vaccines

    def __call__(self, by_ref: MutableMapping[CodeRef, ScoredCandidate], told: ToldServices, doses: Doses, counts: Mapping[CodeRef, str]) -> None:
        """Raise the services that the note states to STATED. `counts`: codes of drugs and the dose of one unit.

        What a hospital gives on its wards is in its own charge, and so are drugs of operations and emergency departments.
        """
        setting = told.encounter.setting
        office = setting is Setting.OUTPATIENT and not told.near.all(_OPERATION)
        for ref in by_ref.keys() & (self._vaccines | counts.keys()):
            scored = by_ref[ref]
            if scored.confidence >= STATED:
                continue
            vaccine = setting is not Setting.INPATIENT and ref in self._vaccines and _is_given(scored.candidate, told)
            drug = office and ref in counts and _is_dosed(scored.candidate, told, doses, counts[ref])
            if vaccine or drug:
                by_ref[ref] = scored._replace(confidence=STATED)
        for described in self._described:
            scored_one = by_ref.get(described.ref)
            if scored_one is not None and scored_one.confidence < STATED:
                done = {m.span for m in told.done(scored_one.candidate)}
                if not done.isdisjoint(places(described, told.near)):
                    by_ref[described.ref] = scored_one._replace(confidence=STATED)


def _is_given(candidate: Candidate, told: ToldServices) -> bool:
    return any(d.value == _SURELY for m in _named(candidate, told) for d in told.near.sentence(_GIVEN, m.span, beside=False))


def _is_dosed(candidate: Candidate, told: ToldServices, doses: Doses, dose: str) -> bool:
    """True for a drug given in an amount that its units can be counted from; what numbs a place for a procedure is part of it."""
    near = told.near
    return any(
        (near.sentence(_INJECTED, m.span, beside=False) or near.sentence(_GIVEN, m.span, beside=False))
        and not is_diluent(near.quote(m.span))
        and doses.given([m.span], dose, beside=False) is not None
        for m in _named(candidate, told)
    )


def _named(candidate: Candidate, told: ToldServices) -> list[Match]:
    """Where the note names a service by a whole term in one piece."""
    return [m for m in told.done(candidate) if m.source is MatchSource.CATALOGUE and m.coverage > _WHOLE and m.exact]
