"""Fits the shortlist: which candidates are worth weighing in full, told by trees that never saw the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from app.classifier.ranker import Trees
from app.classifier.shortlist import BRIEF
from app.domain.candidate import Candidate
from training import ranker
from training.config import FitConfig
from training.found import Found
from training.work import Work, joined


def fitted(found: Found, config: FitConfig, work: Work, told: Callable[[float], None]) -> list[Trees]:
    """For each fold the trees of the other documents, and last those of all; of many documents some, evenly spread, are looked at."""

    def looks() -> dict[str, npt.NDArray[np.generic]]:
        count = min(len(found.examples), config.shortlist.documents)
        chosen = np.linspace(0, len(found.examples) - 1, count).astype(np.int64)
        rows: list[npt.NDArray[np.float32]] = []
        truth: list[npt.NDArray[np.bool_]] = []
        for done, i in enumerate(chosen.tolist()):
            candidates = found.of(i)
            rows.append(_look(found, i, candidates))
            truth.append(np.array([c.ref in found.examples[i].labels for c in candidates], np.bool_))
            told((done + 1) / (count + 1))
        document = np.repeat(chosen, [len(of_document) for of_document in truth])
        return {"rows": joined(rows), "truth": np.concatenate(truth), "document": document}

    brief = work.arrays("brief", looks)
    rows, truth, folds = np.asarray(brief["rows"]), np.asarray(brief["truth"]), found.folds[np.asarray(brief["document"])]

    def without(fold: int) -> Trees:
        return ranker.fit(rows[folds != fold], truth[folds != fold], config.shortlist.trees, config.seed)

    trees = [work.table(f"shortlist-{fold}", Trees, partial(without, fold)) for fold in range(config.folds + 1)]
    told(1.0)
    return trees


def _look(found: Found, i: int, candidates: Sequence[Candidate]) -> npt.NDArray[np.float32]:
    return found.look(i)(candidates)[0] if candidates else np.zeros((0, len(BRIEF)), np.float32)
