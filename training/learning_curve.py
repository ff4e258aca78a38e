"""How much more documents would help: fits on growing parts of the training documents, each measured on the same others."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app import assembly
from app.domain.errors import DataFaults, Fault
from app.settings import Settings
from training import build, evaluate
from training.config import FitConfig
from training.examples import TrainingExample
from training.figures import Figures
from training.progress import Step

_FIGURES = ("threshold", "precision", "recall", "f1", "f1_interval", "map", "map_interval", "best_f1", "macro", "candidate_recall", "ece", "brier")


def learning_curve(
    examples: Sequence[TrainingExample],
    measured: Sequence[TrainingExample],
    sizes: Sequence[int],
    *,
    settings: Settings,
    terms: assembly.Terms,
    config: FitConfig,
    step: Step,
) -> Figures:
    """The figures of a fit on each number of documents of `sizes`, ascending; a size beyond all documents means all.

    Notes are read once for all fits. Raises DataFaults.
    """
    order = in_order(examples, config.seed)
    held = build.work_for(order, settings=settings, terms=terms, config=config)
    points = []
    for size in dict.fromkeys(min(size, len(order)) for size in sorted(sizes)):
        chosen, told = order[:size], _of_size(step, size)
        trained_on = {"documents": size}
        with tempfile.TemporaryDirectory() as folder:
            bundle = build.build(Path(folder), chosen, settings=settings, terms=terms, config=config, trained_on=trained_on, step=told)
            result = evaluate.evaluate(settings, terms, bundle, measured, step=told)
        systems = {name: {figure: s[figure] for figure in _FIGURES} for name, s in result["systems"].items()}
        points.append({"documents": size, "systems": systems})
    held.forget()
    return {"training_documents": len(examples), "documents": len(measured), "seed": config.seed, "points": points}


def in_order(examples: Sequence[TrainingExample], seed: int) -> list[TrainingExample]:
    """The documents in an order drawn from `seed`, those of a patient one after the other: its first n are the part of n."""
    groups: dict[str, list[TrainingExample]] = {}
    for example in examples:
        groups.setdefault(example.group, []).append(example)
    names = sorted(groups)
    return [example for i in np.random.default_rng(seed).permutation(len(names)).tolist() for example in groups[names[i]]]


def load(path: Path) -> Figures:
    """A curve that `learning-curve` wrote. Raises DataFaults."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not all(p["documents"] and p["systems"] for p in found["points"]):
            raise KeyError("points")
    except OSError as error:
        raise DataFaults([Fault(str(path), 0, error.strerror or "can't be opened")]) from None
    except (ValueError, KeyError, TypeError):
        raise DataFaults([Fault(str(path), 0, "is no learning curve: give the curve.json that `chartcoder-train learning-curve` wrote")]) from None
    return found


def _of_size(step: Step, size: int) -> Step:
    return lambda name: step(f"{size:,} documents: {name}")
