from datetime import UTC, datetime

import pytest

from app.domain.chart import ChartNote
from app.domain.code import CodeRef, CodeSystem
from app.domain.coding import ChartLine, LineState, Origin
from app.domain.encounter import Encounter, Setting
from app.usecases.charts.claim_check import ClaimForm
from app.usecases.charts.claim_rules import ClaimRules
from tests.api.fakes import CODES, validate_codes

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HERE = Encounter(Setting.OUTPATIENT)


def line(code):
    return ChartLine(CodeRef(CodeSystem.ICD10CM, code), "", next(iter(Origin)), next(iter(LineState)), None, ())


def note(number, text):
    return ChartNote(number, 1, "Note", text, NOW, "a")


@pytest.fixture
def checker():
    return ClaimRules(ClaimForm(lambda ref, _: CODES.get(ref)), validate_codes())


def test_the_rules_speak_of_the_codes_of_a_chart_with_the_words_of_its_one_note(checker):
    found = checker.check(HERE, [note(1, "Diabetes. No chest pain.")], [line("R07.9")])
    denied = next(f for f in found if f.rule == "negated")
    assert [(s.begin, s.end) for s in denied.evidence] == [(13, 23)]


def test_with_several_notes_findings_name_no_places_and_erased_notes_are_left_out(checker):
    found = checker.check(HERE, [note(1, "Diabetes."), note(2, None), note(3, "No chest pain.")], [line("R07.9")])
    denied = next(f for f in found if f.rule == "negated")
    assert denied.evidence == ()


def test_a_code_out_of_force_is_told_once_and_a_chart_without_codes_by_its_form_alone(checker):
    assert [f.rule for f in checker.check(HERE, [], [line("Z99.99")]) if "force" in f.rule] == ["claim-in-force"]
    assert [f.rule for f in checker.check(HERE, [], [])] == ["no-diagnosis"]
