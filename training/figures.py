"""Every figure of one code system, as plain values for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.domain.code import CodeRef
from app.domain.encounter import Setting
from training import metrics
from training.outcomes import Bools, Outcome

Figures = dict[str, Any]
RANKS = (1, 3, 5, 10)
PRECISIONS = (0.90, 0.95)
# Bands of training documents with the code: [low, high).
BANDS = ((0, 1), (1, 3), (3, 10), (10, 50), (50, 10**9))
_CURVE_POINTS = 120


def at_threshold(o: Outcome) -> Figures:
    """Micro precision, recall and F1 of what is suggested."""
    hits, said, wanted = int((o.suggested & o.truth).sum()), int(o.suggested.sum()), int(o.wanted.sum())
    precision, recall, f1 = metrics.precision_recall_f1(hits, said, wanted)
    return {"precision": precision, "recall": recall, "f1": f1, "hits": hits, "suggested": said, "wanted": wanted}


def macro(o: Outcome, labels: Mapping[CodeRef, int]) -> Figures:
    """Means over the codes that are a label of at least one document."""
    codes = np.array(o.codes, np.str_)
    said = Counter(codes[o.suggested].tolist())
    right = Counter(codes[o.suggested & o.truth].tolist())
    each = [metrics.precision_recall_f1(right[ref.code], said[ref.code], count) for ref, count in labels.items()]
    means = np.array(each).mean(axis=0) if each else np.zeros(3)
    return {"precision": float(means[0]), "recall": float(means[1]), "f1": float(means[2]), "codes": len(each)}


def ranking(o: Outcome) -> Figures:
    """MAP, and precision and recall among the first k, means over documents with a label."""
    labelled = o.wanted > 0
    documents = max(int(labelled.sum()), 1)
    out: Figures = {"map": float(o.average_precision().sum()) / documents}
    kept = np.flatnonzero(o.ranked)
    rank = np.arange(len(kept)) - np.searchsorted(o.document[kept], o.document[kept]) + 1
    for k in RANKS:
        hits = np.bincount(o.document[kept[(rank <= k) & o.truth[kept]]], minlength=len(o.wanted))
        out[f"precision_at_{k}"] = float(hits[labelled].sum()) / (k * documents)
        out[f"recall_at_{k}"] = float((hits[labelled] / o.wanted[labelled]).sum()) / documents
    return out


def thresholds(o: Outcome) -> Figures:
    """The best F1 over all thresholds, and how much can be reported at fixed precision."""
    confidence, truth = o.confidence[o.ranked], o.truth[o.ranked]
    wanted = int(o.wanted.sum())
    threshold, f1 = metrics.best_threshold(confidence, truth, wanted)
    at = {f"{p:.2f}": metrics.coverage_at_precision(confidence, truth, wanted, p) for p in PRECISIONS}
    return {"best_f1": {"f1": f1, "threshold": threshold}, "coverage_at_precision": at}


def calibration(o: Outcome) -> Figures:
    """ECE, Brier score and the reliability table of what is not suppressed."""
    confidence, truth = o.confidence[o.ranked], o.truth[o.ranked]
    return {
        "pairs": len(confidence),
        "ece": metrics.expected_calibration_error(confidence, truth),
        "brier": metrics.brier_score(confidence, truth),
        "reliability": metrics.reliability(confidence, truth),
    }


def ceiling(o: Outcome) -> Figures:
    """Labels among all that was weighed, and labels that a rule suppressed or the limit cut."""
    wanted = max(int(o.wanted.sum()), 1)
    found = int(o.truth.sum())
    return {"candidate_recall": found / wanted, "right_but_not_shown": int((o.truth & ~o.ranked).sum())}


def by_frequency(o: Outcome, labels: Mapping[CodeRef, int], trained: Mapping[CodeRef, int]) -> list[Figures]:
    """Recall and calibration of codes by the number of training documents that had them."""
    seen = np.array([trained.get(CodeRef(o.system, code), 0) for code in o.codes], np.int64)
    rows = []
    for low, high in BANDS:
        refs = [ref for ref in labels if low <= trained.get(ref, 0) < high]
        inside = (low <= seen) & (seen < high)
        wanted = sum(labels[ref] for ref in refs)
        name = f"{low}" if high == low + 1 else f"{low}-{high - 1}" if high < 10**9 else f"{low}+"
        rows.append({"trained_on": name, "codes": len(refs), **_of_pairs(o, inside, wanted)})
    return rows


def by_chapter(o: Outcome, labels: Mapping[CodeRef, int], chapter: Callable[[CodeRef], str]) -> list[Figures]:
    """Accuracy and calibration by chapter of the code system, in the order of their codes; for systems without chapters by first character."""
    named: dict[str, str] = {}
    for code in sorted({*o.codes, *(ref.code for ref in labels)}):
        named[code] = chapter(CodeRef(o.system, code)) or code[:1]
    of_pair = np.array([named[code] for code in o.codes], np.str_)
    rows = []
    for name in dict.fromkeys(named.values()):
        wanted = sum(count for ref, count in labels.items() if named[ref.code] == name)
        if wanted:
            rows.append({"chapter": name, **_of_pairs(o, of_pair == name, wanted)})
    return rows


def _of_pairs(o: Outcome, chosen: Bools, wanted: int) -> Figures:
    """The figures of some of the pairs, `chosen` of shape N; `wanted` labels belong to them."""
    hits, said = int((chosen & o.suggested & o.truth).sum()), int((chosen & o.suggested).sum())
    precision, recall, f1 = metrics.precision_recall_f1(hits, said, wanted)
    confidence, truth = o.confidence[chosen & o.ranked], o.truth[chosen & o.ranked]
    return {
        "wanted": wanted,
        "suggested": said,
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "candidate_recall": int((chosen & o.truth).sum()) / max(wanted, 1),
        "pairs": len(confidence),
        "ece": metrics.expected_calibration_error(confidence, truth),
        "brier": metrics.brier_score(confidence, truth),
        "reliability": metrics.reliability(confidence, truth),
    }


def by_setting(o: Outcome) -> list[Figures]:
    """The main figures for each setting that occurs."""
    rows = []
    for setting in Setting:
        chosen = np.array([s is setting for s in o.settings], np.bool_)
        if chosen.any():
            part = o.of(chosen)
            rows.append({"setting": setting.value, "documents": int(chosen.sum()), **at_threshold(part), "map": ranking(part)["map"]})
    return rows


def curve(o: Outcome) -> list[list[float]]:
    """[threshold, precision, recall] from the strictest threshold on, thinned to at most 120 points."""
    confidence, truth = o.confidence[o.ranked], o.truth[o.ranked]
    order = np.argsort(-confidence, kind="stable")
    if not len(order):
        return []
    hits = np.cumsum(truth[order])
    said = np.arange(1, len(order) + 1)
    # Thresholds lie between different confidences, so only the last pair of equal ones is a point.
    ends = np.append(np.flatnonzero(np.diff(confidence[order])), len(order) - 1)
    chosen = ends[np.unique(np.searchsorted(hits[ends], np.linspace(1, hits[-1], _CURVE_POINTS)).clip(max=len(ends) - 1))]
    wanted = max(int(o.wanted.sum()), 1)
    return [[float(confidence[order[i]]), float(hits[i] / said[i]), float(hits[i] / wanted)] for i in chosen.tolist()]


def exact(o: Outcome) -> Bools:
    """Whether the suggested codes of each document are its labels, no more and no less; shape D."""
    hits, said = o.per_document(o.suggested & o.truth), o.per_document(o.suggested)
    return np.asarray((hits == o.wanted) & (said == o.wanted), np.bool_)


def exact_match(o: Outcome) -> float:
    """Share of documents that are exactly right."""
    return float(exact(o).mean()) if len(o.wanted) else 0.0
