"""The candidates that are weighed in full: a first, cheap look at each leaves out those that are hardly ever right.

A cascade (Viola and Jones 2001, doi:10.1109/CVPR.2001.990517): a few shallow trees over columns that cost next to nothing see all candidates,
the features and the ranker see what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from app.classifier.code_traits import SYSTEMS
from app.classifier.match_table import SOURCE_IDS, Bools
from app.classifier.ranker import Ranker, Trees
from app.classifier.term_precision import IS_TERM, TermPrecision
from app.domain.candidate import EXACT_BONUS, Candidate, MatchSource
from app.domain.code import CodeRef

BRIEF: tuple[str, ...] = ("learned", "support", "marked", "term", "whole", "matches", "precision", "prior", "system")
"""Of a candidate: the likeliest of its phrases and the documents behind them, the worth of its best marked term and of its best term, how whole
and tight a term stands, its matches, how often its terms were right, the log of 1 + training documents, and the number of its system."""
_LEARNED, _MARKED = SOURCE_IDS[MatchSource.LEARNED], SOURCE_IDS[MatchSource.MARKED]
# From here on a term is covered, but for rounding.
_WHOLE = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Cut:
    """Trees over BRIEF, and the probability in [0, 1] from which a candidate is weighed in full; 0 keeps all."""

    trees: Trees
    floor: float


class BriefLook:
    """Rows of BRIEF for the candidates of one note. `priors` is the log of 1 + training documents per code. Safe to share between threads."""

    def __init__(self, priors: Mapping[CodeRef, float], precision: TermPrecision) -> None:
        right = dict(zip(precision.codes, precision.code_precision.tolist(), strict=True))
        overall = float(precision.overall[0])
        refs = sorted({*right, *priors})
        self._row = {ref: i for i, ref in enumerate(refs)}
        # Behind the last, where -1 leads, what no document had.
        self._of_code = np.array([*((right.get(ref, overall), priors.get(ref, 0.0)) for ref in refs), (overall, 0.0)], np.float32)

    def __call__(self, candidates: Sequence[Candidate]) -> tuple[npt.NDArray[np.float32], Bools]:
        """Shape (candidates, BRIEF), and which candidates stay whatever the trees say, shape (candidates,)."""
        counts = np.array([len(c.matches) for c in candidates])
        heads = np.cumsum(counts) - counts
        flat = chain.from_iterable([c.matches for c in candidates])
        _, coverages, weights, _, exacts, tightnesses, sources, supports = zip(*flat, strict=True)
        coverage, weight, tightness = np.array(coverages), np.array(weights), np.array(tightnesses)
        source = np.array([SOURCE_IDS[s] for s in sources])
        learned, marked = source == _LEARNED, source == _MARKED
        term = ~(learned | marked)
        tight = coverage * (0.5 + 0.5 * tightness)
        worth = coverage * tight * weight
        columns = (
            np.where(learned, coverage, 0.0),
            np.where(learned, supports, 0),
            np.where(marked, worth, 0.0),
            np.where(term, np.where(exacts, EXACT_BONUS * worth, worth), 0.0),
            np.where(learned, 0.0, tight),
        )
        row = self._row
        rows = np.empty((len(candidates), len(BRIEF)), np.float32)
        for i, column in enumerate(columns):
            rows[:, i] = np.maximum.reduceat(column, heads)
        rows[:, 5] = counts
        rows[:, 6:8] = self._of_code[[row.get(c.ref, -1) for c in candidates]]
        rows[:, 8] = [SYSTEMS[c.ref.system] for c in candidates]
        # A term that stands there whole is never passed over, since its denial is shown too, nor is what neither term nor training found.
        stays = term & ((coverage > _WHOLE) | ~IS_TERM[source])
        return rows, np.logical_or.reduceat(stays, heads)


class Shortlist:
    """Chooses the candidates to weigh in full. Safe to share between threads."""

    def __init__(self, look: BriefLook, cut: Cut) -> None:
        self._look, self._trees, self._floor = look, Ranker(cut.trees), cut.floor

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that stay, in their order."""
        if not candidates or self._floor <= 0:
            return list(candidates)
        rows, stays = self._look(candidates)
        stays |= self._trees(rows) >= self._floor
        return [candidates[i] for i in np.flatnonzero(stays).tolist()]
