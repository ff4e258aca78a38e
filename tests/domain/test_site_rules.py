from __future__ import annotations

import pytest

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import AssertionScope, Experiencer, Presence
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.finding import Check, Finding, Repair, Severity
from app.domain.note import ClinicalNote, TextSpan
from app.domain.rules.base import Data
from app.domain.section import Section
from app.domain.site_rules import SitePattern, SiteRule, SiteRules, Switched, When
from app.domain.tabular.patterns import CodePattern
from app.domain.tabular.tabular import Tabular
from app.domain.words import Words

STROKE = SitePattern(CodeSystem.ICD10CM, CodePattern("I63", "I63"))
SCORE = SitePattern(CodeSystem.ICD10CM, CodePattern("R297", "R297"))
ADULT = Encounter(Setting.INPATIENT, Sex.MALE, 70)


def icd(code: str) -> CodeRef:
    return CodeRef(CodeSystem.ICD10CM, code)


def coded(*codes: str, encounter: Encounter = ADULT, text: str = "NIHSS 6.", scopes: tuple[AssertionScope, ...] = ()) -> CodedEncounter:
    note = ClinicalNote(text)
    analysis = NoteAnalysis(note, Words((), (), (), ()), (), (Section("", None, TextSpan(0, len(text))),), scopes)
    return CodedEncounter(encounter, tuple(CodedLine(icd(code), None) for code in codes), Tabular(lambda _: None), analysis)


def rule(when: When, **more) -> SiteRule:
    return SiteRule("own", does="d", severity=Severity.WARN, citation="c", message="m", when=when, **more)


def speaks(when: When, encounter: CodedEncounter) -> bool:
    return bool(list(rule(when).check(encounter)))


@pytest.mark.parametrize(
    ("when", "codes", "expected"),
    [
        (When(codes=(STROKE,)), ("I63.9",), True),
        (When(codes=(STROKE,)), ("I64",), False),
        (When(codes=(STROKE,), without=(SCORE,)), ("I63.9", "R29.706"), False),
        (When(codes=(STROKE,), without=(SCORE,)), ("I63.9", "I10"), True),
        (When(codes=(STROKE,), settings=frozenset({Setting.OUTPATIENT})), ("I63.9",), False),
        (When(codes=(STROKE,), age_from=18, age_to=70), ("I63.9",), True),
        (When(codes=(STROKE,), age_to=69), ("I63.9",), False),
        (When(codes=(STROKE,), sex=Sex.FEMALE), ("I63.9",), False),
        (When(phrases=("nihss",)), (), True),
        (When(phrases=("nihss",), without_phrases=("nihss 6",)), (), False),
        (When(phrases=("nih",)), (), False),
    ],
)
def test_all_conditions_must_hold(when, codes, expected):
    assert speaks(when, coded(*codes)) is expected


def test_phrases_are_words_across_lines_that_the_note_states_of_the_patient():
    when = When(phrases=("stroke scale",))
    assert speaks(when, coded(text="Stroke\n  Scale of 4"))
    assert not speaks(when, coded(text="stroke scales"))
    text = "No stroke scale. Mother: none."
    for value in (Presence.ABSENT, Experiencer.OTHER):
        assert not speaks(when, coded(text=text, scopes=(AssertionScope(value, TextSpan(3, 15), TextSpan(0, 2)),)))
    assert not speaks(When(phrases=("a.c",)), coded(text="abc"))


def test_what_a_rule_needs_is_what_its_conditions_ask_for():
    assert rule(When(codes=(STROKE,))).needs == frozenset()
    assert rule(When(codes=(STROKE,), age_from=1, sex=Sex.MALE, phrases=("a",))).needs == {Data.AGE, Data.SEX, Data.NOTE}


def test_a_finding_names_the_codes_in_any_order_and_adds_what_is_missing():
    own = rule(When(codes=(STROKE,)), add=(icd("R29.706"), icd("I10")))
    one, two = (list(own.check(coded(*codes))) for codes in (("I63.9", "I63.8", "I10"), ("I10", "I63.8", "I63.9")))
    assert one == two
    assert one[0].codes == (icd("I63.8"), icd("I63.9"))
    assert one[0].repair == Repair(add=(icd("R29.706"),))
    assert next(iter(own.check(coded("I63.9", "R29.706", "I10")))).repair is None


def test_a_switched_rule_says_the_same_with_another_severity():
    class Built:
        id, citation, needs = "built", "c", frozenset[Data]()

        def check(self, _: CodedEncounter) -> list[Finding]:
            return [
                Finding("built", Severity.BLOCK, (), "m", "c"),
                Finding("built", Severity.INFO, (), "no data", "c", check=Check.NOT_CHECKED),
            ]

    other = type("Other", (Built,), {"id": "other"})()
    built, kept, own = SiteRules((rule(When(codes=(STROKE,))),), {"built": Severity.WARN}).among((Built(), other))
    assert isinstance(built, Switched)
    assert kept is other
    assert own.id == "own"
    assert [f.severity for f in built.check(coded())] == [Severity.WARN, Severity.INFO]
