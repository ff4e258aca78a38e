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
