from dataclasses import replace
from datetime import date

import pytest

from app.domain.analysis import NoteAnalysis, Sentence
from app.domain.assertion import AssertionScope, Presence
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.em.facts import DocumentedTime, Support, VisitFacts
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import ProblemKind, RiskKind
from app.domain.encounter import Encounter, Setting
from app.domain.errors import NoteTooLong, ReleaseNotFound
from app.domain.note import ClinicalNote, TextSpan
from app.domain.release import CodeRelease, in_force
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.domain.section import Section
from app.domain.suggestion import Status
from app.domain.words import Words
from app.usecases.alternatives import ALTERNATIVES
from app.usecases.compose_claim import ComposeClaim
from app.usecases.level_visit import LevelVisit
from app.usecases.suggest_codes import SuggestCodes, SuggestionRequest, merge

TEXT = "Fever and cough. No rash."
RELEASE = CodeRelease(CodeSystem.ICD10CM, "2026", date(2025, 10, 1), "x")


def ref(code):
    return CodeRef(CodeSystem.CPT if code.isdigit() else CodeSystem.ICD10CM, code)


def match(begin, end, coverage=1.0):
    return Match(TextSpan(begin, end), coverage, 5.0, 1, True, 1.0, MatchSource.PHRASEBOOK)


class FakeReader:
    def read(self, note):
        scopes = (AssertionScope(Presence.ABSENT, TextSpan(20, 24), TextSpan(17, 19)),)
        sentences = (Sentence(TextSpan(0, 16), 0, 3), Sentence(TextSpan(17, 25), 3, 5))
        return NoteAnalysis(note, Words((), (), (), ()), sentences, (Section("assessment", None, TextSpan(0, 25)),), scopes)


OFFICE = VisitFacts(
    VisitFamily.OFFICE,
    (TextSpan(0, 5),),
    PatientStatus.ESTABLISHED,
    supports=(Support(ProblemKind.NEW_UNCERTAIN, "fever", TextSpan(0, 5)), Support(RiskKind.PRESCRIPTION, "rx", TextSpan(10, 15))),
)


class FakeVisits:
    def __init__(self, facts=None):
        self.facts = facts

    def read(self, analysis, encounter):
        return self.facts


class FakeSource:
    def __init__(self, *candidates):
        self.found = list(candidates)

    def candidates(self, analysis, encounter):
        return self.found


class FakeScorer:
    def __init__(self, confidences, unknown=None):
        self.confidences = confidences
        self.manifest = BundleManifest("b1", 1, "", {}, "", {}, {"ICD-10-CM": 0.5, "CPT": 0.3}, {}, {}, {}, unknown or {})

    def score(self, analysis, encounter, candidates):
        scored = [ScoredCandidate(c, self.confidences[c.ref.code]) for c in candidates]
        return sorted(scored, key=lambda s: -s.confidence)


class FakeCatalog:
    def __init__(self, *codes):
        self.releases = {CodeSystem.ICD10CM: RELEASE}
        self.codes = {c.ref: c for c in codes}

    def find(self, wanted):
        return self.codes.get(wanted)

    def siblings(self, wanted):
        known = self.codes.get(wanted)
        return [] if known is None else [c for c in self.codes.values() if c.ref != wanted and c.parent == known.parent]


class FakeTerminology:
    def __init__(self, catalog):
        self._catalog = catalog

    def catalog(self, day=None):
        in_force([RELEASE], CodeSystem.ICD10CM, day)
        return self._catalog


FEVER, COUGH, RASH = (Code(ref(c), t, parent=p) for c, t, p in [("R50.9", "Fever", "R50"), ("R05.9", "Cough", "R05"), ("R21", "Rash", None)])
DRUG_FEVER = Code(ref("R50.2"), "Drug induced fever", parent="R50")
CANDIDATES = (
    Candidate(ref("R50.9"), (match(0, 5),)),
    Candidate(ref("R05.9"), (match(10, 15),)),
    Candidate(ref("R21"), (match(20, 24),)),
)


def suggest(request, *, confidences=None, candidates=CANDIDATES, codes=(FEVER, COUGH, RASH, DRUG_FEVER), limit=1000, facts=None, unknown=None):
    service = SuggestCodes(
        reader=FakeReader(),
        sources=(FakeSource(*candidates),),
        visits=LevelVisit(FakeVisits(facts)),
        scorer=FakeScorer(confidences or {"R50.9": 0.9, "R05.9": 0.2, "R21": 0.8}, unknown),
        terminology=FakeTerminology(FakeCatalog(*codes)),
        rules=CODE_RULES,
        compose=ComposeClaim(CLAIM_RULES),
        max_characters=limit,
    )
    return service(request)


def codes_of(draft, status):
    return [s.ref.code for s in draft.having(status)]


def test_codes_are_suggested_from_the_threshold_on_and_denied_ones_are_suppressed_with_the_rule():
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)))
    assert codes_of(draft, Status.SUGGESTED) == ["R50.9"]
    assert codes_of(draft, Status.CANDIDATE) == ["R05.9"]
    [rash] = draft.having(Status.SUPPRESSED)
    assert (rash.ref.code, rash.rule) == ("R21", "negated")
    assert rash.reason
    assert draft.bundle_id == "b1"
    assert draft.releases == {CodeSystem.ICD10CM: "2026"}


@pytest.mark.parametrize(("setting", "suggested"), [(Setting.UNKNOWN, ["R50.9", "R05.9"]), (Setting.EMERGENCY, ["R50.9"])])
def test_a_bundle_may_suggest_from_another_confidence_on_where_the_setting_is_unknown(setting, suggested):
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT), Encounter(setting), compose=False), unknown={"ICD-10-CM": 0.2})
    assert codes_of(draft, Status.SUGGESTED) == suggested


@pytest.mark.parametrize(("setting", "status"), [(Setting.UNKNOWN, Status.SUGGESTED), (Setting.OUTPATIENT, Status.SUPPRESSED)])
def test_where_nothing_is_billed_a_bundle_that_learned_from_labelled_notes_judges_denied_words_itself(setting, status):
    learned = match(0, 5)._replace(source=MatchSource.LEARNED)
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT), Encounter(setting)), candidates=(Candidate(ref("R50.9"), (learned,)), *CANDIDATES[1:]))
    assert "R21" in codes_of(draft, status)


def test_no_code_is_dropped_in_silence_and_none_is_without_evidence():
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)))
    assert {s.ref for s in draft.suggestions} == {c.ref for c in CANDIDATES}
    assert all(s.evidence for s in draft.suggestions)


def test_systems_limit_and_confidence_narrow_what_is_said():
    visit = Candidate(ref("99213"), (match(0, 5),))
    request = SuggestionRequest(ClinicalNote(TEXT), systems={CodeSystem.ICD10CM}, limit=2, min_confidence=0.3)
    confidences = {"R50.9": 0.9, "R05.9": 0.2, "R21": 0.8, "99213": 0.99}
    draft = suggest(request, candidates=(*CANDIDATES, visit), confidences=confidences)
    assert [s.ref.code for s in draft.suggestions] == ["R50.9", "R21"]


def test_a_code_outside_the_release_in_force_is_suppressed_as_such():
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), codes=(COUGH, RASH))
    gone = next(s for s in draft.suggestions if s.ref.code == "R50.9")
    assert (gone.status, gone.rule) == (Status.SUPPRESSED, "in-force")


def test_codes_of_a_system_that_nobody_loaded_are_not_suppressed_but_said_to_be_unchecked():
    learned = CodeRef(CodeSystem.ICD10PCS, "3E02329")
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), candidates=(Candidate(learned, (match(0, 5),)),), confidences={"3E02329": 0.9})
    assert [s.ref for s in draft.having(Status.SUGGESTED)] == [learned]
    assert any(f.rule == "not-loaded" and "ICD-10-PCS" in f.message for f in draft.findings)


def test_alternatives_are_other_readings_of_the_words_before_siblings_and_never_the_code_itself():
    rival = Candidate(ref("R21"), (match(0, 5),))
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), candidates=(CANDIDATES[0], rival), confidences={"R50.9": 0.9, "R21": 0.4})
    alternatives = draft.having(Status.SUGGESTED)[0].alternatives
    assert [(a.ref.code, a.confidence) for a in alternatives] == [("R21", 0.4), ("R50.2", 0.0)]
    assert len(alternatives) <= ALTERNATIVES


def test_a_note_over_the_limit_and_a_date_without_a_release_are_refused():
    with pytest.raises(NoteTooLong):
        suggest(SuggestionRequest(ClinicalNote(TEXT)), limit=10)
    with pytest.raises(ReleaseNotFound):
        suggest(SuggestionRequest(ClinicalNote(TEXT), Encounter(Setting.OUTPATIENT, service_date=date(2001, 1, 1))))


def test_a_note_with_nothing_codable_gives_an_empty_draft():
    assert suggest(SuggestionRequest(ClinicalNote(TEXT)), candidates=()).suggestions == ()


def test_an_unloaded_procedure_system_is_said_and_does_not_pass_for_nothing_found():
    findings = suggest(SuggestionRequest(ClinicalNote(TEXT))).findings
    assert any(f.rule == "not-loaded" and "CPT" in f.message for f in findings)


def test_candidates_of_several_sources_are_merged_by_code():
    merged = merge([[CANDIDATES[0]], [Candidate(ref("R50.9"), (match(10, 15),)), CANDIDATES[1]]])
    assert [(c.ref.code, len(c.matches)) for c in merged] == [("R05.9", 1), ("R50.9", 2)]


def test_one_code_of_the_visit_may_be_billed_and_the_draft_holds_its_level():
    levels = [Code(ref(c), c) for c in ("99212", "99213", "99214", "99215")]
    confidences = {"99212": 0.1, "99213": 0.8, "99214": 0.9, "99215": 0.7}
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), confidences=confidences, candidates=(), codes=levels, facts=OFFICE)
    assert codes_of(draft, Status.SUGGESTED) == ["99214"]
    assert codes_of(draft, Status.CANDIDATE) == ["99213", "99215", "99212"]
    assert {s.rule for s in draft.having(Status.CANDIDATE)} == {"visit-level"}
    assert draft.evaluation_management.code == ref("99214")
    assert "visit level by medical decision making" in draft.having(Status.SUGGESTED)[0].reasons


def test_the_code_of_a_visit_has_its_modifiers_and_what_stands_beside_it_its_units():
    facts = replace(OFFICE, time=DocumentedTime(70, TextSpan(0, 5)), family=VisitFamily.VIDEO)
    codes = [Code(ref(c), c) for c in ("99215", "99417")]
    confidences = dict.fromkeys(("99212", "99213", "99214", "99215", "99417", "98007", "G2212"), 0.9)
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), confidences=confidences, candidates=(), codes=codes, facts=facts)
    assert [(s.ref.code, s.modifiers, s.units) for s in draft.having(Status.SUGGESTED)] == [("99215", ("95",), 1), ("99417", (), 2)]


def test_words_that_support_a_visit_do_not_make_it_denied_or_planned():
    facts = replace(OFFICE, supports=(Support(ProblemKind.NEW_UNCERTAIN, "rash", TextSpan(20, 24)), OFFICE.supports[1]))
    draft = suggest(
        SuggestionRequest(ClinicalNote(TEXT)),
        confidences={"99212": 0.1, "99213": 0.1, "99214": 0.9, "99215": 0.1},
        candidates=(),
        codes=[Code(ref("99214"), "visit")],
        facts=facts,
    )
    assert codes_of(draft, Status.SUGGESTED) == ["99214"]


def test_a_code_of_a_visit_found_by_its_words_is_not_billed_when_the_note_is_of_no_visit():
    found = (Candidate(ref("99213"), (match(0, 5),)),)
    draft = suggest(SuggestionRequest(ClinicalNote(TEXT)), confidences={"99213": 0.9}, candidates=found, codes=[Code(ref("99213"), "visit")])
    assert codes_of(draft, Status.CANDIDATE) == ["99213"]
    assert draft.evaluation_management is None
