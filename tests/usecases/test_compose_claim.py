"""The claim of a draft, through the whole use case with real rules and codes and told confidences."""

from __future__ import annotations

import pytest

from app import assembly
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting
from app.domain.finding import Check
from app.domain.note import ClinicalNote
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.domain.suggestion import Status
from app.terminology.retriever import TermRetriever
from app.usecases.compose_claim import ComposeClaim
from app.usecases.suggest_codes import SuggestCodes, SuggestionRequest
from tests.usecases.test_suggest_codes import FakeScorer

NOTE = "Chief complaint: cough\n\nAssessment:\n1. Pneumonia.\n2. Type 2 diabetes, on metformin. CKD stage 3a."
TOLD = {"J18.9": 0.9, "R05.9": 0.6, "E11.9": 0.8, "N18.31": 0.7}
INJECTED = (
    "HPI: Follow-up of knee pain and blood pressure. Established patient.\n\nExam: BP 158/94. Right knee tender.\n\n"
    "Assessment and plan:\n1. Primary osteoarthritis of the right knee. Right knee injection done today, tolerated.\n2. {}"
)
TOLD |= {"M17.11": 0.9, "I10": 0.9, "20610": 0.9, "Z79.82": 0.9, **{f"9921{level}": 0.9 for level in range(2, 6)}}


class Told(FakeScorer):
    """Confidences by code, nothing for the rest."""

    def score(self, analysis, encounter, candidates):
        self.confidences = {c.ref.code: TOLD.get(c.ref.code, 0.01) for c in candidates}
        return super().score(analysis, encounter, candidates)


@pytest.fixture(scope="module")
def suggest(settings, terms):
    return SuggestCodes(
        reader=assembly.note_reader(settings, terms.knowledge), sources=(TermRetriever(terms.index),), visits=assembly.level_visit(settings),
        scorer=Told({}), terminology=terms.terminology,
        rules=CODE_RULES, max_characters=5_000, compose=ComposeClaim(CLAIM_RULES),
    )  # fmt: skip


def draft(suggest, setting=Setting.OUTPATIENT, *, compose=True):
    return suggest(SuggestionRequest(ClinicalNote(NOTE), Encounter(setting), systems=[CodeSystem.ICD10CM], compose=compose))


def test_the_claim_and_the_statuses_agree_and_every_change_names_its_rule(suggest):
    found = draft(suggest)
    assert [ref.code for ref in found.claim.diagnoses] == ["J18.9", "E11.22", "N18.31", "Z79.84"]
    assert {s.ref for s in found.having(Status.SUGGESTED)} == set(found.claim.diagnoses)
    gone = {s.ref.code: s.rule for s in found.having(Status.SUPPRESSED)}
    assert (gone["R05.9"], gone["E11.9"]) == ("integral-symptom", "diabetes-with")
    new = next(s for s in found.suggestions if s.ref.code == "E11.22")
    assert any("diabetes-with" in reason for reason in new.reasons)
    assert new.evidence
    assert {"integral-symptom", "diabetes-with", "long-term-drugs"} <= {f.rule for f in found.findings}


@pytest.mark.parametrize(("setting", "compose"), [(Setting.UNKNOWN, True), (Setting.OUTPATIENT, False)])
def test_nothing_is_composed_where_the_setting_is_unknown_or_nobody_asks(suggest, setting, compose):
    found = draft(suggest, setting, compose=compose)
    assert found.claim is None
    assert CodeRef(CodeSystem.ICD10CM, "R05.9") in {s.ref for s in found.having(Status.SUGGESTED)}
    assert ("composition" in {f.rule for f in found.findings if f.check is Check.NOT_CHECKED}) is compose


def composed(suggest, text):
    return suggest(SuggestionRequest(ClinicalNote(text), Encounter(Setting.OUTPATIENT)))


@pytest.mark.parametrize(("second", "modifiers"), [("Hypertension, not at goal: start amlodipine 5 mg.", ("25",)), ("Return as needed.", ())])
def test_a_visit_gets_modifier_25_on_the_claim_and_on_its_suggestion_where_the_note_shows_its_own_work(suggest, second, modifiers):
    found = composed(suggest, INJECTED.format(second))
    (visit,) = [line for line in found.claim.procedures if line.ref.code.startswith("9921")]
    (shown,) = [s for s in found.having(Status.SUGGESTED) if s.ref == visit.ref]
    assert visit.modifiers == shown.modifiers == modifiers
    assert any("modifier 25" in reason and "I10" in reason for reason in shown.reasons) == bool(modifiers)
    assert "modifier-25" in {f.rule for f in found.findings}


def test_a_drug_that_the_plan_stops_is_not_in_long_term_use(suggest):
    taken = composed(suggest, "Assessment and plan:\nCoronary artery disease. Aspirin 81 mg daily.")
    assert "Z79.82" in {s.ref.code for s in taken.having(Status.SUGGESTED)}
    stopped = composed(suggest, "Assessment and plan:\nCoronary artery disease. Stop aspirin 81 mg daily.")
    (told,) = [s for s in stopped.suggestions if s.ref.code == "Z79.82"]
    assert (told.status, told.rule) == (Status.SUPPRESSED, "long-term-drugs")
    assert "Stop aspirin" in told.reason


def put_on(settings, terms, note, told):
    """Codes on the claim of a note, with their confidence."""

    class Low(FakeScorer):
        def score(self, analysis, encounter, candidates):
            self.confidences = {c.ref.code: told.get(c.ref.code, 0.01) for c in candidates}
            return super().score(analysis, encounter, candidates)

    suggest = SuggestCodes(
        reader=assembly.note_reader(settings, terms.knowledge), sources=(TermRetriever(terms.index),), visits=assembly.level_visit(settings),
        scorer=Low({}), terminology=terms.terminology,
        rules=CODE_RULES, max_characters=5_000, compose=ComposeClaim(CLAIM_RULES),
    )  # fmt: skip
    found = suggest(SuggestionRequest(ClinicalNote(note), Encounter(Setting.OUTPATIENT), systems=[CodeSystem.ICD10CM]))
    return {s.ref.code: s.confidence for s in found.having(Status.SUGGESTED)}


def test_the_main_statement_has_a_code_on_the_claim_with_the_confidence_of_such_codes(settings, terms):
    told = {"J18.9": 0.12, "I10": 0.9, "R05.9": 0.11}
    assert put_on(settings, terms, "Chief complaint: cough\n\nAssessment:\n1. Pneumonia.\n2. Hypertension.", told) == {"I10": 0.9, "J18.9": 0.38}


@pytest.mark.parametrize(
    "note",
    [
        "Assessment:\n1. Hypertension.\n2. Pneumonia.",  # the main statement is coded
        "Assessment:\n1. Possible pneumonia.\n2. Hypertension.",  # it is a suspicion
        "Chief complaint: pneumonia\n\nAssessment: hypertension.",  # there is a conclusion
        "Hypertension. Pneumonia.",  # nothing concludes, and the claim has a diagnosis
    ],
)
def test_an_unlikely_code_stays_off_where_it_is_not_the_main_statement(settings, terms, note):
    assert put_on(settings, terms, note, {"J18.9": 0.12, "I10": 0.9}) == {"I10": 0.9}


def test_a_claim_without_a_diagnosis_takes_the_likeliest_that_is_stated_anywhere(settings, terms):
    assert put_on(settings, terms, "Pneumonia on the film, no asthma.", {"J18.9": 0.25, "J45.909": 0.3}) == {"J18.9": 0.38}
    assert put_on(settings, terms, "Pneumonia on the film.", {"J18.9": 0.15}) == {}
