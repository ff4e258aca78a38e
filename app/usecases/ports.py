"""The ports: what the use cases need from the adapters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.analysis import NoteAnalysis
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, ScoredCandidate
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.em.facts import VisitFacts
from app.domain.encounter import Encounter
from app.domain.family import Detail
from app.domain.note import ClinicalNote
from app.domain.note_profile import Profile
from app.domain.release import CodeRelease
from app.domain.support import SupportWord
from app.domain.words import Words


class WordReader(Protocol):
    """Normalises words. Terms and notes go through the same one."""

    def read(self, text: str, language: str = "en") -> Words:
        """The words of `text`."""
        ...


class NoteReader(Protocol):
    """Reads notes; cost is linear in their length."""

    def read(self, note: ClinicalNote) -> NoteAnalysis:
        """Sections, sentences, words, short forms and assertion scopes."""
        ...


class DetailReading(Protocol):
    """Finds what a note says of its services: sizes, numbers, doses, sides, approaches."""

    def read(self, analysis: NoteAnalysis) -> Sequence[Detail]:
        """What the note affirms, in the order of the text."""
        ...


class SupportFinder(Protocol):
    """Finds words that go with a diagnosis without stating it."""

    def find(self, analysis: NoteAnalysis) -> list[SupportWord]:
        """Those that the note affirms, in the order of the text."""
        ...


class CandidateSource(Protocol):
    """Finds codes that a note may support."""

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:
        """Candidates in no particular order, each code once."""
        ...


class VisitReader(Protocol):
    """Reads what bears on the level of a visit; cost is linear in the length of the note."""

    def read(self, analysis: NoteAnalysis, encounter: Encounter) -> VisitFacts | None:
        """The facts, or None for a note that is not of a visit."""
        ...


class Scorer(Protocol):
    """Weighs candidates with a fitted bundle."""

    @property
    def manifest(self) -> BundleManifest:
        """The bundle in use."""
        ...

    def score(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> list[ScoredCandidate]:
        """The candidates that are worth weighing, scored, best first."""
        ...


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A code found by search; `score` in (0, 1], 1 for the code itself; `matched` is the term that was found."""

    code: Code
    score: float
    matched: str


class Catalog(Protocol):
    """The codes of one release of each system."""

    @property
    def releases(self) -> Mapping[CodeSystem, CodeRelease]:
        """The release of each system."""
        ...

    def find(self, ref: CodeRef) -> Code | None:
        """The code, or None when it is not in the release."""
        ...

    def get(self, ref: CodeRef) -> Code:
        """The code. Raises CodeNotFound."""
        ...

    def siblings(self, ref: CodeRef) -> Sequence[Code]:
        """Billable codes under the same heading, in the order of the classification, the code itself left out."""
        ...


class Reference(Protocol):
    """What a bundle was trained on, as far as it kept a record."""

    @property
    def profile(self) -> Profile:
        """Its notes and cross-fitted suggestions, counted."""
        ...

    def knows(self, stem: str) -> bool:
        """True for the stem of a word that several training notes had."""
        ...


class CodeSearch(Protocol):
    """Finds codes by what people type."""

    def search(self, query: str, *, systems: Collection[CodeSystem] | None = None, limit: int = 10) -> list[SearchHit]:
        """Hits, best first; by code prefix, by words in any order, through abbreviations and typing errors."""
        ...


class Terminology(Protocol):
    """All releases that are loaded, side by side."""

    def catalog(self, day: date | None = None) -> Catalog:
        """The catalog in force on `day`; the newest when None. Raises ReleaseNotFound."""
        ...
