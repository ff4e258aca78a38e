from __future__ import annotations

import pytest

from app.assembly import Terms
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import CodeRef, CodeSystem
from app.domain.knowledge import PhrasebookEntry
from app.domain.note import ClinicalNote, TextSpan
from app.domain.suggestion import Status
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.words import SnowballWordReader
from app.terminology.support import SupportTerms
from app.usecases.code_detail import Detailed
from app.usecases.weigh_support import RULE, WeighSupport

DIABETES, HYPERTENSION, PCOS = (CodeRef(CodeSystem.ICD10CM, code) for code in ("E11.9", "I10", "E28.2"))
DIABETES_EYE = CodeRef(CodeSystem.ICD10CM, "E11.319")
PHRASEBOOK = (
    PhrasebookEntry(DIABETES, ("type 2 diabetes",), ("metformin", "a1c elevated"), {}),
    PhrasebookEntry(DIABETES_EYE, ("diabetic retinopathy",), ("metformin",), {}),
    PhrasebookEntry(PCOS, ("polycystic ovary syndrome",), ("metformin",), {}),
    PhrasebookEntry(HYPERTENSION, ("hypertension",), ("lisinopril",), {}),
)


@pytest.fixture
def weigh(terms: Terms):
    from app import assembly
    from app.settings import Settings

    reader: SpacyNoteReader = assembly.note_reader(Settings(), terms.knowledge)
    support = WeighSupport(SupportTerms(PHRASEBOOK, SnowballWordReader()))

    def weigh(text: str, stated: dict[CodeRef, str], *, source: MatchSource = MatchSource.PHRASEBOOK) -> Detailed:
        scored = []
        for ref, words in stated.items():
            begin = text.index(words)
            match = Match(TextSpan(begin, begin + len(words)), 1.0, 9.0, 1, exact=True, tightness=1.0, source=source)
            scored.append(ScoredCandidate(Candidate(ref, (match,)), 0.8))
        return support(reader.read(ClinicalNote(text)), scored, terms.catalog)

    return weigh


def test_support_words_are_shown_behind_the_words_that_state_the_diagnosis(weigh) -> None:
    text = "Type 2 diabetes. Continue metformin."
    found = weigh(text, {DIABETES: "Type 2 diabetes"})
    matches = found.scored[0].candidate.matches
    assert [(text[m.span.begin : m.span.end], m.source) for m in matches] == [
        ("Type 2 diabetes", MatchSource.PHRASEBOOK),
        ("metformin", MatchSource.SUPPORT),
    ]
    assert found.details[DIABETES].reasons == ('supported by "metformin"',)
    assert found.scored[0].confidence == pytest.approx(0.8)


def test_support_without_a_statement_is_a_candidate_that_asks_and_nothing_more(weigh) -> None:
    found = weigh("Medications: metformin 500 mg bid.", {})
    assert [(s.candidate.ref, s.confidence) for s in found.scored] == [(DIABETES, 0.0)]
    ruling = found.details[DIABETES].ruling
    assert ruling is not None
    assert (ruling.rule, ruling.status) == (RULE, Status.CANDIDATE)
    assert '"metformin"' in ruling.reason
    assert "ask the clinician" in ruling.reason


def test_a_stated_diagnosis_of_the_same_category_or_another_of_the_drug_explains_it(weigh) -> None:
    assert len(weigh("Diabetic retinopathy. Metformin.", {DIABETES_EYE: "Diabetic retinopathy"}).scored) == 1
    assert len(weigh("Polycystic ovary syndrome. Metformin.", {PCOS: "Polycystic ovary syndrome"}).scored) == 1


def test_a_diagnosis_learned_from_its_drug_alone_is_never_suggested(weigh) -> None:
    found = weigh("Takes lisinopril daily.", {HYPERTENSION: "lisinopril"}, source=MatchSource.LEARNED)
    ruling = found.details[HYPERTENSION].ruling
    assert ruling is not None
    assert ruling.status is Status.CANDIDATE


@pytest.mark.parametrize("text", ["No metformin.", "Her mother takes metformin.", "Allergies: none."])
def test_support_that_is_denied_or_another_person_s_asks_nothing(weigh, text: str) -> None:
    assert weigh(text, {}).scored == []
