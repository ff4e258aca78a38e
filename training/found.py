"""What is found in each document of a fit by words that were learned without its fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.classifier.marked_terms import MarkedTable
from app.classifier.phrases import PhraseTable
from app.classifier.scorer import learned_sources
from app.classifier.shortlist import BriefLook
from app.classifier.term_precision import NO_PRECISION, TermPrecision
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.code import CodeRef
from app.usecases.ports import CandidateSource
from app.usecases.suggest_codes import merge
from training.config import FitConfig
from training.examples import TrainingExample


@dataclass(frozen=True, slots=True)
class Learned:
    """What the words of some documents taught: phrases, terms that coders marked, and how often other terms were right."""

    phrases: PhraseTable
    marked: MarkedTable
    precision: TermPrecision = NO_PRECISION


def priors_of(examples: Sequence[TrainingExample]) -> dict[CodeRef, float]:
    """The log of 1 + documents that have the code; those of the foundation say nothing of the site's patients."""
    counts: dict[CodeRef, int] = {}
    for example in examples:
        if example.foundation:
            continue
        for ref in example.labels:
            counts[ref] = counts.get(ref, 0) + 1
    return {ref: float(np.log1p(n)) for ref, n in sorted(counts.items())}


@dataclass(frozen=True)
class Found:
    """The documents with what reading found of each, their folds, shape (examples,), and what was learned without each fold and, last, in all."""

    examples: Sequence[TrainingExample]
    analyses: Sequence[NoteAnalysis]
    by_terms: Sequence[Sequence[Candidate]]
    folds: npt.NDArray[np.int64]
    learned: Sequence[Learned]
    config: FitConfig

    def of(self, i: int) -> list[Candidate]:
        """The candidates of document `i`."""
        sources = self._sources[int(self.folds[i])]
        return merge([self.by_terms[i], *(source.candidates(self.analyses[i], self.examples[i].encounter) for source in sources)])

    def look(self, i: int) -> BriefLook:
        """The brief look at the candidates of document `i`."""
        return self._looks[int(self.folds[i])]

    @cached_property
    def priors(self) -> list[Mapping[CodeRef, float]]:
        """For each fold the priors of the other documents."""
        by_fold = [[e for e, f in zip(self.examples, self.folds.tolist(), strict=True) if f != fold] for fold in range(self.config.folds)]
        return [priors_of(others) if self.config.priors else {} for others in by_fold]

    @cached_property
    def _sources(self) -> list[tuple[CandidateSource, ...]]:
        return [learned_sources(words.phrases, words.marked, min_odds=self.config.phrases.min_odds) for words in self.learned]

    @cached_property
    def _looks(self) -> list[BriefLook]:
        return [BriefLook(priors, words.precision) for priors, words in zip(self.priors, self.learned, strict=False)]
