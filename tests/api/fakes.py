"""A small service that enters through the ports: four diagnoses and two procedures, found by plain phrases."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.api.state import Service
from app.classifier.shelf import BundleShelf
from app.domain.analysis import NoteAnalysis
from app.domain.assertion import AssertionScope, Presence
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, Match, MatchSource, ScoredCandidate
from app.domain.chart_event import Delivery
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.em.facts import Support, VisitFacts
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import ProblemKind, RiskKind
from app.domain.encounter import Encounter
from app.domain.errors import CodeNotFound
from app.domain.note import ClinicalNote, TextSpan
from app.domain.release import CodeRelease, in_force
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.domain.section import Section
from app.domain.suggestion import CodingDraft
from app.domain.words import Words
from app.usecases.charts.claim_check import ClaimForm
from app.usecases.compose_claim import ComposeClaim
from app.usecases.feedback.phrase_memory import StoredPhrases
from app.usecases.feedback.remember import PhraseTools
from app.usecases.level_visit import LevelVisit
from app.usecases.look_up_codes import LookUpCodes
from app.usecases.ports import SearchHit
from app.usecases.query_physician import QueryPhysician
from app.usecases.recall_phrases import PhraseMemory, RecallPhrases
from app.usecases.records.unit_of_work import Work
from app.usecases.suggest_codes import SuggestCodes, SuggestionRequest
from app.usecases.validate_codes import ValidateCodes
from app.usecases.workflow import Workflow, workflow
from tests.usecases.fake_records import FakeWork

ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
FIRST_DAY = date(2026, 4, 1)
CODES = {
    code.ref: code
    for code in (
        Code(CodeRef(ICD, "4"), "Endocrine, nutritional and metabolic diseases", billable=False, children=("E11",)),
        Code(
            CodeRef(ICD, "E11"),
            "Type 2 diabetes mellitus",
            billable=False,
            parent="4",
            children=("E11.40", "E11.9"),
            excludes1=("type 1 diabetes (E10.-)",),
        ),
        Code(CodeRef(ICD, "E11.40"), "Type 2 diabetes mellitus with diabetic neuropathy, unspecified", parent="E11"),
        Code(CodeRef(ICD, "E11.9"), "Type 2 diabetes mellitus without complications", parent="E11"),
        Code(CodeRef(ICD, "I10"), "Essential (primary) hypertension", inclusion_terms=("high blood pressure",)),
        Code(CodeRef(ICD, "R07.9"), "Chest pain, unspecified"),
        Code(CodeRef(ICD, "M25.561"), "Pain in right knee"),
        Code(CodeRef(CPT, "99213"), "office visit, established patient, low complexity", modifiers=("25",)),
        Code(CodeRef(CPT, "99214"), "office visit, established patient, moderate complexity", modifiers=("25",)),
        Code(CodeRef(CPT, "20610"), "draw fluid from or inject a large joint", modifiers=("LT", "RT", "50")),
    )
}
PHRASES = {
    "diabetes with neuropathy": (CodeRef(ICD, "E11.40"), 0.94),
    "diabetes": (CodeRef(ICD, "E11.9"), 0.31),
    "hypertension": (CodeRef(ICD, "I10"), 0.973),
    "chest pain": (CodeRef(ICD, "R07.9"), 0.62),
    "knee pain": (CodeRef(ICD, "M25.561"), 0.55),
    "knee injection": (CodeRef(CPT, "20610"), 0.88),
}
CONFIDENCE = dict(PHRASES.values())
MANIFEST = BundleManifest(
    "fa4e000000000001", 1, "2026-05-01T00:00:00Z", {"ICD-10-CM": "2026-04"}, "0" * 16, {}, {"ICD-10-CM": 0.5, "CPT": 0.5}, {}, {"invented": 3}, {}
)


class FakeWords:
    """Words of letters, in small letters; a few stop words."""

    def read(self, text: str, language: str = "en") -> Words:
        found = list(re.finditer(r"[a-z]+", text.casefold()))
        norms = tuple(m.group() for m in found)
        stems = tuple("" if norm in {"the", "of", "with", "no"} else norm for norm in norms)
        return Words(tuple(m.start() for m in found), tuple(m.end() for m in found), norms, stems)


class FakeReader:
    """One section; whatever follows "no" or "denies" up to a full stop is absent."""

    def read(self, note: ClinicalNote) -> NoteAnalysis:
        whole = TextSpan(0, len(note.text))
        scopes = tuple(
            AssertionScope(Presence.ABSENT, TextSpan(m.start(2), m.end(2)), TextSpan(*m.span(1)))
            for m in re.finditer(r"\b(no|denies) ([^.\n]+)", note.text, re.IGNORECASE)
        )
        return NoteAnalysis(note, FakeWords().read(note.text), (), (Section("", None, whole),), scopes)


class FakeVisits:
    """A note that says "return visit" is an office visit, with a problem and a prescription where it names them."""

    def read(self, analysis: NoteAnalysis, encounter: Encounter) -> VisitFacts | None:
        text = analysis.note.text.lower()
        begin = text.find("return visit")
        if begin < 0:
            return None
        words = (TextSpan(begin, begin + len("return visit")),)
        supports = [
            Support(kind, name, TextSpan(text.index(name), text.index(name) + len(name)))
            for name, kind in (("hypertension", ProblemKind.CHRONIC_WORSE), ("amlodipine", RiskKind.PRESCRIPTION))
            if name in text
        ]
        return VisitFacts(VisitFamily.OFFICE, words, PatientStatus.ESTABLISHED, words, encounter.age, encounter.service_date, tuple(supports))


class FakeSource:
    """Finds the phrases letter by letter."""

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        found: dict[CodeRef, tuple[Match, ...]] = {}
        for phrase, (ref, _) in PHRASES.items():
            spans = [TextSpan(*m.span()) for m in re.finditer(re.escape(phrase), analysis.note.text, re.IGNORECASE)]
            if spans:
                found[ref] = tuple(Match(s, 1.0, 1.0, 1, True, 1.0, MatchSource.PHRASEBOOK) for s in spans)
        return [Candidate(ref, matches) for ref, matches in found.items()]


class FakeScorer:
    """Gives every code the confidence it is told."""

    def __init__(self, confidence: Mapping[CodeRef, float] = CONFIDENCE) -> None:
        self._confidence = confidence

    @property
    def manifest(self) -> BundleManifest:
        return MANIFEST

    def score(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> list[ScoredCandidate]:
        scored = [ScoredCandidate(c, self._confidence.get(c.ref, 0.6 if c.ref.code == "99214" else 0.1)) for c in candidates]
        return sorted(scored, key=lambda s: -s.confidence)


class FakeCatalog:
    """The codes above."""

    def __init__(self, releases: Mapping[CodeSystem, CodeRelease]) -> None:
        self.releases = releases

    def find(self, ref: CodeRef) -> Code | None:
        return CODES.get(ref)

    def get(self, ref: CodeRef) -> Code:
        if ref not in CODES:
            raise CodeNotFound(ref.system, ref.code, "2026-04")
        return CODES[ref]

    def siblings(self, ref: CodeRef) -> tuple[Code, ...]:
        return tuple(code for code in CODES.values() if code.parent is not None and code.parent == CODES[ref].parent and code.ref != ref)


class FakeTerminology:
    """One release of each system, in force since FIRST_DAY."""

    def catalog(self, day: date | None = None) -> FakeCatalog:
        known = [CodeRelease(system, "2026-04", FIRST_DAY, "0" * 64) for system in (ICD, CPT)]
        return FakeCatalog({system: in_force(known, system, day) for system in (ICD, CPT)})


class FakeSearch:
    """Codes whose title or name holds the query."""

    def search(self, query: str, *, systems: Collection[CodeSystem] | None = None, limit: int = 10) -> list[SearchHit]:
        wanted = query.casefold()
        hits = [
            SearchHit(code, 1.0 if ref.code.casefold() == wanted else 0.8, code.title)
            for ref, code in CODES.items()
            if (systems is None or ref.system in systems) and (wanted in code.title.casefold() or ref.code.casefold().startswith(wanted))
        ]
        return hits[:limit]


def suggest_codes(max_characters: int = 2_000, memory: PhraseMemory | None = None) -> SuggestCodes:
    return SuggestCodes(
        reader=FakeReader(),
        sources=(FakeSource(),),
        visits=LevelVisit(FakeVisits()),
        scorer=FakeScorer(),
        terminology=FakeTerminology(),
        rules=CODE_RULES,
        compose=ComposeClaim(CLAIM_RULES),
        max_characters=max_characters,
        recall=None if memory is None else RecallPhrases(memory, FakeWords()),
    )


def validate_codes(max_characters: int = 2_000) -> ValidateCodes:
    return ValidateCodes(
        reader=FakeReader(), sources=(FakeSource(),), terminology=FakeTerminology(), code_rules=CODE_RULES, claim_rules=CLAIM_RULES,
        max_characters=max_characters,
    )  # fmt: skip


def query_physician(max_characters: int = 2_000) -> QueryPhysician:
    return QueryPhysician(reader=FakeReader(), terms=FakeSource(), terminology=FakeTerminology(), max_characters=max_characters)


class QuickPasswords:
    """Hashes that take no time."""

    def hash(self, password: str) -> str:
        return "hashed " + hashlib.sha256(password.encode()).hexdigest()

    def matches(self, password_hash: str, password: str) -> bool:
        return self.hash(password) == password_hash

    def outdated(self, password_hash: str) -> bool:
        return False


@dataclass
class FakeOpener:
    """Opens the fakes, or raises what it is told to."""

    work: Work = field(default_factory=FakeWork)
    clock: Callable[[], float] = time.time
    call: Callable[[Delivery], bool] = lambda _: True
    suggest: object = None
    max_characters: int = 2_000
    audit_share: float = 0.1
    codes_error: Exception | None = None
    suggest_error: Exception | None = None
    stamp: object = None
    shelf: object = field(default_factory=lambda: BundleShelf(Path("/nonexistent")))

    def __post_init__(self) -> None:
        self.memory = StoredPhrases(lambda: self.work, time.monotonic)

    def open_codes(self) -> LookUpCodes:
        if self.codes_error is not None:
            raise self.codes_error
        return LookUpCodes(terminology=FakeTerminology(), search=FakeSearch())

    def open_suggestions(self) -> object:
        if self.suggest_error is not None:
            raise self.suggest_error
        return self.suggest if self.suggest is not None else suggest_codes(self.max_characters, self.memory)

    def open_validations(self) -> ValidateCodes:
        return validate_codes()

    def open_queries(self) -> QueryPhysician:
        return query_physician()

    def open_workflow(self, service: Service) -> Workflow:
        def suggest(request: SuggestionRequest) -> CodingDraft:
            return service.suggest(request)

        def find(ref: CodeRef, day: date | None) -> Code | None:
            return service.codes.find(ref, day)

        return workflow(
            work=self.work,
            clock=self.clock,
            passwords=QuickPasswords(),
            suggest=suggest,
            find=find,
            search=lambda query, *, limit, day: service.codes.search(query, limit=limit, day=day),
            lint=lambda query, texts: service.queries.lint_on_chart(query, texts),  # noqa: PLW0108  opens later
            outline=lambda text: (Section("", None, TextSpan(0, len(text))),),
            phrases=PhraseTools(FakeWords(), FakeReader().read, lambda text: 900 if text == "disease" else 3, self.memory.forget),
            checker=ClaimForm(find),
            call=self.call,
            shelf=self.shelf,
            idle_seconds=1800,
            audit_share=self.audit_share,
        )

    def bundle_stamp(self) -> object:
        return self.stamp

    def populate(self, workflow: Workflow) -> None:
        """Nothing: tests make what they need."""
