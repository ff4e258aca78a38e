"""Queries over the real release and the real reader: what a coder gets for everyday findings."""

from __future__ import annotations

import random

import pytest

from app import assembly
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import CodeNotFound, InvalidSpan, NoteTooLong, NothingToCite, QueryTooLong
from app.domain.note import ClinicalNote, TextSpan
from app.domain.queries.query import OTHER, UNDETERMINED, PhysicianQuery, RecordQuote
from app.domain.query_kind import QueryKind
from app.usecases.query_physician import DraftRequest, QueryPhysician

NOTE = ClinicalNote(
    "HPI: 61 yo with knee pain for months. BMI 41.2. Uses insulin.\n"
    "ASSESSMENT:\n"
    "1. Osteoarthritis of the knee, primary.\n"
    "2. Heart failure, on furosemide.\n"
    "3. Type 2 diabetes mellitus. Foot ulcer, dressing changed.\n"
    "4. Possible pneumonia, CXR ordered.\n"
    "5. Asthma, stable on albuterol. No chest pain.\n"
)


@pytest.fixture(scope="module")
def physician(settings, terms) -> QueryPhysician:
    return assembly.query_physician(settings, terms, assembly.note_reader(settings, terms.knowledge))


def icd(*codes: str) -> tuple[CodeRef, ...]:
    return tuple(CodeRef(CodeSystem.ICD10CM, code) for code in codes)


@pytest.mark.parametrize(
    ("codes", "asked", "kind", "cites", "offers"),
    [
        (("M17.10",), None, QueryKind.LATERALITY, "Osteoarthritis of the knee", "Left side"),
        (("I50.9",), None, QueryKind.TYPE, "Heart failure", "Systolic (congestive) heart failure"),
        (("I50.9",), QueryKind.ACUITY, QueryKind.ACUITY, "Heart failure", "Acute on chronic"),
        (("J45.909",), None, QueryKind.TYPE, "Asthma", "Moderate persistent asthma"),
        (("E11.9", "L97.509"), None, QueryKind.CAUSAL_LINK, "Foot ulcer", "Not related to each other"),
        (("J18.9",), QueryKind.UNCERTAIN, QueryKind.UNCERTAIN, "Possible pneumonia", "Ruled out"),
    ],
)
def test_a_code_that_leaves_something_open_gives_a_query_that_cites_the_note(physician, codes, asked, kind, cites, offers):
    checked = physician.draft(DraftRequest(NOTE, icd(*codes), asked))
    assert checked.faults == ()
    assert checked.query.kind is kind
    assert any(cites in quote.text for quote in checked.query.quotes)
    assert all(quote.span is not None and NOTE.quote(quote.span) == quote.text for quote in checked.query.quotes)
    assert offers in checked.query.options
    assert checked.query.options[-2:] == (OTHER, UNDETERMINED)


def test_a_body_mass_index_asks_for_its_meaning_with_the_diagnoses_of_its_range(physician):
    begin = NOTE.text.index("BMI 41.2")
    checked = physician.draft(DraftRequest(NOTE, icd("Z68.41"), evidence=(TextSpan(begin, begin + 8),)))
    assert checked.faults == ()
    assert checked.query.options[0] == "Obesity, class 3"
    assert "“BMI 41.2”" in checked.query.question


def test_a_residual_heading_gives_no_choices(physician):
    """Sideroblastic anemias are no answers to "anemia"."""
    checked = physician.draft(DraftRequest(ClinicalNote("Assessment: Anemia, Hgb 9.1."), icd("D64.9")))
    assert (checked.faults, checked.query.options) == ((), ())


def test_one_condition_is_asked_about_its_cause(physician):
    checked = physician.draft(DraftRequest(NOTE, icd("L97.509"), QueryKind.CAUSAL_LINK))
    assert (checked.faults, checked.query.options) == ((), ())
    assert "Foot ulcer" in checked.query.question
    assert "cause" in checked.query.question


def test_what_the_record_denies_is_not_offered(physician):
    note = ClinicalNote("Assessment: Heart failure. No systolic heart failure. No diastolic heart failure.")
    options = physician.draft(DraftRequest(note, icd("I50.9"), QueryKind.TYPE)).query.options
    assert "Systolic (congestive) heart failure" not in options


def test_the_words_of_a_finding_go_before_those_that_are_found(physician):
    begin = NOTE.text.index("knee pain")
    checked = physician.draft(DraftRequest(NOTE, icd("M25.569"), evidence=(TextSpan(begin, begin + 9),)))
    assert "“knee pain”" in checked.query.question


def test_a_typed_query_is_checked_against_the_conditions_of_the_note(physician):
    query = PhysicianQuery(
        None, "Clarification", (RecordQuote("Heart failure, on furosemide."),), "Please clarify whether there was acute kidney injury."
    )
    assert {(f.check, f.words) for f in physician.lint(query, NOTE)} == {("new-diagnosis", "acute kidney injury")}
    assert physician.lint(PhysicianQuery(None, "Clarification", query.quotes, "Please clarify the type of heart failure."), NOTE) == ()


def test_requests_that_can_not_be_met_say_so(physician):
    with pytest.raises(NothingToCite, match=r"none for K35.80"):
        physician.draft(DraftRequest(NOTE, icd("K35.80")))
    with pytest.raises(NothingToCite):
        physician.draft(DraftRequest(NOTE, kind=QueryKind.TYPE))
    with pytest.raises(NothingToCite, match="2 statements"):
        physician.draft(DraftRequest(NOTE, icd("I50.9"), QueryKind.CONFLICTING))
    with pytest.raises(InvalidSpan):
        physician.draft(DraftRequest(NOTE, icd("I50.9"), evidence=(TextSpan(1, 10_000),)))
    with pytest.raises(CodeNotFound):
        physician.draft(DraftRequest(NOTE, icd("Q99.99")))
    with pytest.raises(QueryTooLong):
        physician.lint(PhysicianQuery(None, "t", (), "q" * 20_001))
    with pytest.raises(NoteTooLong):
        physician.draft(DraftRequest(ClinicalNote("a" * 5_000_001), icd("I50.9")))


def test_every_draft_over_the_release_passes_the_linter(physician, terms):
    """Four hundred unspecified codes, each documented by its own title, asked about in every kind that takes one subject."""
    unspecified = [c for c in terms.catalog.all(CodeSystem.ICD10CM) if c.billable and "unspecified" in c.title.lower()]
    kinds = [kind for kind in QueryKind if kind not in {QueryKind.CAUSAL_LINK, QueryKind.CONFLICTING}]
    faulty = {}
    for i, code in enumerate(random.Random(5).sample(unspecified, 400)):
        note = ClinicalNote(f"Seen today.\nAssessment: {code.title}. Continue treatment.")
        begin = note.text.index(code.title)
        request = DraftRequest(note, (code.ref,), kinds[i % len(kinds)], evidence=(TextSpan(begin, begin + len(code.title)),))
        faults = physician.draft(request).faults
        if faults:
            faulty[code.ref.code] = [(f.check, f.words) for f in faults]
    assert faulty == {}


DRUGS = ClinicalNote("ASSESSMENT:\n1. Possible Kenalog injection of the knee.\n2. Knee osteoarthritis. Crutches given.\nTakes warfarin.\n")


@pytest.mark.parametrize(
    ("system", "code", "words", "said"),
    [
        (CodeSystem.HCPCS, "J3301", "Kenalog", "this medication"),
        (CodeSystem.HCPCS, "E0114", "Crutches", "this supply"),
        (CodeSystem.CPT, "20610", "injection", "this service"),
        (CodeSystem.ICD10CM, "Z79.01", "Takes warfarin", "this medication"),
        (CodeSystem.ICD10CM, "M17.9", "Knee osteoarthritis", "this diagnosis"),
    ],
)
def test_a_query_calls_what_it_asks_about_by_its_kind(physician, system, code, words, said):
    begin = DRUGS.text.index(words)
    request = DraftRequest(DRUGS, (CodeRef(system, code),), QueryKind.SPECIFICITY, evidence=(TextSpan(begin, begin + len(words)),))
    checked = physician.draft(request)
    assert said in checked.query.question
    assert checked.faults == ()
    uncertain = physician.draft(DraftRequest(DRUGS, request.codes, QueryKind.UNCERTAIN, evidence=request.evidence))
    assert uncertain.faults == ()
    assert ("Ruled out" in uncertain.query.options) == (said == "this diagnosis")


def test_words_without_a_code_are_called_by_what_they_name(physician):
    begin = DRUGS.text.index("Kenalog")
    request = DraftRequest(DRUGS, (), QueryKind.SPECIFICITY, evidence=(TextSpan(begin, begin + len("Kenalog")),))
    assert "this medication" in physician.draft(request).query.question
