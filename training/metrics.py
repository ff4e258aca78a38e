"""Figures of accuracy and calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from app.domain.code import CodeRef, CodeSystem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def precision_recall_f1(hits: int, said: int, wanted: int) -> tuple[float, float, float]:
    """Micro precision, recall, F1; 0 where nothing was said or wanted."""
    precision, recall = hits / max(said, 1), hits / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def best_threshold(confidence: Floats, truth: Bools, wanted: int) -> tuple[float, float]:
    """(threshold, F1) at the highest micro F1 over all pairs; `wanted` counts all labels, those never proposed included."""
    if not len(confidence):
        return 0.5, 0.0
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + wanted)
    best = int(np.argmax(f1))
    following = confidence[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((confidence[order[best]] + following) / 2), float(f1[best])


def mean_average_precision(ranked: Mapping[str, Sequence[CodeRef]], wanted: Mapping[str, Set[CodeRef]], system: CodeSystem) -> float:
    """MAP as in the CodiEsp evaluation: over documents with a label of the system, average precision over all of them."""
    total, documents = 0.0, 0
    for name, labels in wanted.items():
        relevant = {ref for ref in labels if ref.system is system}
        if not relevant:
            continue
        documents += 1
        found, score = 0, 0.0
        for rank, ref in enumerate((r for r in ranked.get(name, ()) if r.system is system), 1):
            if ref in relevant:
                found += 1
                score += found / rank
        total += score / len(relevant)
    return total / max(documents, 1)


def expected_calibration_error(confidence: Floats, truth: Bools, *, bins: int = 15) -> float:
    """ECE with bins of equal width (Naeini et al. 2015): mean gap between confidence and frequency, weighed by pairs."""
    if not len(confidence):
        return 0.0
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    gaps = np.abs(np.bincount(place, weights=confidence, minlength=bins) - np.bincount(place, weights=truth.astype(np.float64), minlength=bins))
    return float(gaps.sum() / counts.sum())
