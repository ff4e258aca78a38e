"""What the note says of each service beside its name: the member of its family, its units, its modifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from app.domain.analysis import NoteAnalysis
from app.domain.anesthesia import Crosswalk, is_anesthesia
from app.domain.candidate import Candidate, MatchSource, ScoredCandidate
from app.domain.code import PROCEDURE_SYSTEMS, Code, CodeRef, Laterality
from app.domain.described import Described
from app.domain.doses import Doses, counted
from app.domain.encounter import Encounter, Setting
from app.domain.family import Family, Unknown, shown
from app.domain.family_choice import members_supported
from app.domain.nearness import Nearness
from app.domain.note import TextSpan
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.domain.units import timed_units
from app.domain.vaccines import VaccineTable
from app.usecases.anesthesia_services import anesthesia_line, bill_anesthesia
from app.usecases.code_detail import PLAIN, CodeDetail, Detailed
from app.usecases.give_vaccines import GiveVaccines
from app.usecases.ports import Catalog, DetailReading
from app.usecases.stated_services import StatedServices
from app.usecases.told_services import ToldServices, borrowed

# Services that are hardly likely need no details.
_LEAST = 0.03
# Members of a family this much less likely than the likeliest are found by words in common alone.
_SHARE = 0.2
_SUREST = 0.97
# What a member that the note speaks against keeps of its confidence.
_AGAINST = 0.25
_HOSPITAL = (Setting.INPATIENT, Setting.EMERGENCY)
_FAMILY = "service-family"
_WHOLE = 0.99
_PARTS = {"professional": "26", "technical": "TC"}
_SIDES = {"right": "RT", "left": "LT", "bilateral": "50"}


class DetailServices:
    """Resolves families of services and counts units.

    `timed`: services counted in quarters of an hour; `vaccines`: how their giving is counted; `described`: services told by their description;
    `crosswalk`: what anesthesia bills.
    """

    def __init__(
        self,
        families: Iterable[Family],
        reader: DetailReading,
        *,
        timed: Collection[CodeRef] = (),
        vaccines: VaccineTable | None = None,
        described: Iterable[Described] = (),
        crosswalk: Crosswalk | None = None,
    ) -> None:
        self._crosswalk = Crosswalk() if crosswalk is None else crosswalk
        self._by_ref: dict[CodeRef, Family] = {ref: family for family in families for ref in family.refs}
        self._reader, self._timed = reader, frozenset(timed)
        table = VaccineTable() if vaccines is None else vaccines
        self._give = GiveVaccines(table, {ref: family.name for ref, family in self._by_ref.items()})
        self._stated = StatedServices(described, table)

    def __call__(self, analysis: NoteAnalysis, encounter: Encounter, scored: list[ScoredCandidate], catalog: Catalog) -> Detailed:
        """The candidates with the details of those services that are likely enough."""
        services = [s for s in scored if s.candidate.ref.system in PROCEDURE_SYSTEMS]
        if not any(_of_words(s) for s in services):
            return Detailed(scored, {})
        told = ToldServices(analysis, encounter, Nearness(analysis, self._reader.read(analysis)))
        by_ref = {s.candidate.ref: s for s in services}
        counts = {ref: code.dose for ref in by_ref if (code := catalog.find(ref)) is not None and code.dose}
        drugs = {m.span for ref in counts for m in told.done(by_ref[ref].candidate) if m.coverage > _WHOLE}
        doses = Doses(analysis.note.text, told.near, sorted(drugs))
        self._stated(by_ref, told, doses, counts)
        likely = [s for s in by_ref.values() if _is_likely(s)]
        details: dict[CodeRef, CodeDetail] = {}
        for family in dict.fromkeys(self._by_ref[s.candidate.ref] for s in likely if s.candidate.ref in self._by_ref):
            _resolve(family, by_ref, details, told)
        self._give(by_ref, details, told)
        for ref, s in by_ref.items():
            if _is_likely(s):
                details[ref] = _detail(s.candidate, details.get(ref, PLAIN), told, doses, catalog.find(ref))
        _time([by_ref[ref] for ref in sorted(self._timed & by_ref.keys())], details, told)
        bill_anesthesia(self._crosswalk, by_ref, details, told.near, lambda candidate: bool(told.done(candidate)))
        for ref in filter(is_anesthesia, by_ref):
            code = catalog.find(ref)
            if code is not None:
                details[ref] = anesthesia_line(code, details.get(ref, PLAIN), told.near)
        if len(by_ref) == len(services) and all(by_ref[s.candidate.ref] is s for s in services):
            return Detailed(scored, details)
        diagnoses = [s for s in scored if s.candidate.ref.system not in PROCEDURE_SYSTEMS]
        return Detailed(sorted((*diagnoses, *by_ref.values()), key=lambda s: (-s.confidence, s.candidate.ref)), details)


def _is_likely(scored: ScoredCandidate) -> bool:
    return scored.confidence >= _LEAST and _of_words(scored)


def _of_words(scored: ScoredCandidate) -> bool:
    return any(m.source is not MatchSource.VISIT for m in scored.candidate.matches)


def _resolve(family: Family, by_ref: dict[CodeRef, ScoredCandidate], details: dict[CodeRef, CodeDetail], told: ToldServices) -> None:
    """Choose among the members of a family that the note names."""
    present = {ref: by_ref[ref] for ref in sorted(family.refs) if ref in by_ref and told.done(by_ref[ref].candidate)}
    if not present:
        return
    best = max(present.values(), key=lambda s: (s.confidence, s.candidate.ref))
    weighty = [s for s in present.values() if s.confidence >= _SHARE * best.confidence]
    mentions = sorted({m.span for s in weighty for m in told.done(s.candidate)})
    verdict = members_supported(family, mentions, told.near, told.encounter)
    if isinstance(verdict, Unknown):
        why = f"the note doesn't say which: no {verdict.dimension} is documented"
        details.update(dict.fromkeys(present, CodeDetail(ruling=Ruling(_FAMILY, Status.CANDIDATE, why))))
        return
    # Members exclude one another: that it is one of them is as likely as all of them together, and the note told which.
    together = min(_SUREST, max(best.confidence, sum(s.confidence for s in weighty)))
    for one in verdict:
        together = together if one.told else best.confidence
        known = by_ref.get(one.ref)
        # A member that no words named is stated by the words for the family and for what tells it from the others.
        candidate = known.candidate if known is not None and one.ref in present else borrowed(one.ref, one.spans, best.candidate)
        by_ref[one.ref] = ScoredCandidate(candidate, max(together, 0.0 if known is None else known.confidence))
        details[one.ref] = CodeDetail(one.units, reasons=(f"{family.name}: {one.reason}",) if one.reason else ())
    chosen = {one.ref for one in verdict}
    names = " and ".join(sorted(ref.code for ref in chosen))
    for ref, other in present.items() if chosen else ():
        if ref not in chosen:
            by_ref[ref] = other._replace(confidence=other.confidence * _AGAINST)
            details[ref] = CodeDetail(ruling=Ruling(_FAMILY, Status.CANDIDATE, f"of {family.name} the note supports {names}"))


def _detail(candidate: Candidate, known: CodeDetail, told: ToldServices, doses: Doses, code: Code | None) -> CodeDetail:
    """Units and modifiers of one service."""
    past = told.past(candidate)
    if past is not None:
        return CodeDetail(ruling=past)
    mentions = [m.span for m in told.done(candidate)]
    if code is None or not mentions:
        return known
    given = doses.given(mentions, code.dose) if code.dose else None
    units, reasons = code.units if given is None else given.units, [*known.reasons]
    if code.dose:
        reasons.append(doses.lacking(mentions) if given is None else given.reason)
    # A whole term names the service itself; parts of one may be words of the diagnosis.
    whole = [m.span for m in told.done(candidate) if m.coverage > _WHOLE and m.source is not MatchSource.LEARNED]
    modifiers = _modifiers(whole or mentions, code, told.near)
    part, why = _part(mentions, told)
    if part in code.modifiers:
        modifiers.append(part)
        reasons.append(why)
    return CodeDetail(max(known.units, units), tuple(dict.fromkeys(modifiers)), tuple(dict.fromkeys(reasons)), known.ruling)


def _part(mentions: Sequence[TextSpan], told: ToldServices) -> tuple[str, str]:
    """26 or TC where only that part was done, and why; "" for the whole service."""
    said = next((d for span in mentions for d in told.near.sentence("part", span)), None)
    if said is not None:
        return _PARTS[str(said.value)], f'only the {said.value} part: "{told.near.quote(said.span)}"'
    return ("26", "hospital equipment: the professional part (26)") if told.encounter.setting in _HOSPITAL else ("", "")


def _modifiers(mentions: Sequence[TextSpan], code: Code, near: Nearness) -> list[str]:
    """Side, digit and waste, of those that the code may take."""
    found: list[str] = []
    digit = next((str(d.value) for span in mentions for d in near.sentence("digit", span)), "")
    if digit in code.modifiers:
        found.append(digit)
    elif code.laterality is Laterality.SIDE:
        side = _side({str(d.value) for span in mentions for d in near.around("side", span)[:1]})
        found += [side] if side in code.modifiers else []
    waste = next((str(d.value) for span in mentions for d in near.around("waste", span)), "")
    return [*found, waste] if code.dose and waste in code.modifiers else found


def _side(said: Collection[str]) -> str:
    """One modifier for the sides that are said of a service, "" for none."""
    if not said:
        return ""
    return _SIDES["bilateral"] if len(said) > 1 else _SIDES[next(iter(said))]


def _time(timed: Sequence[ScoredCandidate], details: dict[CodeRef, CodeDetail], told: ToldServices) -> None:
    """Units of the services counted in quarters of an hour, all together."""
    minutes: dict[CodeRef, float] = {}
    for s in timed:
        spans = [m.span for m in told.done(s.candidate) if m.coverage > _WHOLE]
        stated = [float(d.value) for span in spans for d in told.near.sentence("minutes", span, beside=False)]
        if stated and s.confidence >= _LEAST:
            minutes[s.candidate.ref] = max(stated)
    for ref, units in timed_units(minutes).items():
        of_all = f"{shown(minutes[ref])} of {shown(sum(minutes.values()))} timed minutes"
        old = details.get(ref, PLAIN)
        details[ref] = replace(old, units=units, reasons=(*old.reasons, f"{of_all}: {counted(units)} by the eight-minute rule"))
