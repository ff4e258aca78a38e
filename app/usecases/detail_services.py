"""What the note says of each service beside its name: the member of its family, its units, its modifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from app.domain.analysis import NoteAnalysis
from app.domain.anesthesia import Crosswalk, is_anesthesia
from app.domain.assertion import Temporality
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import PROCEDURE_SYSTEMS, Code, CodeRef, Laterality
from app.domain.encounter import Encounter, Setting
from app.domain.family import Chosen, Family, Unknown, shown
from app.domain.family_choice import members_supported
from app.domain.nearness import Nearness
from app.domain.note import TextSpan
from app.domain.past_services import PastServices
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.domain.units import dose_units, timed_units
from app.usecases.anesthesia_services import anesthesia_line, bill_anesthesia
from app.usecases.code_detail import PLAIN, CodeDetail, Detailed
from app.usecases.ports import Catalog, DetailReading

# Services that are hardly likely need no details.
_LEAST = 0.03
# Members of a family this much less likely than the likeliest are found by words in common alone.
_SHARE = 0.2
_SUREST = 0.97
# What a member that the note speaks against keeps of its confidence.
_AGAINST = 0.25
_HOSPITAL = (Setting.INPATIENT, Setting.EMERGENCY)
_NOT_DONE, _FAMILY = "not-done", "service-family"
_WHOLE = 0.99
_SIDES = {"right": "RT", "left": "LT", "bilateral": "50"}


class DetailServices:
    """Resolves families of services and counts units. `timed`: services counted in quarters of an hour; `crosswalk`: what anesthesia bills."""

    def __init__(
        self, families: Iterable[Family], reader: DetailReading, *, timed: Collection[CodeRef] = (), crosswalk: Crosswalk | None = None
    ) -> None:
        self._crosswalk = Crosswalk() if crosswalk is None else crosswalk
        self._by_ref: dict[CodeRef, Family] = {ref: family for family in families for ref in family.refs}
        self._reader, self._timed = reader, frozenset(timed)

    def __call__(self, analysis: NoteAnalysis, encounter: Encounter, scored: list[ScoredCandidate], catalog: Catalog) -> Detailed:
        """The candidates with the details of those services that are likely enough."""
        services = [s for s in scored if s.candidate.ref.system in PROCEDURE_SYSTEMS]
        likely = [s for s in services if _is_likely(s)]
        if not likely:
            return Detailed(scored, {})
        told = _Told(analysis, encounter, Nearness(analysis, self._reader.read(analysis)))
        by_ref = {s.candidate.ref: s for s in services}
        details: dict[CodeRef, CodeDetail] = {}
        for family in dict.fromkeys(self._by_ref[s.candidate.ref] for s in likely if s.candidate.ref in self._by_ref):
            _resolve(family, by_ref, details, told)
        for ref, s in by_ref.items():
            if _is_likely(s):
                details[ref] = _detail(s.candidate, details.get(ref, PLAIN), told, catalog.find(ref))
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


class _Told:
    """What one note says of its services."""

    def __init__(self, analysis: NoteAnalysis, encounter: Encounter, near: Nearness) -> None:
        self._analysis, self.encounter, self.near = analysis, encounter, near
        self._services = PastServices(analysis, encounter)
        self._past: dict[tuple[int, int], str | None] = {}

    def done(self, candidate: Candidate) -> list[Match]:
        """Matches that the note affirms of this encounter; by terms, where there are any."""
        done = [m for m in self._current(candidate) if self._why_past(m.span) is None]
        return [m for m in done if m.source is not MatchSource.LEARNED] or done

    def past(self, candidate: Candidate) -> Ruling | None:
        """The ruling on a service of which every mention is told as one of the past."""
        reasons = [self._why_past(m.span) for m in self._current(candidate)]
        if not reasons or None in reasons:
            return None
        return Ruling(_NOT_DONE, Status.SUPPRESSED, f"done before this encounter: {reasons[0]}")

    def _current(self, candidate: Candidate) -> list[Match]:
        said = ((m, self._analysis.assertion_of(m.span, whole=m.exact)) for m in candidate.matches)
        return [m for m, assertion in said if assertion.affirmed and assertion.temporality is Temporality.CURRENT]

    def _why_past(self, span: TextSpan) -> str | None:
        # Numbers hash much faster than spans.
        place = (span.begin, span.end)
        if place not in self._past:
            self._past[place] = self._services.why(span)
        return self._past[place]


def _is_likely(scored: ScoredCandidate) -> bool:
    return scored.confidence >= _LEAST and any(m.source is not MatchSource.VISIT for m in scored.candidate.matches)


def _resolve(family: Family, by_ref: dict[CodeRef, ScoredCandidate], details: dict[CodeRef, CodeDetail], told: _Told) -> None:
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
        candidate = known.candidate if known is not None and one.ref in present else _borrowed(one, best.candidate)
        by_ref[one.ref] = ScoredCandidate(candidate, max(together, 0.0 if known is None else known.confidence))
        details[one.ref] = CodeDetail(one.units, reasons=(f"{family.name}: {one.reason}",) if one.reason else ())
    chosen = {one.ref for one in verdict}
    names = " and ".join(sorted(ref.code for ref in chosen))
    for ref, other in present.items() if chosen else ():
        if ref not in chosen:
            by_ref[ref] = other._replace(confidence=other.confidence * _AGAINST)
            details[ref] = CodeDetail(ruling=Ruling(_FAMILY, Status.CANDIDATE, f"of {family.name} the note supports {names}"))


def _borrowed(chosen: Chosen, best: Candidate) -> Candidate:
    """A candidate for a member, on the words for its family and those that decided."""
    lead = best.matches[0]
    own = [Match(span, 0.55, lead.weight, 1, exact=False, tightness=1.0, source=MatchSource.CATALOGUE) for span in chosen.spans]
    return Candidate(chosen.ref, (*best.matches, *own))


def _detail(candidate: Candidate, known: CodeDetail, told: _Told, code: Code | None) -> CodeDetail:
    """Units and modifiers of one service."""
    past = told.past(candidate)
    if past is not None:
        return CodeDetail(ruling=past)
    mentions = [m.span for m in told.done(candidate)]
    if code is None or not mentions:
        return known
    units, why = _doses(mentions, code, told.near)
    reasons = [*known.reasons, *why]
    modifiers = _modifiers(mentions, code, told.near)
    if "26" in code.modifiers and told.encounter.setting in _HOSPITAL:
        modifiers.append("26")
        reasons.append("hospital equipment: the professional part (26)")
    return CodeDetail(max(known.units, units), tuple(dict.fromkeys(modifiers)), tuple(dict.fromkeys(reasons)), known.ruling)


def _doses(mentions: Sequence[TextSpan], code: Code, near: Nearness) -> tuple[int, list[str]]:
    """Units of a drug, and the sum."""
    for dose in (d for span in mentions for d in near.sentence("dose", span)) if code.dose else ():
        count = dose_units(float(dose.value), dose.unit, code.dose)
        if count is not None:
            return count, [f"{shown(float(dose.value))} {dose.unit} at {code.dose} a unit: {_counted(count)}"]
    return code.units, []


def _modifiers(mentions: Sequence[TextSpan], code: Code, near: Nearness) -> list[str]:
    """Side, digit and waste, of those that the code may take."""
    found: list[str] = []
    digit = next((str(d.value) for span in mentions for d in near.sentence("digit", span)), "")
    if digit in code.modifiers:
        found.append(digit)
    elif code.laterality is Laterality.SIDE:
        sides = {str(d.value) for span in mentions for d in near.around("side", span)[:1]}
        if sides == {"right", "left"}:
            sides = {"bilateral"}
        found += [_SIDES[side] for side in sorted(sides) if _SIDES[side] in code.modifiers]
    waste = next((str(d.value) for span in mentions for d in near.around("waste", span)), "")
    return [*found, waste] if code.dose and waste in code.modifiers else found


def _time(timed: Sequence[ScoredCandidate], details: dict[CodeRef, CodeDetail], told: _Told) -> None:
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
        details[ref] = replace(old, units=units, reasons=(*old.reasons, f"{of_all}: {_counted(units)} by the eight-minute rule"))


def _counted(units: int) -> str:
    return f"{units} unit{'s' if units > 1 else ''}"
