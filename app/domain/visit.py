"""Evaluation and management services that fit an encounter: by setting, age and the kind of visit (CPT E/M families)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.domain.encounter import Encounter, Setting


class VisitKind(StrEnum):
    """What kind of visit a note speaks of."""

    NEW = "new"
    ESTABLISHED = "established"
    PREVENTIVE = "preventive"
    CONSULTATION = "consultation"
    ADMISSION = "admission"
    SUBSEQUENT = "subsequent"
    DISCHARGE = "discharge"
    EMERGENCY = "emergency"


# Upper age (exclusive) of the preventive visit codes, new and established alike: CPT 99381-99387, 99391-99397.
PREVENTIVE_AGES = (1, 5, 12, 18, 40, 65, 131)
_LEVELS = {
    VisitKind.NEW: ("99202", "99203", "99204", "99205"),
    VisitKind.ESTABLISHED: ("99212", "99213", "99214", "99215"),
    VisitKind.EMERGENCY: ("99282", "99283", "99284", "99285"),
    VisitKind.ADMISSION: ("99221", "99222", "99223"),
    VisitKind.SUBSEQUENT: ("99231", "99232", "99233"),
    VisitKind.DISCHARGE: ("99238", "99239"),
}
_OFFICE_CONSULTATION = ("99242", "99243", "99244", "99245")
_HOSPITAL_CONSULTATION = ("99252", "99253", "99254", "99255")
_KINDS = {
    Setting.OUTPATIENT: (VisitKind.ESTABLISHED, VisitKind.NEW, VisitKind.PREVENTIVE, VisitKind.CONSULTATION),
    Setting.EMERGENCY: (VisitKind.EMERGENCY, VisitKind.CONSULTATION, VisitKind.ADMISSION),
    Setting.INPATIENT: (VisitKind.ADMISSION, VisitKind.SUBSEQUENT, VisitKind.DISCHARGE, VisitKind.CONSULTATION),
}
_USUAL = {
    Setting.OUTPATIENT: (VisitKind.ESTABLISHED, VisitKind.NEW),
    Setting.EMERGENCY: (VisitKind.EMERGENCY,),
    Setting.INPATIENT: (VisitKind.ADMISSION, VisitKind.SUBSEQUENT),
}


def visit_codes(kind: VisitKind, encounter: Encounter) -> Sequence[str]:
    """The CPT codes of a kind of visit, lowest level first; none where the kind does not exist in the setting."""
    if kind not in _KINDS.get(encounter.setting, ()):
        return ()
    if kind is VisitKind.CONSULTATION:
        return _OFFICE_CONSULTATION if encounter.setting is not Setting.INPATIENT else _HOSPITAL_CONSULTATION
    if kind is VisitKind.PREVENTIVE:
        if encounter.age is None:
            return ("99385", "99386", "99395", "99396")
        step = next(i for i, limit in enumerate(PREVENTIVE_AGES) if encounter.age < limit)
        return (f"9938{step + 1}", f"9939{step + 1}")
    return _LEVELS[kind]


def is_visit(code: str) -> bool:
    """True for a CPT code of a visit that `visit_codes` may give."""
    return len(code) == 5 and code.isdigit() and "99202" <= code <= "99397"


def usual_kinds(setting: Setting) -> Sequence[VisitKind]:
    """The kinds to think of where a note names none."""
    return _USUAL.get(setting, ())
