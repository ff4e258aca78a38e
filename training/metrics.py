"""Figures of accuracy and calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from app.domain.code import CodeRef, CodeSystem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


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


def lenient_threshold(confidence: Floats, truth: Bools, document: Ints, wanted: Ints, slack: float) -> tuple[float, float]:
    """(threshold, F1) of the lowest threshold whose micro F1 lies at most `slack` standard errors below the best.

    Pairs have shape (n,), `document` the index of theirs; `wanted`, of shape (documents,), counts all labels of each. The error
    is that of a ratio of sums over documents, at the best threshold (the one standard error rule, Breiman et al. 1984).
    """
    if not len(confidence):
        return 0.5, 0.0
    order, f1, least = _good_enough(confidence, truth, document, wanted, slack)
    return _between(confidence, order, f1, int(np.flatnonzero(f1 >= least)[-1]))


def sparing_threshold(
    confidence: Floats, truth: Bools, document: Ints, wanted: Ints, slack: float, *, near: Ints, labels: Ints
) -> tuple[float, float]:
    """(threshold, F1) with the fewest edits among those that `lenient_threshold` would choose from.

    `near`, shape (n,), numbers the codes of a document that are near enough to replace one another, and `labels` counts the labels of each
    such number: a wrong code that stands for a missed one near it is one edit, any other wrong or missed code is one each.
    """
    if not len(confidence):
        return 0.5, 0.0
    order, f1, least = _good_enough(confidence, truth, document, wanted, slack)
    edits = np.where(f1 >= least, np.cumsum(_edits(truth[order], near[order], labels)), np.inf)
    return _between(confidence, order, f1, int(np.argmin(edits)))


def _edits(truth: Bools, near: Ints, labels: Ints) -> Ints:
    """What suggesting each code after those before it adds to the edits of a coder, shape (n,)."""
    missed, wrong = labels.tolist(), [0] * len(labels)
    out = []
    for right, place in zip(truth.tolist(), near.tolist(), strict=True):
        if right:
            # Where it took the place of a wrong one, that one is to be rejected now.
            out.append(0 if wrong[place] >= missed[place] else -1)
            missed[place] -= 1
        else:
            out.append(0 if missed[place] > wrong[place] else 1)
            wrong[place] += 1
    return np.array(out, np.int64)


def _good_enough(confidence: Floats, truth: Bools, document: Ints, wanted: Ints, slack: float) -> tuple[Ints, Floats, float]:
    """Pairs from the most confident on, F1 when one stops at each, and the least that is within `slack` standard errors of the best."""
    order = np.argsort(-confidence, kind="stable")
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + wanted.sum())
    best = int(np.argmax(f1))
    taken = order[: best + 1]
    said, hits = (np.bincount(document[taken], weights, minlength=len(wanted)) for weights in (None, truth[taken]))
    gaps = 2 * hits - f1[best] * (said + wanted)
    error = np.sqrt(np.sum(gaps**2)) / max(len(taken) + wanted.sum(), 1)
    return order, f1, float(f1[best] - slack * error)


def _between(confidence: Floats, order: Ints, f1: Floats, last: int) -> tuple[float, float]:
    """The threshold behind the pair at `last`, and its F1."""
    following = confidence[order[last + 1]] if last + 1 < len(order) else 0.0
    return float((confidence[order[last]] + following) / 2), float(f1[last])


def mean_average_precision(ranked: Mapping[str, Sequence[CodeRef]], wanted: Mapping[str, AbstractSet[CodeRef]], system: CodeSystem) -> float:
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


def brier_score(confidence: Floats, truth: Bools) -> float:
    """Mean squared gap between confidence and truth (Brier 1950); 0 for no pairs."""
    return float(np.mean((confidence - truth) ** 2)) if len(confidence) else 0.0


def reliability(confidence: Floats, truth: Bools, *, bins: int = 10) -> list[dict[str, float]]:
    """Bins of equal width that hold a pair: edges, pairs, mean confidence, share that was right."""
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    table = []
    for i in range(bins):
        inside = place == i
        if inside.any():
            means = {"confidence": float(confidence[inside].mean()), "right": float(truth[inside].mean())}
            table.append({"low": i / bins, "high": (i + 1) / bins, "pairs": int(inside.sum()), **means})
    return table


def coverage_at_precision(confidence: Floats, truth: Bools, wanted: int, precision: float) -> dict[str, float]:
    """The most that can be reported with at least this precision by one threshold: threshold, precision, recall, number reported.

    The threshold is 1 and nothing is reported where none reaches the precision.
    """
    order = np.argsort(-confidence, kind="stable")
    said = np.arange(1, len(order) + 1)
    hits = np.cumsum(truth[order])
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)[: len(order)]
    good = np.flatnonzero(last_of_equals & (hits >= precision * said))
    if not len(good):
        return {"threshold": 1.0, "precision": 0.0, "recall": 0.0, "reported": 0}
    i = int(good[-1])
    return {
        "threshold": float(confidence[order[i]]),
        "precision": float(hits[i] / said[i]),
        "recall": float(hits[i]) / max(wanted, 1),
        "reported": i + 1,
    }
