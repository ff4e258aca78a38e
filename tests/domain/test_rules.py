import pytest

from app.domain.assertion import Assertion, Experiencer, Presence, Temporality
from app.domain.candidate import Evidence
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import TextSpan
from app.domain.rules.registry import CODE_RULES
from app.domain.suggestion import Status, Suggestion

STATED = Assertion()
DENIED = Assertion(presence=Presence.ABSENT)
POSSIBLE = Assertion(presence=Presence.POSSIBLE)
CONDITIONAL = Assertion(presence=Presence.CONDITIONAL)
MOTHER = Assertion(experiencer=Experiencer.OTHER)
PAST = Assertion(temporality=Temporality.HISTORICAL)
PLANNED = Assertion(temporality=Temporality.PLANNED)
WARNED = Assertion(temporality=Temporality.HYPOTHETICAL)


def rulings(code, *assertions, setting=Setting.OUTPATIENT, sex=Sex.UNKNOWN, billable=True):
    system = CodeSystem.CPT if code.isdigit() else CodeSystem.ICD10CM
    ref = CodeRef(system, code)
    evidence = tuple(Evidence(TextSpan(10 * i, 10 * i + 5), "", a) for i, a in enumerate(assertions))
    suggestion = Suggestion(ref, "", 0.9, Status.SUGGESTED, evidence)
    found = [rule.judge(suggestion, Code(ref, "", billable), Encounter(setting, sex)) for rule in CODE_RULES]
    return {r.rule: r.status for r in found if r is not None}


@pytest.mark.parametrize(
    ("assertions", "setting", "suppressed_by"),
    [
        ((STATED,), Setting.OUTPATIENT, None),
        ((DENIED,), Setting.OUTPATIENT, "negated"),
        ((DENIED, CONDITIONAL), Setting.INPATIENT, "negated"),
        ((DENIED, STATED), Setting.OUTPATIENT, None),
        ((MOTHER,), Setting.OUTPATIENT, "other-person"),
        ((MOTHER, STATED), Setting.OUTPATIENT, None),
        ((POSSIBLE,), Setting.OUTPATIENT, "uncertain"),
        ((POSSIBLE,), Setting.EMERGENCY, "uncertain"),
        ((POSSIBLE, DENIED), Setting.OUTPATIENT, "uncertain"),
        ((POSSIBLE,), Setting.INPATIENT, None),
        ((WARNED,), Setting.OUTPATIENT, "not-done"),
        ((PLANNED,), Setting.INPATIENT, "not-done"),
        ((PAST,), Setting.OUTPATIENT, None),
    ],
)
def test_a_diagnosis_is_suppressed_only_when_all_its_evidence_speaks_against_it(assertions, setting, suppressed_by):
    expected = {} if suppressed_by is None else {suppressed_by: Status.SUPPRESSED}
    assert rulings("I26.99", *assertions, setting=setting) == expected


@pytest.mark.parametrize(("assertions", "rule"), [((PLANNED,), "not-done"), ((PAST,), "not-done"), ((PAST, STATED), None), ((STATED,), None)])
def test_a_procedure_is_coded_only_when_it_was_done_in_this_encounter(assertions, rule):
    assert rulings("47562", *assertions) == ({} if rule is None else {rule: Status.SUPPRESSED})


def test_a_heading_is_never_billed_and_may_stand_where_nothing_is_billed():
    assert rulings("E11", STATED, billable=False) == {"heading": Status.SUPPRESSED}
    assert rulings("E11", STATED, billable=False, setting=Setting.UNKNOWN) == {}


@pytest.mark.parametrize(("assertion", "rule"), [(POSSIBLE, "uncertain"), (PLANNED, "not-done"), (WARNED, "not-done")])
def test_where_the_setting_is_unknown_a_suspicion_or_a_plan_is_a_candidate(assertion, rule):
    assert rulings("I26.99", assertion, setting=Setting.UNKNOWN) == {rule: Status.CANDIDATE}


@pytest.mark.parametrize(
    ("code", "sex", "conflict"),
    [
        ("N40.0", Sex.FEMALE, True),
        ("N40.0", Sex.MALE, False),
        ("O80", Sex.MALE, True),
        ("O80", Sex.UNKNOWN, False),
        ("Z3A.20", Sex.MALE, True),
        ("I10", Sex.MALE, False),
    ],
)
def test_a_code_of_the_other_sex_waits_for_a_person(code, sex, conflict):
    assert rulings(code, STATED, sex=sex) == ({"sex-conflict": Status.CANDIDATE} if conflict else {})


def test_a_family_history_code_lives_on_what_is_said_of_relatives():
    assert rulings("Z80.0", MOTHER) == {}


def test_every_rule_cites_its_source():
    assert all(rule.id and rule.citation for rule in CODE_RULES)
    assert len({rule.id for rule in CODE_RULES}) == len(CODE_RULES)


@pytest.mark.parametrize("setting", Setting)
@pytest.mark.parametrize("code", ["I10", "O24.410", "Z80.3", "99213", "45378"])
@pytest.mark.parametrize("places", [1, 3])
def test_rules_of_words_have_nothing_to_say_of_what_is_stated_without_a_cue(code, setting, places):
    spoken = rulings(code, *[STATED] * places, setting=setting, sex=Sex.MALE, billable=False)
    assert spoken.keys().isdisjoint(rule.id for rule in CODE_RULES if rule.of_words)
    assert {rule.id for rule in CODE_RULES if rule.of_words} == {"negated", "other-person", "uncertain", "not-done"}
