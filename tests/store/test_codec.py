import json

import pytest

from app.domain.em.evaluation import visit_ref
from app.domain.em.facts import DocumentedTime, StatedCode, Support, VisitFacts
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.leveling import evaluate
from app.domain.em.levels import DataKind, ProblemKind, RiskKind
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.suggestion import CodingDraft
from app.store.codec import from_json, to_json

WORDS = TextSpan(0, 5)
SUPPORTS = tuple(Support(kind, str(kind), WORDS) for kinds in (ProblemKind, DataKind, RiskKind) for kind in kinds)


@pytest.mark.parametrize(
    "facts",
    [
        VisitFacts(VisitFamily.OFFICE, (WORDS,), PatientStatus.NEW, (WORDS,), supports=SUPPORTS, time=DocumentedTime(80, WORDS)),
        VisitFacts(VisitFamily.OFFICE, (WORDS,), stated_codes=(StatedCode(visit_ref("99213"), ("25",), WORDS),)),
        VisitFacts(None),
    ],
)
def test_a_draft_with_the_level_of_its_visit_comes_back_as_it_was(facts):
    draft = CodingDraft(Encounter(), "b1", {}, (), evaluation_management=evaluate(facts))
    assert from_json(json.loads(json.dumps(to_json(draft, CodingDraft))), CodingDraft) == draft


def test_a_draft_of_no_visit_and_one_stored_before_visits_had_levels():
    draft = CodingDraft(Encounter(), "b1", {}, ())
    raw = to_json(draft, CodingDraft)
    assert from_json(raw, CodingDraft) == draft
    del raw["evaluation_management"]
    assert from_json(raw, CodingDraft) == draft
