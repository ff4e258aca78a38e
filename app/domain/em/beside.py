"""What stands beside the code of a visit: prolonged service, what Medicare wants instead, and the neighbouring levels."""

from __future__ import annotations

from dataclasses import replace

from app.domain.em import families as f
from app.domain.em.evaluation import Basis, EvaluationManagement, VisitLine, visit_ref
from app.domain.em.facts import VisitFacts
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import Level
from app.domain.em.prolonged import PROLONGED, units

_OWN_CODES = "payers that take CPT's own codes for telemedicine"
_OFFICE_CODES = "Medicare and payers that follow it: the office code, place of service 02 or 10"
_NO_CONSULTATIONS = "Medicare pays no consultation codes"
_AUDIO_MINIMUM = "Audio only: more than 10 minutes of medical discussion must be documented"
# Where Medicare wants another family, the level of decision making stays.
_MEDICARE_FAMILY = {
    VisitFamily.OFFICE_CONSULTATION: VisitFamily.OFFICE,
    VisitFamily.HOSPITAL_CONSULTATION: VisitFamily.HOSPITAL_INITIAL,
}


def with_prolonged(em: EvaluationManagement) -> EvaluationManagement:
    """Add prolonged service where the level was reached by time and the time goes on (CPT and Medicare differ)."""
    rule = PROLONGED.get(em.code.code) if em.code is not None else None
    if rule is None or em.time is None or em.time_code != code_of(em) or any(line.ref.code == rule.code for line in em.further):
        return em
    minutes = em.time.minutes
    count = units(minutes, rule.minutes)
    if count:
        em = replace(em, further=(*em.further, VisitLine(visit_ref(rule.code), f"{minutes} minutes: each 15 from minute {rule.minutes}", count)))
    count = units(minutes, rule.medicare_minutes) if rule.medicare_code else 0
    if count:
        why = f"Medicare in place of {rule.code}: each 15 from minute {rule.medicare_minutes}"
        em = replace(em, payers=(*em.payers, VisitLine(visit_ref(rule.medicare_code), why, count)))
    return em


def code_of(em: EvaluationManagement) -> str:
    """The code of the visit, "" where there is none."""
    return "" if em.code is None else em.code.code


def with_payers(em: EvaluationManagement, facts: VisitFacts) -> EvaluationManagement:
    """Add the codes that other payers take in place of telehealth and consultation codes, and the modifier of telehealth."""
    if em.code is None or em.family is None:
        return em
    if em.family in f.TELEHEALTH_MODIFIERS:
        return _telehealth(em, em.family, facts)
    instead = _MEDICARE_FAMILY.get(em.family)
    level = next((row.level for row in f.rows(em.family, em.status, facts.day) if row.code == em.code.code), None)
    row = None if instead is None or level is None else f.row_of_level(f.rows(instead, em.status, facts.day), level)
    return em if row is None else replace(em, payers=(*em.payers, VisitLine(visit_ref(row.code), _NO_CONSULTATIONS)))


def _telehealth(em: EvaluationManagement, family: VisitFamily, facts: VisitFacts) -> EvaluationManagement:
    """The office code with its modifier, and CPT's own code beside it; the other way round when the note states that."""
    code, modifier = code_of(em), f.TELEHEALTH_MODIFIERS[family]
    office = [row.code for row in f.rows(family, em.status, facts.day)]
    own = [row.code for row in f.telemedicine_rows(family, em.status)]
    remarks = (*em.remarks, _AUDIO_MINIMUM) if family is VisitFamily.AUDIO else em.remarks
    if code in own:
        line = VisitLine(visit_ref(office[own.index(code)]), _OFFICE_CODES, modifiers=(modifier,))
        return replace(em, payers=(*em.payers, line), remarks=remarks)
    em = replace(em, modifiers=tuple(dict.fromkeys((*em.modifiers, modifier))), remarks=remarks)
    if code not in office or (facts.day is not None and facts.day < f.TELEMEDICINE_FROM):
        return em
    return replace(em, payers=(*em.payers, VisitLine(visit_ref(own[office.index(code)]), _OWN_CODES)))


def with_problem_visit(em: EvaluationManagement, facts: VisitFacts) -> EvaluationManagement:
    """Remark problems that were worked up at a preventive visit: an office visit may stand beside it when it is documented apart."""
    if em.family not in f.PREVENTIVE_FAMILIES or em.further or em.code is None or em.decisions < Level.MODERATE:
        return em
    row = f.row_of_level(f.rows(VisitFamily.OFFICE, em.status, facts.day), em.decisions)
    if row is None:
        return em
    remark = f"Problems were addressed beyond prevention: {row.code}-25 beside it if that work is documented apart"
    return replace(em, remarks=(*em.remarks, remark))


def with_neighbours(em: EvaluationManagement, facts: VisitFacts) -> EvaluationManagement:
    """Add the other codes to think of, nearest first: other levels, then the same level for the other status."""
    if em.family is None:
        return em
    code = code_of(em)
    if em.family in f.DISCHARGE:
        found = list(f.DISCHARGE[em.family])
    elif em.family is VisitFamily.CRITICAL_CARE:
        found = [f.rows(VisitFamily.EMERGENCY, em.status)[-1].code]
    elif em.family is VisitFamily.PREVENTIVE:
        found = [] if facts.age is None else [f.preventive_code(status, facts.age) for status in (PatientStatus.ESTABLISHED, PatientStatus.NEW)]
    else:
        table = f.rows(em.family, em.status, facts.day)
        if code.startswith("98"):
            table = f.telemedicine_rows(em.family, em.status)
        place = next((i for i, row in enumerate(table) if row.code == code), 0)
        found = [row.code for row in sorted(table, key=lambda row: abs(table.index(row) - place))]
        if em.family in f.BY_STATUS and em.status is not PatientStatus.NEW and em.basis is not Basis.INSUFFICIENT:
            other = f.rows(em.family, PatientStatus.NEW, facts.day)
            found += [other[place].code] if em.status is PatientStatus.NOT_STATED else []
    return replace(em, neighbours=tuple(visit_ref(c) for c in dict.fromkeys(found) if c != code))
