"""Decisions that no bundle has learned from: `python -m tests.benchmarks.held_out --examples A.jsonl ... --out decisions.jsonl`.

The documents are dealt into folds by patient; each fold is coded, through the code that serves, by a bundle fitted on the others.
One line a document: `{"chart", "setting", "codes": [[system, code, confidence, right], ...], "missed": [[system, code], ...]}`, the codes
being those that would be suggested, and `waiting` the highest confidence among those that would not.
`--active` has the active bundle code all documents instead, for documents that it has not seen.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app import assembly
from app.classifier import bundle_io
from app.domain.suggestion import Status
from app.settings import Settings
from training import build, config, fit, progress, reading
from training.answers import Answer, answer_all
from training.examples import TrainingExample, read_jsonl
from training.faults import Faults


def line(answer: Answer) -> str:
    """One answer as a line."""
    labels = answer.example.labels
    suggested = [s for s in answer.said if s.status is Status.SUGGESTED]
    said = {s.ref for s in suggested}
    return json.dumps(
        {
            "chart": answer.example.id,
            "setting": answer.example.encounter.setting.value,
            "codes": [[s.ref.system.value, s.ref.code, round(s.confidence, 6), s.ref in labels] for s in suggested],
            "missed": [[ref.system.value, ref.code] for ref in sorted(labels) if ref not in said],
            "waiting": max((s.confidence for s in answer.said if s.status is Status.CANDIDATE), default=0.0),
        }
    )


def cross_fitted(examples: Sequence[TrainingExample], folds: int, settings: Settings, step: progress.Step) -> Iterator[Answer]:
    """Each document's answer by a bundle that has not seen it."""
    terms, chosen = assembly.open_terms(settings), config.load()
    fold_of = fit.fold_of_groups([e.group for e in examples], folds, chosen.seed)
    for fold in range(folds):
        train = [e for e, f in zip(examples, fold_of.tolist(), strict=True) if f != fold]
        held = [e for e, f in zip(examples, fold_of.tolist(), strict=True) if f == fold]
        with tempfile.TemporaryDirectory() as folder:
            bundle = build.build(
                Path(folder), train, settings=settings, terms=terms, config=chosen, trained_on={"examples": len(train)}, step=step, keep_work=True
            )
            yield from answer_all(assembly.suggest_codes(settings, terms, bundle=bundle), held, step(f"Coding fold {fold + 1}"))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, action="append", required=True)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--active", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    settings = Settings()
    faults = Faults()
    examples = [e for path in given.examples for e in read_jsonl(path, faults)]
    reading.tell(faults)
    with progress.steps() as step, given.out.open("w", encoding="utf-8") as out:
        if given.active:
            service = assembly.suggest_codes(settings, assembly.open_terms(settings), bundle=bundle_io.active(settings.models_dir))
            answers: Iterator[Answer] = iter(answer_all(service, examples, step("Coding the documents")))
        else:
            answers = cross_fitted(examples, given.folds, settings, step)
        for answer in answers:
            out.write(line(answer) + "\n")
            out.flush()
    sys.stderr.write(f"{given.out}\n")


if __name__ == "__main__":
    main()
