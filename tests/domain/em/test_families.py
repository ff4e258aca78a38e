from datetime import date

import pytest

from app.domain.em import families as f
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import Level
from app.domain.em.prolonged import PROLONGED, units

NEW, EST, UNSAID = PatientStatus.NEW, PatientStatus.ESTABLISHED, PatientStatus.NOT_STATED
F = VisitFamily
# Minutes of the codes, lowest first, as CPT 2024 to 2026 have them.
TIMES = [
    (F.OFFICE, NEW, "99202 99203 99204 99205", (15, 30, 45, 60)),
    (F.OFFICE, EST, "99212 99213 99214 99215", (10, 20, 30, 40)),
    (F.VIDEO, NEW, "99202 99203 99204 99205", (15, 30, 45, 60)),
    (F.AUDIO, EST, "99212 99213 99214 99215", (10, 20, 30, 40)),
    (F.OFFICE_CONSULTATION, UNSAID, "99242 99243 99244 99245", (20, 30, 40, 55)),
    (F.HOSPITAL_CONSULTATION, UNSAID, "99252 99253 99254 99255", (35, 45, 60, 80)),
    (F.HOSPITAL_INITIAL, UNSAID, "99221 99222 99223", (40, 55, 75)),
    (F.HOSPITAL_SUBSEQUENT, UNSAID, "99231 99232 99233", (25, 35, 50)),
    (F.HOSPITAL_SAME_DAY, UNSAID, "99234 99235 99236", (45, 70, 85)),
    (F.NURSING_FACILITY_INITIAL, UNSAID, "99304 99305 99306", (25, 35, 50)),
    (F.NURSING_FACILITY_SUBSEQUENT, UNSAID, "99307 99308 99309 99310", (10, 20, 30, 45)),
    (F.HOME, NEW, "99341 99342 99344 99345", (15, 30, 60, 75)),
    (F.HOME, EST, "99347 99348 99349 99350", (20, 30, 40, 60)),
]
BOUNDARIES = [
    (family, status, minutes + off, codes.split()[i] if off == 0 else ["", *codes.split()][i])
    for family, status, codes, times in TIMES
    for i, minutes in enumerate(times)
    for off in (-1, 0)
]


@pytest.mark.parametrize(("family", "status", "minutes", "code"), BOUNDARIES)
def test_minutes_are_met_or_exceeded(family, status, minutes, code):
    row = f.row_of_minutes(f.rows(family, status), minutes)
    assert ("" if row is None else row.code) == code


@pytest.mark.parametrize(("family", "status", "codes", "times"), TIMES)
def test_levels_of_decision_making_have_their_codes(family, status, codes, times):
    four = codes.split() if len(times) == 4 else [codes.split()[0], *codes.split()]
    found = [f.row_of_level(f.rows(family, status), level) for level in Level]
    assert [None if row is None else row.code for row in found] == [None, *four]
    assert f.row_of_minutes(f.rows(family, status), 999).code == four[-1]


def test_emergency_visits_go_by_decision_making_only():
    table = f.rows(F.EMERGENCY, UNSAID)
    assert [f.row_of_level(table, level).code for level in list(Level)[1:]] == ["99282", "99283", "99284", "99285"]
    assert f.row_of_minutes(table, 999) is None


@pytest.mark.parametrize(
    ("family", "day", "minutes"),
    [
        (F.NURSING_FACILITY_INITIAL, date(2023, 12, 31), (25, 35, 45)),
        (F.NURSING_FACILITY_INITIAL, date(2024, 1, 1), (25, 35, 50)),
        (F.NURSING_FACILITY_SUBSEQUENT, date(2023, 12, 31), (10, 15, 30, 45)),
        (F.NURSING_FACILITY_SUBSEQUENT, date(2024, 1, 1), (10, 20, 30, 45)),
    ],
)
def test_nursing_facility_times_are_those_of_the_day(family, day, minutes):
    assert tuple(row.minutes for row in f.rows(family, UNSAID, day)) == minutes


def test_a_patient_of_unstated_status_counts_as_established():
    assert f.rows(F.OFFICE, UNSAID) == f.rows(F.OFFICE, EST)


@pytest.mark.parametrize(
    ("age", "step"),
    [(0, 1), (1, 2), (4, 2), (5, 3), (11, 3), (12, 4), (17, 4), (18, 5), (39, 5), (40, 6), (64, 6), (65, 7), (130, 7)],
)
def test_preventive_visits_go_by_age(age, step):
    assert f.preventive_code(NEW, age) == f"9938{step}"
    assert f.preventive_code(EST, age) == f.preventive_code(UNSAID, age) == f"9939{step}"


@pytest.mark.parametrize(
    ("family", "status", "number", "code"),
    [
        (F.OFFICE, EST, 1, "99211"),
        (F.OFFICE, EST, 2, "99212"),
        (F.OFFICE, EST, 5, "99215"),
        (F.OFFICE, NEW, 1, None),
        (F.OFFICE, NEW, 3, "99203"),
        (F.OFFICE_CONSULTATION, UNSAID, 4, "99244"),
        (F.HOSPITAL_CONSULTATION, UNSAID, 5, "99255"),
        (F.EMERGENCY, UNSAID, 1, "99281"),
        (F.EMERGENCY, UNSAID, 5, "99285"),
        (F.HOSPITAL_INITIAL, UNSAID, 1, "99221"),
        (F.HOSPITAL_INITIAL, UNSAID, 3, "99223"),
        (F.HOSPITAL_INITIAL, UNSAID, 4, None),
        (F.HOSPITAL_SUBSEQUENT, UNSAID, 2, "99232"),
        (F.NURSING_FACILITY_SUBSEQUENT, UNSAID, 1, "99307"),
        (F.NURSING_FACILITY_SUBSEQUENT, UNSAID, 4, "99310"),
        (F.HOSPITAL_DISCHARGE, UNSAID, 2, None),
    ],
)
def test_a_level_by_number_is_what_people_mean_by_it(family, status, number, code):
    assert f.row_of_number(family, status, number) == code


def test_every_code_of_the_tables_knows_its_family_and_status():
    for family, status, codes, _ in TIMES:
        for code in codes.split():
            own = f.FAMILY_OF_CODE[code]
            assert own[0] is (F.OFFICE if family in f.TELEHEALTH_MODIFIERS else family)
            assert own[1] is (status if family in f.BY_STATUS else UNSAID)
    assert f.FAMILY_OF_CODE["98006"] == (F.VIDEO, EST)
    assert f.FAMILY_OF_CODE["98008"] == (F.AUDIO, NEW)
    assert f.FAMILY_OF_CODE["99291"] == (F.CRITICAL_CARE, UNSAID)


# First minute of the first unit: CPT, and Medicare (None: the same visit has no code of Medicare's).
@pytest.mark.parametrize(
    ("code", "cpt", "first", "medicare", "medicare_first"),
    [
        ("99205", "99417", 75, "G2212", 89),
        ("99215", "99417", 55, "G2212", 69),
        ("99245", "99417", 70, "", 0),
        ("99345", "99417", 90, "G0318", 140),
        ("99350", "99417", 75, "G0318", 110),
        ("99223", "99418", 90, "G0316", 90),
        ("99233", "99418", 65, "G0316", 65),
        ("99236", "99418", 100, "G0316", 110),
        ("99255", "99418", 95, "", 0),
        ("99306", "99418", 65, "G0317", 95),
        ("99310", "99418", 60, "G0317", 85),
    ],
)
def test_prolonged_service_begins_at_its_minute(code, cpt, first, medicare, medicare_first):
    assert PROLONGED[code] == (cpt, first, medicare, medicare_first)
    family, status = f.FAMILY_OF_CODE[code]
    highest = f.rows(family, status)[-1]
    assert (highest.code, highest.minutes + 15) == (code, first)


@pytest.mark.parametrize(("minutes", "count"), [(54, 0), (55, 1), (69, 1), (70, 2), (84, 2), (85, 3)])
def test_each_full_quarter_hour_is_a_unit(minutes, count):
    assert units(minutes, 55) == count
