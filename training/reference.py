"""What a fit leaves behind for the watch over drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from app.classifier.reference import LEAST_NOTES, TrainingReference, notes_with, word_hash
from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeSystem
from app.domain.note_profile import BINS, profile_of, together


def reference_of(
    analyses: Sequence[NoteAnalysis],
    systems: npt.NDArray[np.str_],
    confidence: npt.NDArray[np.float64],
    truth: npt.NDArray[np.bool_],
) -> TrainingReference:
    """Counts over the notes, and over the cross-fitted predictions that would be suggested, each of shape (n,).

    A word counts as known to a note when enough of the *other* notes have it, as it will be for notes to come.
    """
    counts = notes_with(analyses)
    profile = together(profile_of(analysis, lambda stem: counts[word_hash(stem)] > LEAST_NOTES) for analysis in analyses)
    scores: dict[CodeSystem, tuple[int, ...]] = {}
    for system in CodeSystem:
        bins = np.minimum((confidence[systems == system.value] * BINS).astype(int), BINS - 1)
        if len(bins):
            scores[system] = tuple(np.bincount(bins, minlength=BINS).tolist())
    known = frozenset(word for word, notes in counts.items() if notes >= LEAST_NOTES)
    return TrainingReference(replace(profile, scores=scores, decided=len(analyses), suggested=len(truth), kept=int(truth.sum())), known)
