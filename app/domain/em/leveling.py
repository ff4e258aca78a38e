"""From what a note says to the level of its visit. Pure rules over the tables; the authority is the CPT E/M guidelines."""

from __future__ import annotations

from dataclasses import replace

from app.domain.em import families as f
from app.domain.em.beside import with_neighbours, with_payers, with_problem_visit, with_prolonged
from app.domain.em.evaluation import Basis, Element, EvaluationManagement, MdmElement, VisitLine, visit_ref
from app.domain.em.facts import DocumentedTime, VisitFacts
from app.domain.em.families import PatientStatus, Row, VisitFamily
from app.domain.em.levels import DataKind, Level, ProblemKind, RiskKind, data_level, decision_making, problems_level, risk_level
from app.domain.note import TextSpan

NO_PROBLEM = "a problem that was addressed (assessment, impression or diagnosis), or the total time"
NO_PLACE = "where the patient was seen: choose the setting of the encounter"
NO_AGE = "the age of the patient: preventive visits go by age"
NO_CRITICAL_TIME = "at least 30 minutes of critical care time"
_SHORTEST_CRITICAL, _CRITICAL_STEP, _SECOND_CRITICAL = 30, 30, 75
_SHOWN_PER_ELEMENT = 2


def evaluate(facts: VisitFacts) -> EvaluationManagement:
    """The visit that the facts support: what the note states itself first, else the better of decision making and time."""
    if facts.stated_codes:
        main = _main_code(facts)
        family, status = f.FAMILY_OF_CODE[main]
        facts = replace(facts, family=family, status=facts.status if status is PatientStatus.NOT_STATED else status)
        em = _with_stated_codes(_tabulated(facts), facts, main)
    else:
        em = _chosen(_tabulated(facts), facts)
    if facts.family in f.BY_STATUS and facts.status is PatientStatus.NOT_STATED:
        em = replace(em, remarks=(*em.remarks, "New or established is not stated: taken for established"))
    return with_neighbours(with_problem_visit(with_payers(with_prolonged(em), facts), facts), facts)


def _tabulated(facts: VisitFacts) -> EvaluationManagement:
    """The element table and what decision making and time would give; no code yet."""
    problems = tuple(s for s in facts.supports if isinstance(s.kind, ProblemKind))
    data = tuple(s for s in facts.supports if isinstance(s.kind, DataKind))
    risks = tuple(s for s in facts.supports if isinstance(s.kind, RiskKind))
    levels = (
        problems_level([s.kind for s in problems if isinstance(s.kind, ProblemKind)]),
        data_level([(s.kind, s.name) for s in data if isinstance(s.kind, DataKind)]),
        risk_level(s.kind for s in risks if isinstance(s.kind, RiskKind)),
    )
    decisions = decision_making(*levels)
    table = _table(facts)
    elements = tuple(map(MdmElement, Element, levels, (problems, data, risks)))
    time = facts.critical_care_time if facts.family is VisitFamily.CRITICAL_CARE else facts.time
    return EvaluationManagement(
        facts.family,
        facts.family_words,
        facts.status,
        facts.status_words,
        elements,
        decisions,
        _code(f.row_of_level(table, decisions)),
        time,
        "" if time is None else _code_of_minutes(facts.family, table, time.minutes),
        Basis.INSUFFICIENT,
        None,
    )


def _table(facts: VisitFacts) -> tuple[Row, ...]:
    return () if facts.family is None else f.rows(facts.family, facts.status, facts.day)


def _code(row: Row | None) -> str:
    return "" if row is None else row.code


def _code_of_minutes(family: VisitFamily | None, table: tuple[Row, ...], minutes: int) -> str:
    if family in f.DISCHARGE:
        return f.DISCHARGE[family][minutes >= f.LONG_DISCHARGE]
    if family is VisitFamily.CRITICAL_CARE:
        return f.CRITICAL_CARE if minutes >= _SHORTEST_CRITICAL else ""
    return _code(f.row_of_minutes(table, minutes))


def _chosen(em: EvaluationManagement, facts: VisitFacts) -> EvaluationManagement:
    family = facts.family
    if family is None:
        return replace(em, missing=(NO_PLACE,))
    if family is VisitFamily.CRITICAL_CARE:
        return _critical_care(em, em.time) if em.time is not None and em.time_code else replace(em, missing=(NO_CRITICAL_TIME,))
    if family in f.DISCHARGE:
        return _discharge(em, family)
    if family is VisitFamily.PREVENTIVE and facts.age is None:
        return replace(em, missing=(NO_AGE,))
    code = f.preventive_code(facts.status, facts.age) if family is VisitFamily.PREVENTIVE and facts.age is not None else f.SINGLE.get(family)
    return _by_level(em, facts) if code is None else _service(em, code)


def _discharge(em: EvaluationManagement, family: VisitFamily) -> EvaluationManagement:
    if em.time is not None:
        return replace(em, basis=Basis.TIME, code=visit_ref(em.time_code), evidence=(em.time.span,))
    short, long = f.DISCHARGE[family]
    return replace(_service(em, short), remarks=(f"No time is documented: {long} needs more than 30 minutes",))


def _service(em: EvaluationManagement, code: str) -> EvaluationManagement:
    return replace(em, basis=Basis.SERVICE, code=visit_ref(code), evidence=em.family_words)


def _critical_care(em: EvaluationManagement, time: DocumentedTime) -> EvaluationManagement:
    em = replace(em, basis=Basis.TIME, code=visit_ref(f.CRITICAL_CARE), evidence=(time.span,))
    if time.minutes < _SECOND_CRITICAL:
        return em
    count = (time.minutes - _SECOND_CRITICAL) // _CRITICAL_STEP + 1
    why = f"{time.minutes} minutes: each further 30 from minute 75 (Medicare: from minute 104)"
    return replace(em, further=(VisitLine(visit_ref(f.CRITICAL_CARE_MORE), why, count),))


def _by_level(em: EvaluationManagement, facts: VisitFacts) -> EvaluationManagement:
    """Stated level, else the higher of decision making and time: either may be chosen (CPT)."""
    if facts.stated_level is not None and facts.family is not None:
        number, words = facts.stated_level
        code = f.row_of_number(facts.family, facts.status, number, facts.day)
        if code is not None:
            return replace(em, basis=Basis.STATED, code=visit_ref(code), evidence=(words,), remarks=_doubts(em, code))
    claimed, words_of_claim = facts.stated_decisions or (Level.NONE, None)
    by_decisions = _code(f.row_of_level(_table(facts), claimed)) or em.decisions_code
    if em.time is not None and em.time_code and em.time_code >= by_decisions:
        return replace(em, basis=Basis.TIME, code=visit_ref(em.time_code), evidence=(em.time.span,))
    if not by_decisions:
        return replace(em, missing=(NO_PROBLEM,))
    if words_of_claim is not None:
        return replace(em, basis=Basis.STATED, code=visit_ref(by_decisions), evidence=(words_of_claim,), remarks=_doubts(em, by_decisions))
    return replace(em, basis=Basis.DECISIONS, code=visit_ref(by_decisions), evidence=_deciding_words(em))


def _deciding_words(em: EvaluationManagement) -> tuple[TextSpan, ...]:
    """Words of the elements that reach the level; where none has any, those that tell the kind of visit."""
    spans = [s.span for e in em.elements if e.level >= em.decisions for s in e.supports[:_SHOWN_PER_ELEMENT]]
    return tuple(dict.fromkeys(spans)) or em.family_words


def _doubts(em: EvaluationManagement, code: str) -> tuple[str, ...]:
    """What a coder should know when the note claims another level than its elements and its time support."""
    supported = max(em.decisions_code, em.time_code)
    if not supported:
        return (f"The note states {code}, but nothing in it supports a level",) if em.family not in f.SINGLE else ()
    return () if supported == code else (f"The note states {code}; its elements{' or time' if em.time_code else ''} support {supported}",)


def _main_code(facts: VisitFacts) -> str:
    """The first code stated, a preventive visit or wellness visit before the office visit beside it; of one family the last."""
    codes = [s.ref.code for s in facts.stated_codes if s.ref.code in f.FAMILY_OF_CODE]
    families = [f.FAMILY_OF_CODE[code][0] for code in codes]
    family = next((family for family in families if family in f.PREVENTIVE_FAMILIES), families[0])
    return [code for code, own in zip(codes, families, strict=True) if own is family][-1]


def _with_stated_codes(em: EvaluationManagement, facts: VisitFacts, main: str) -> EvaluationManagement:
    own = [s for s in facts.stated_codes if s.ref.code == main]
    remarks = _doubts(em, main) if main in {row.code for row in _table(facts)} else ()
    further: dict[str, VisitLine] = {}
    for stated in facts.stated_codes:
        code = stated.ref.code
        if code == main:
            continue
        if code in f.FAMILY_OF_CODE and f.FAMILY_OF_CODE[code] == f.FAMILY_OF_CODE[main]:
            remarks = (*remarks, f"The note states {code} as well")
        else:
            further[code] = VisitLine(stated.ref, "stated in the note", modifiers=stated.modifiers)
    modifiers = tuple(dict.fromkeys(m for s in own for m in s.modifiers))
    evidence = tuple(s.span for s in own)
    return replace(
        em, basis=Basis.STATED, code=own[0].ref, modifiers=modifiers, evidence=evidence, further=tuple(further.values()), remarks=tuple(remarks)
    )
