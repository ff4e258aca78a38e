"""Weighs candidates with a bundle, behind the Scorer port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.classifier import bundle_io
from app.classifier.features import FeatureBuilder, is_affirmed, worth
from app.classifier.phrases import PhraseSource
from app.domain.analysis import NoteAnalysis
from app.domain.bundle import BundleManifest
from app.domain.candidate import Candidate, Evidence, ScoredCandidate
from app.domain.code import Code, CodeRef
from app.domain.encounter import Encounter

EVIDENCE_PER_CODE = 5


class BundleScorer:
    """A loaded bundle. Safe to share between threads."""

    def __init__(self, manifest: BundleManifest, parts: bundle_io.FittedParts, find: Callable[[CodeRef], Code | None]) -> None:
        self._manifest, self._parts = manifest, parts
        self._features = FeatureBuilder(find, parts.priors)
        self.phrases = PhraseSource(parts.phrases, min_odds=parts.min_odds)

    @classmethod
    def open(cls, folder: Path, find: Callable[[CodeRef], Code | None]) -> BundleScorer:
        """Load a bundle. Raises BundleRefused."""
        return cls(bundle_io.read_manifest(folder), bundle_io.read_parts(folder), find)

    @property
    def manifest(self) -> BundleManifest:
        """The bundle in use."""
        return self._manifest

    def score(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> list[ScoredCandidate]:
        """One scored candidate for each given, best first."""
        if not candidates:
            return []
        raw = self._parts.ranker.predict_proba(self._features.rows(analysis, encounter, candidates))[:, 1]
        confidence = np.empty(len(candidates))
        systems = np.array([c.ref.system.value for c in candidates])
        for system in {c.ref.system for c in candidates}:
            of_system = systems == system.value
            confidence[of_system] = self._parts.calibrator(system, raw[of_system])
        scored = [
            ScoredCandidate(c.ref, float(p), evidence_of(analysis, c)) for c, p in zip(candidates, confidence.tolist(), strict=True)
        ]
        return sorted(scored, key=lambda s: (-s.confidence, s.ref))


def evidence_of(analysis: NoteAnalysis, candidate: Candidate) -> tuple[Evidence, ...]:
    """Where the note speaks for a code: affirmed words before others, then by worth; never none."""
    found: dict[tuple[int, int], tuple[bool, float, Evidence]] = {}
    for match in candidate.matches:
        assertion = analysis.assertion_of(match.span)
        key = (match.span.begin, match.span.end)
        entry = (is_affirmed(assertion), worth(match), Evidence(match.span, analysis.section_at(match.span.begin).category, assertion))
        if key not in found or entry[1] > found[key][1]:
            found[key] = entry
    ordered = sorted(found.values(), key=lambda e: (not e[0], -e[1], e[2].span))
    kept: list[Evidence] = []
    for _, _, evidence in ordered:
        if not any(evidence.span.overlaps(k.span) for k in kept):
            kept.append(evidence)
    return tuple(kept[:EVIDENCE_PER_CODE])
