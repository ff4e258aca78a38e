import pytest

from app.domain.encounter import Encounter, Setting
from app.domain.visit import VisitKind, usual_kinds, visit_codes


@pytest.mark.parametrize(
    ("age", "codes"),
    [
        (0, ("99381", "99391")),
        (1, ("99382", "99392")),
        (4, ("99382", "99392")),
        (5, ("99383", "99393")),
        (11, ("99383", "99393")),
        (12, ("99384", "99394")),
        (17, ("99384", "99394")),
        (18, ("99385", "99395")),
        (39, ("99385", "99395")),
        (40, ("99386", "99396")),
        (64, ("99386", "99396")),
        (65, ("99387", "99397")),
        (130, ("99387", "99397")),
    ],
)
def test_a_preventive_visit_goes_by_age(age, codes):
    assert visit_codes(VisitKind.PREVENTIVE, Encounter(Setting.OUTPATIENT, age=age)) == codes


@pytest.mark.parametrize(
    ("kind", "setting", "codes"),
    [
        (VisitKind.CONSULTATION, Setting.OUTPATIENT, ("99242", "99243", "99244", "99245")),
        (VisitKind.CONSULTATION, Setting.INPATIENT, ("99252", "99253", "99254", "99255")),
        (VisitKind.DISCHARGE, Setting.INPATIENT, ("99238", "99239")),
        (VisitKind.DISCHARGE, Setting.OUTPATIENT, ()),
        (VisitKind.NEW, Setting.EMERGENCY, ()),
        (VisitKind.EMERGENCY, Setting.UNKNOWN, ()),
    ],
)
def test_a_kind_of_visit_exists_only_where_it_takes_place(kind, setting, codes):
    assert visit_codes(kind, Encounter(setting)) == codes


@pytest.mark.parametrize("setting", list(Setting))
def test_the_usual_kinds_of_a_setting_have_codes(setting):
    assert all(visit_codes(kind, Encounter(setting)) for kind in usual_kinds(setting))
