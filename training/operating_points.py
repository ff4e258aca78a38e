"""From which confidence on codes are suggested, chosen on cross-fitted predictions, and what these say of the fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting
from app.domain.support import category
from training import metrics
from training.config import ThresholdConfig
from training.examples import TrainingExample

# F1 is flat around its best: from fewer labels than this, where the best lies is noise.
FEWEST_LABELS = 1000


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """Thresholds per system where the setting is known, and where it is not and that differs; figures by name."""

    thresholds: Mapping[CodeSystem, float]
    thresholds_unknown: Mapping[CodeSystem, float]
    metrics: Mapping[str, float]

    def suggested(self, systems: npt.NDArray[np.str_], confidence: npt.NDArray[np.float64], unknown: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which of the pairs are suggested; all arrays of shape (pairs,), `unknown` where the setting of the document is not known."""
        said = np.zeros(len(systems), np.bool_)
        for system, threshold in self.thresholds.items():
            least = np.where(unknown, self.thresholds_unknown.get(system, threshold), threshold)
            said |= (systems == system.value) & (confidence >= least)
        return said


def operating_points(
    examples: Sequence[TrainingExample],
    document: npt.NDArray[np.int64],
    truth: npt.NDArray[np.bool_],
    refs: Sequence[CodeRef],
    confidence: npt.NDArray[np.float64],
    config: ThresholdConfig,
    *,
    unseen: npt.NDArray[np.float64],
) -> OperatingPoints:
    """Of pairs of the documents that are measured, all of shape (pairs,): the code, and `document` as an index into `examples`.

    A claim has fewer codes than what a note mentions, so that documents of known and of unknown setting have thresholds of
    their own where both have enough labels. `unseen` is the confidence by curves fitted without the document: of these the ECE is told.
    """
    measured = np.isin(np.arange(len(examples)), document) & np.array([not e.synthetic for e in examples])
    if not measured.any():
        measured = np.ones(len(examples), np.bool_)
    unknown = np.array([e.encounter.setting is Setting.UNKNOWN for e in examples])
    systems = np.array([ref.system.value for ref in refs])
    near, labels = _near(examples, document, refs)
    thresholds: dict[CodeSystem, float] = {}
    of_unknown: dict[CodeSystem, float] = {}
    figures: dict[str, float] = {}
    for system in CodeSystem:
        of_system = np.flatnonzero(systems == system.value)
        wanted = np.array([sum(ref.system is system for ref in e.labels) for e in examples]) * measured
        if not wanted.any() or not len(of_system):
            continue
        pairs = _Pairs(confidence[of_system], truth[of_system], document[of_system], wanted, near[of_system], labels)
        parts = (~unknown, unknown)
        if any(wanted[part].sum() < FEWEST_LABELS for part in parts):
            parts = (measured, measured)
        thresholds[system] = pairs.threshold(parts[0], 0.0, config.edits_slack)
        other = pairs.threshold(parts[1], config.unknown_slack, config.edits_slack)
        if other != thresholds[system]:
            of_unknown[system] = other
        said = pairs.confidence >= np.where(unknown[pairs.document], other, thresholds[system])
        _, _, f1 = metrics.precision_recall_f1(int(pairs.truth[said].sum()), int(said.sum()), int(wanted.sum()))
        figures[f"{system} cross-fitted F1"] = round(f1, 4)
        figures[f"{system} candidate recall"] = round(float(pairs.truth.sum()) / int(wanted.sum()), 4)
        figures[f"{system} ECE"] = round(metrics.expected_calibration_error(unseen[of_system], pairs.truth), 4)
    return OperatingPoints(thresholds, of_unknown, figures)


def _near(
    examples: Sequence[TrainingExample], document: npt.NDArray[np.int64], refs: Sequence[CodeRef]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for each document and category, shape (pairs,), and how many labels each has: the code of a category replaces another."""
    numbers: dict[tuple[int, CodeSystem, str], int] = {}
    near = [numbers.setdefault((d, ref.system, category(ref)), len(numbers)) for d, ref in zip(document.tolist(), refs, strict=True)]
    labels = np.zeros(len(numbers), np.int64)
    for d, example in enumerate(examples):
        for ref in example.labels:
            place = numbers.get((d, ref.system, category(ref)))
            if place is not None:
                labels[place] += 1
    return np.array(near, np.int64), labels


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of one code system; `wanted`, of shape (documents,), counts the labels of each document. For `near`, `labels` see metrics."""

    confidence: metrics.Floats
    truth: metrics.Bools
    document: metrics.Ints
    wanted: metrics.Ints
    near: metrics.Ints
    labels: metrics.Ints

    def threshold(self, documents: metrics.Bools, slack: float, for_edits: float) -> float:
        """The threshold of some of the documents."""
        kept = documents[self.document]
        columns = self.confidence[kept], self.truth[kept], self.document[kept]
        if for_edits:
            return metrics.sparing_threshold(*columns, self.wanted * documents, for_edits, near=self.near[kept], labels=self.labels)[0]
        return metrics.lenient_threshold(*columns, self.wanted * documents, slack)[0]
