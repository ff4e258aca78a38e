"""Weighs candidates with a bundle, behind the Scorer port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.classifier import bundle_io
from app.classifier.code_traits import SYSTEMS
from app.classifier.features import NAMES, FeatureBuilder
from app.classifier.marked_terms import MarkedSource, MarkedTable
from app.classifier.phrases import PhraseSource, PhraseTable
from app.classifier.ranker import Ranker
from app.classifier.reference import TrainingReference
from app.classifier.shortlist import BriefLook, Shortlist
from app.domain.analysis import NoteAnalysis
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, ScoredCandidate
from app.domain.code import Code, CodeRef
from app.domain.encounter import Encounter
from app.usecases.ports import CandidateSource

_SYSTEM = NAMES.index("system")


def learned_sources(phrases: PhraseTable, marked: MarkedTable, *, min_odds: float) -> tuple[CandidateSource, ...]:
    """The sources of candidates that were learned, the same for training and serving."""
    return PhraseSource(phrases, min_odds=min_odds), MarkedSource(marked)


class BundleScorer:
    """A loaded bundle. Safe to share between threads."""

    def __init__(self, manifest: BundleManifest, parts: bundle_io.FittedParts, find: Callable[[CodeRef], Code | None]) -> None:
        self._manifest, self._parts = manifest, parts
        self._shortlist = Shortlist(BriefLook(parts.priors, parts.terms), parts.shortlist)
        self._features = FeatureBuilder(find, parts.priors, parts.terms)
        self._ranker = Ranker(parts.ranker)
        self.sources: tuple[CandidateSource, ...] = learned_sources(parts.phrases, parts.marked, min_odds=parts.min_odds)

    @classmethod
    def open(cls, folder: Path, find: Callable[[CodeRef], Code | None]) -> BundleScorer:
        """Load a bundle. Raises BundleRefused."""
        return cls(bundle_io.read_manifest(folder), bundle_io.read_parts(folder), find)

    @property
    def reference(self) -> TrainingReference | None:
        """What the bundle was trained on, counted; None for one that kept no record."""
        return self._parts.reference

    @property
    def manifest(self) -> BundleManifest:
        """The bundle in use."""
        return self._manifest

    def score(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> list[ScoredCandidate]:
        """The candidates that are worth weighing, scored, best first."""
        candidates = self._shortlist(candidates)
        if not candidates:
            return []
        rows = self._features.rows(analysis, encounter, candidates)
        raw = self._ranker(rows)
        confidence = np.empty(len(candidates))
        systems = rows[:, _SYSTEM]
        for system, number in SYSTEMS.items():
            of_system = np.flatnonzero(systems == number)
            if len(of_system):
                confidence[of_system] = self._parts.calibrator(system, raw[of_system])
        order = np.argsort(-confidence, kind="stable")
        confidence = confidence[order]
        scored = [ScoredCandidate(candidates[i], p) for i, p in zip(order.tolist(), confidence.tolist(), strict=True)]
        if (confidence[1:] == confidence[:-1]).any():
            scored.sort(key=lambda s: (-s.confidence, s.candidate.ref))
        return scored
