"""Writes training examples as JSON Lines (shared interface: one document a line)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from app.domain.encounter import Sex
from training.examples import TrainingExample


def line(example: TrainingExample) -> str:
    """One line without its end; what is not known is left out."""
    encounter = example.encounter
    row: dict[str, object] = {"id": example.id, "text": example.note.text, "setting": encounter.setting.value}
    if encounter.sex is not Sex.UNKNOWN:
        row["sex"] = encounter.sex.value
    if encounter.age is not None:
        row["age"] = encounter.age
    if encounter.service_date is not None:
        row["service_date"] = encounter.service_date.isoformat()
    if example.note.language != "en":
        row["language"] = example.note.language
    if example.group != example.id:
        row["group"] = example.group
    if example.time is not None:
        row["time"] = example.time.isoformat()
    if example.synthetic:
        row["synthetic"] = True
    row["codes"] = [
        {"system": ref.system.value, "code": ref.code, "evidence": [[[s.begin, s.end] for s in piece] for piece in pieces]}
        for ref, pieces in example.labels.items()
    ]
    return json.dumps(row, ensure_ascii=False)


def write_jsonl(path: Path, examples: Iterable[TrainingExample]) -> int:
    """Write a file whole or not at all; returns the number of documents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8") as out:
            for example in examples:
                out.write(line(example) + "\n")
                count += 1
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count
