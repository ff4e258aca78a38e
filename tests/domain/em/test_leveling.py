from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.em.candidates import visit_candidates, why_not
from app.domain.em.evaluation import Basis, Element, visit_ref
from app.domain.em.facts import DocumentedTime, StatedCode, Support, VisitFacts
from app.domain.em.families import FAMILY_OF_CODE, PatientStatus, VisitFamily
from app.domain.em.leveling import NO_AGE, NO_CRITICAL_TIME, NO_PLACE, NO_PROBLEM, evaluate
from app.domain.em.levels import DataKind, Level, ProblemKind, RiskKind
from app.domain.note import TextSpan

WORDS = TextSpan(0, 5)
NEW, EST, UNSAID = PatientStatus.NEW, PatientStatus.ESTABLISHED, PatientStatus.NOT_STATED
F = VisitFamily
# Two stable chronic problems and a prescription: moderate.
MODERATE = (
    Support(ProblemKind.STABLE_CHRONIC, "asthma", TextSpan(10, 16)),
    Support(ProblemKind.STABLE_CHRONIC, "gout", TextSpan(20, 24)),
    Support(RiskKind.PRESCRIPTION, "albuterol", TextSpan(30, 39)),
)
HIGH = (
    Support(ProblemKind.THREAT, "sepsis", TextSpan(10, 16)),
    Support(RiskKind.HOSPITALIZATION, "admit", TextSpan(20, 25)),
    Support(DataKind.TEST, "lactate", TextSpan(30, 37)),
)


def facts(family=F.OFFICE, status=EST, supports=(), **more):
    return VisitFacts(family, (WORDS,), status, (WORDS,), supports=tuple(supports), **more)


def at(minutes):
    return DocumentedTime(minutes, TextSpan(50, 60))


def stated(code, *modifiers):
    return StatedCode(visit_ref(code), modifiers, TextSpan(70, 75))


def code(em):
    return None if em.code is None else em.code.code


def test_the_element_table_shows_level_and_words_of_each_element():
    em = evaluate(facts(supports=MODERATE))
    assert [(e.element, e.level, len(e.supports)) for e in em.elements] == [
        (Element.PROBLEMS, Level.MODERATE, 2),
        (Element.DATA, Level.NONE, 0),
        (Element.RISK, Level.MODERATE, 1),
    ]
    assert (em.decisions, em.decisions_code, code(em), em.basis) == (Level.MODERATE, "99214", "99214", Basis.DECISIONS)
    assert set(em.evidence) == {s.span for s in MODERATE}


@pytest.mark.parametrize(
    ("family", "status", "expected"),
    [
        (F.OFFICE, NEW, "99204"),
        (F.OFFICE, EST, "99214"),
        (F.OFFICE_CONSULTATION, UNSAID, "99244"),
        (F.HOSPITAL_CONSULTATION, UNSAID, "99254"),
        (F.EMERGENCY, UNSAID, "99284"),
        (F.HOSPITAL_INITIAL, UNSAID, "99222"),
        (F.HOSPITAL_SUBSEQUENT, UNSAID, "99232"),
        (F.HOSPITAL_SAME_DAY, UNSAID, "99235"),
        (F.NURSING_FACILITY_INITIAL, UNSAID, "99305"),
        (F.NURSING_FACILITY_SUBSEQUENT, UNSAID, "99309"),
        (F.HOME, NEW, "99344"),
        (F.HOME, EST, "99349"),
        (F.VIDEO, EST, "99214"),
        (F.AUDIO, NEW, "99204"),
    ],
)
def test_the_same_decisions_in_every_family(family, status, expected):
    assert code(evaluate(facts(family, status, MODERATE))) == expected


@pytest.mark.parametrize(
    ("minutes", "expected", "basis"),
    [(29, "99214", Basis.DECISIONS), (30, "99214", Basis.TIME), (39, "99214", Basis.TIME), (40, "99215", Basis.TIME), (5, "99214", Basis.DECISIONS)],
)
def test_the_higher_of_decisions_and_time_is_chosen(minutes, expected, basis):
    em = evaluate(facts(supports=MODERATE, time=at(minutes)))
    assert (code(em), em.basis) == (expected, basis)


def test_time_alone_supports_a_level():
    em = evaluate(facts(status=NEW, time=at(45)))
    assert (code(em), em.decisions, em.evidence) == ("99204", Level.NONE, (at(45).span,))


def test_time_never_sets_the_level_of_an_emergency_visit():
    em = evaluate(facts(F.EMERGENCY, UNSAID, MODERATE, time=at(120)))
    assert (code(em), em.time_code) == ("99284", "")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (facts(), NO_PROBLEM),
        (facts(supports=[s for s in MODERATE if isinstance(s.kind, RiskKind)]), NO_PROBLEM),
        (facts(time=at(9)), NO_PROBLEM),
        (facts(None), NO_PLACE),
        (facts(F.PREVENTIVE), NO_AGE),
        (facts(F.CRITICAL_CARE, UNSAID), NO_CRITICAL_TIME),
        (facts(F.CRITICAL_CARE, UNSAID, critical_care_time=at(29)), NO_CRITICAL_TIME),
    ],
)
def test_an_insufficient_note_has_no_code_and_says_what_it_lacks(given, missing):
    em = evaluate(given)
    assert (em.code, em.basis, em.missing, em.codes) == (None, Basis.INSUFFICIENT, (missing,), ())


@pytest.mark.parametrize(
    ("family", "time", "expected"),
    [
        (F.HOSPITAL_DISCHARGE, None, "99238"),
        (F.HOSPITAL_DISCHARGE, at(30), "99238"),
        (F.HOSPITAL_DISCHARGE, at(31), "99239"),
        (F.NURSING_FACILITY_DISCHARGE, None, "99315"),
        (F.NURSING_FACILITY_DISCHARGE, at(30), "99315"),
        (F.NURSING_FACILITY_DISCHARGE, at(31), "99316"),
    ],
)
def test_discharge_goes_by_more_than_thirty_minutes_and_unsaid_time_is_the_shorter_code(family, time, expected):
    em = evaluate(facts(family, UNSAID, HIGH, time=time))
    assert code(em) == expected
    assert bool(em.remarks) == (time is None)


@pytest.mark.parametrize(("minutes", "more"), [(30, 0), (74, 0), (75, 1), (104, 1), (105, 2), (134, 2), (135, 3)])
def test_critical_care_counts_each_half_hour_from_minute_75(minutes, more):
    em = evaluate(facts(F.CRITICAL_CARE, UNSAID, critical_care_time=at(minutes)))
    assert code(em) == "99291"
    assert [(line.ref.code, line.units) for line in em.further] == ([("99292", more)] if more else [])


@pytest.mark.parametrize(
    ("family", "status", "minutes", "further", "payers"),
    [
        (F.OFFICE, EST, 54, [], []),
        (F.OFFICE, EST, 55, [("99417", 1)], []),
        (F.OFFICE, EST, 69, [("99417", 1)], [("G2212", 1)]),
        (F.OFFICE, EST, 70, [("99417", 2)], [("G2212", 1)]),
        (F.OFFICE, NEW, 74, [], []),
        (F.OFFICE, NEW, 75, [("99417", 1)], []),
        (F.OFFICE, NEW, 89, [("99417", 1)], [("G2212", 1)]),
        (F.HOSPITAL_INITIAL, UNSAID, 89, [], []),
        (F.HOSPITAL_INITIAL, UNSAID, 90, [("99418", 1)], [("G0316", 1)]),
        (F.HOSPITAL_SUBSEQUENT, UNSAID, 65, [("99418", 1)], [("G0316", 1)]),
        (F.NURSING_FACILITY_INITIAL, UNSAID, 65, [("99418", 1)], []),
        (F.NURSING_FACILITY_INITIAL, UNSAID, 95, [("99418", 3)], [("G0317", 1)]),
        (F.HOME, EST, 110, [("99417", 3)], [("G0318", 1)]),
    ],
)
def test_prolonged_service_for_cpt_and_for_medicare(family, status, minutes, further, payers):
    em = evaluate(facts(family, status, time=at(minutes)))
    assert [(line.ref.code, line.units) for line in em.further] == further
    assert [(line.ref.code, line.units) for line in em.payers] == payers


def test_no_prolonged_service_where_decisions_alone_reach_the_level():
    em = evaluate(facts(supports=HIGH, time=at(35)))
    assert (code(em), em.further) == ("99215", ())


def test_a_stated_code_wins_with_its_modifiers_and_doubts_are_remarked():
    em = evaluate(facts(supports=MODERATE, stated_codes=(stated("99215", "25"),)))
    assert (code(em), em.modifiers, em.basis) == ("99215", ("25",), Basis.STATED)
    assert "99214" in em.remarks[0]
    agreed = evaluate(facts(supports=MODERATE, stated_codes=(stated("99214"),)))
    assert (code(agreed), agreed.remarks) == ("99214", ())


def test_a_stated_code_sets_family_and_status():
    em = evaluate(facts(F.OFFICE, UNSAID, MODERATE, stated_codes=(stated("99245"),)))
    assert (em.family, code(em)) == (F.OFFICE_CONSULTATION, "99245")
    em = evaluate(facts(F.OFFICE, UNSAID, MODERATE, stated_codes=(stated("99204"),)))
    assert (em.status, em.remarks) == (NEW, ())


def test_a_preventive_visit_with_an_office_visit_beside_it():
    em = evaluate(facts(supports=MODERATE, age=50, stated_codes=(stated("99213", "25"), stated("99396", "25"))))
    assert code(em) == "99396"
    assert [(line.ref.code, line.modifiers) for line in em.further] == [("99213", ("25",))]
    assert em.codes == (visit_ref("99396"), visit_ref("99213"))


def test_of_two_stated_codes_of_one_family_the_last_counts_and_the_other_is_remarked():
    em = evaluate(facts(supports=MODERATE, stated_codes=(stated("99213"), stated("99214"))))
    assert code(em) == "99214"
    assert any("99213" in remark for remark in em.remarks)


def test_a_stated_level_is_read_in_the_family_of_the_visit():
    assert code(evaluate(facts(F.EMERGENCY, UNSAID, MODERATE, stated_level=(5, WORDS)))) == "99285"
    assert code(evaluate(facts(F.OFFICE, NEW, MODERATE, stated_level=(3, WORDS)))) == "99203"
    assert evaluate(facts(F.EMERGENCY, UNSAID, MODERATE, stated_level=(5, WORDS))).basis is Basis.STATED


def test_a_level_that_the_family_does_not_have_is_ignored():
    assert code(evaluate(facts(F.HOSPITAL_INITIAL, UNSAID, MODERATE, stated_level=(5, WORDS)))) == "99222"


def test_stated_decision_making_counts_and_is_compared_with_the_elements():
    em = evaluate(facts(supports=MODERATE, stated_decisions=(Level.HIGH, WORDS)))
    assert (code(em), em.decisions, em.basis) == ("99215", Level.MODERATE, Basis.STATED)
    assert em.remarks


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (F.NURSE, "99211"),
        (F.POSTOPERATIVE, "99024"),
        (F.MEDICARE_WELCOME, "G0402"),
        (F.MEDICARE_WELLNESS_FIRST, "G0438"),
        (F.MEDICARE_WELLNESS_LATER, "G0439"),
    ],
)
def test_services_with_one_code(family, expected):
    em = evaluate(facts(family, supports=HIGH))
    assert (code(em), em.basis) == (expected, Basis.SERVICE)
    assert em.code.system == ("CPT" if expected[0].isdigit() else "HCPCS")


def test_telehealth_is_the_office_code_with_its_modifier_and_cpts_own_code_beside_it():
    video = evaluate(facts(F.VIDEO, EST, MODERATE))
    assert (code(video), video.modifiers, [line.ref.code for line in video.payers]) == ("99214", ("95",), ["98006"])
    audio = evaluate(facts(F.AUDIO, NEW, MODERATE))
    assert (code(audio), audio.modifiers, [line.ref.code for line in audio.payers]) == ("99204", ("93",), ["98010"])
    assert any("10 minutes" in remark for remark in audio.remarks)


def test_before_2025_telehealth_had_no_codes_of_its_own():
    em = evaluate(facts(F.VIDEO, EST, MODERATE, day=date(2024, 12, 31)))
    assert (code(em), em.modifiers, em.payers) == ("99214", ("95",), ())
    assert evaluate(facts(F.VIDEO, EST, MODERATE, day=date(2025, 1, 1))).payers


def test_a_stated_telemedicine_code_stays_and_the_office_code_is_for_medicare():
    em = evaluate(facts(F.OFFICE, EST, MODERATE, stated_codes=(stated("98006"),)))
    assert code(em) == "98006"
    assert [(line.ref.code, line.modifiers) for line in em.payers] == [("99214", ("95",))]
    assert visit_ref("98005") in em.neighbours


@pytest.mark.parametrize(("family", "status", "medicare"), [(F.OFFICE_CONSULTATION, NEW, "99204"), (F.HOSPITAL_CONSULTATION, UNSAID, "99222")])
def test_medicare_pays_no_consultations(family, status, medicare):
    assert [line.ref.code for line in evaluate(facts(family, status, MODERATE)).payers] == [medicare]


def test_unstated_status_is_remarked_only_where_it_matters():
    assert evaluate(facts(F.OFFICE, UNSAID, MODERATE)).remarks
    assert not evaluate(facts(F.EMERGENCY, UNSAID, MODERATE)).remarks
    assert visit_ref("99204") in evaluate(facts(F.OFFICE, UNSAID, MODERATE)).neighbours


def test_problems_worked_up_at_a_preventive_visit_are_remarked():
    [remark] = evaluate(facts(F.PREVENTIVE, supports=MODERATE, age=50)).remarks
    assert "99214-25" in remark
    assert evaluate(facts(F.PREVENTIVE, age=50)).remarks == ()


def test_neighbours_are_the_other_levels_nearest_first():
    assert [ref.code for ref in evaluate(facts(supports=MODERATE)).neighbours] == ["99213", "99215", "99212"]
    assert [ref.code for ref in evaluate(facts(F.PREVENTIVE, age=3)).neighbours] == ["99382"]


SUPPORTS = st.lists(st.sampled_from([*MODERATE, *HIGH, Support(ProblemKind.SELF_LIMITED, "cold", TextSpan(1, 4))]), max_size=6)
FACTS = st.builds(
    facts,
    st.sampled_from([None, *F]),
    st.sampled_from(PatientStatus),
    SUPPORTS,
    age=st.one_of(st.none(), st.integers(0, 130)),
    time=st.one_of(st.none(), st.integers(1, 240).map(at)),
    critical_care_time=st.one_of(st.none(), st.integers(1, 240).map(at)),
    stated_codes=st.lists(st.sampled_from(sorted(FAMILY_OF_CODE)).map(stated), max_size=2).map(tuple),
    stated_level=st.one_of(st.none(), st.tuples(st.integers(1, 5), st.just(WORDS))),
    stated_decisions=st.one_of(st.none(), st.tuples(st.sampled_from(list(Level)[1:]), st.just(WORDS))),
    day=st.one_of(st.none(), st.dates(date(2023, 1, 1), date(2027, 1, 1))),
)


@given(FACTS)
def test_a_visit_has_one_code_with_evidence_or_says_what_is_missing(given):
    em = evaluate(given)
    assert (em.code is None) == (em.basis is Basis.INSUFFICIENT) == bool(em.missing)
    if em.code is not None:
        assert em.evidence
        assert em.code.code in FAMILY_OF_CODE
        assert em.code not in em.neighbours
    assert all(line.units >= 1 for line in em.further)


@given(FACTS)
def test_candidates_hold_the_code_once_with_a_sure_match_and_all_others_weaker(given):
    em = evaluate(given)
    found = visit_candidates(em)
    assert len({c.ref for c in found}) == len(found)
    sure = {c.ref for c in found if all(m.exact for m in c.matches)}
    assert sure == set(em.codes)
    assert all(c.matches for c in found)


@given(FACTS, st.integers(1, 60))
def test_more_time_never_lowers_the_code(given, more):
    plain = replace(given, stated_codes=(), stated_level=None, time=given.time or at(1))
    longer = replace(plain, time=at(plain.time.minutes + more))
    first, then = evaluate(plain), evaluate(longer)
    assert (code(first) or "") <= (code(then) or "")


def test_only_the_codes_of_the_visit_may_be_billed():
    em = evaluate(facts(supports=MODERATE))
    assert why_not(em, visit_ref("99214")) is None
    assert "99214" in why_not(em, visit_ref("99213"))
    assert why_not(em, visit_ref("20610")) is None
    assert "lacks" in why_not(evaluate(facts()), visit_ref("99213"))
    assert why_not(None, visit_ref("99213"))
