"""Answers of one code system laid out as arrays: what every figure is computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from app.domain.suggestion import Status
from training.answers import Answer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# As many codes a system as `chartcoder batch` writes: ranking is measured on what users see.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """One code system over D documents and N pairs (document, code), by document and then by confidence.

    Shape N: `document` (index), `confidence`, `truth` (is a label), `suggested`, `ranked` (shown, and not suppressed),
    `codes`. Shape D: `wanted` (labels of the system). `settings` of the documents.
    """

    system: CodeSystem
    document: Ints
    confidence: Floats
    truth: Bools
    suggested: Bools
    ranked: Bools
    codes: tuple[str, ...]
    wanted: Ints
    settings: tuple[Setting, ...]

    def of(self, chosen: Bools) -> Outcome:
        """The outcome of some of the documents; `chosen` has shape D. The others stay, with nothing said or wanted."""
        pairs = chosen[self.document]
        return Outcome(
            self.system,
            self.document[pairs],
            self.confidence[pairs],
            self.truth[pairs],
            self.suggested[pairs],
            self.ranked[pairs],
            tuple(c for c, keep in zip(self.codes, pairs.tolist(), strict=True) if keep),
            np.where(chosen, self.wanted, 0),
            self.settings,
        )

    def per_document(self, pairs: Bools) -> Ints:
        """How many of the pairs marked are in each document, shape D."""
        return np.bincount(self.document[pairs], minlength=len(self.wanted))

    def average_precision(self) -> Floats:
        """Average precision of each document over all of its labels, shape D; 0 where it has none."""
        kept = np.flatnonzero(self.ranked)
        document, truth = self.document[kept], self.truth[kept]
        starts = np.searchsorted(document, document)
        rank = np.arange(len(kept)) - starts + 1
        hits = np.cumsum(truth)
        before = np.where(starts > 0, hits[np.maximum(starts - 1, 0)], 0)
        gains = np.where(truth, (hits - before) / rank, 0.0)
        sums = np.bincount(document, weights=gains, minlength=len(self.wanted))
        return np.asarray(sums / np.maximum(self.wanted, 1), np.float64)


def outcome(answers: Sequence[Answer], system: CodeSystem) -> Outcome:
    """The outcome of one system."""
    document: list[int] = []
    confidence: list[float] = []
    truth: list[bool] = []
    suggested: list[bool] = []
    ranked: list[bool] = []
    codes: list[str] = []
    wanted = []
    for i, answer in enumerate(answers):
        labels = answer.example.labels
        wanted.append(sum(ref.system is system for ref in labels))
        for place, said in enumerate(s for s in answer.said if s.ref.system is system):
            document.append(i)
            confidence.append(said.confidence)
            truth.append(said.ref in labels)
            suggested.append(said.status is Status.SUGGESTED)
            ranked.append(place < SHOWN and said.status is not Status.SUPPRESSED)
            codes.append(said.ref.code)
    return Outcome(
        system,
        np.array(document, np.int64),
        np.array(confidence, np.float64),
        np.array(truth, np.bool_),
        np.array(suggested, np.bool_),
        np.array(ranked, np.bool_),
        tuple(codes),
        np.array(wanted, np.int64),
        tuple(a.example.encounter.setting for a in answers),
    )


def label_counts(answers: Sequence[Answer], system: CodeSystem) -> Counter[CodeRef]:
    """How many documents have each label of the system."""
    return Counter(ref for a in answers for ref in a.example.labels if ref.system is system)
