"""Writes training examples as JSON Lines (shared interface: one document a line)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from app.domain.code import CodeRef
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
    row.update(_decided(example))
    row["codes"] = [
        {**_code(ref), "evidence": [[[s.begin, s.end] for s in piece] for piece in pieces]}
        | ({"origin": example.origins[ref].value} if ref in example.origins else {})
        for ref, pieces in example.labels.items()
    ]
    return json.dumps(row, ensure_ascii=False)


def _decided(example: TrainingExample) -> dict[str, object]:
    """What only decided encounters, and documents beside them, have."""
    row: dict[str, object] = {}
    if example.foundation:
        row["foundation"] = True
    if example.weight != 1:
        row["weight"] = example.weight
    if example.rejected:
        row["rejected"] = [
            {**_code(ref), "reason": r.reason.value} | ({} if r.replaced_by is None else {"replaced_by": _code(r.replaced_by)})
            for ref, r in example.rejected.items()
        ]
    if example.decided is not None:
        row["provenance"] = asdict(example.decided)
    return row


def _code(ref: CodeRef) -> dict[str, object]:
    return {"system": ref.system.value, "code": ref.code}


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
