"""Splits files of labelled documents into train.jsonl, dev.jsonl and test.jsonl, in bounded memory."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.domain.errors import DataFaults, Fault
from training import split
from training.example_lines import line
from training.examples import read_jsonl
from training.faults import Faults, OnFault
from training.figures import Figures
from training.near_duplicates import TextIndex
from training.progress import Step
from training.split import Document, Order

_SHOWN = 1000


def split_files(
    paths: Sequence[Path],
    out: Path,
    *,
    dev: float,
    test: float,
    order: Order | None,
    seed: int,
    together: bool,
    faults: Faults,
    on_fault: OnFault,
    step: Step,
) -> Figures:
    """Writes the parts and split.json into the folder `out`, all or none, and returns what split.json holds.

    `order` None: by time where every document has one, else by chance. `together`: documents with nearly the same text count
    as one patient's. Texts are read twice and not kept. Raises DataFaults.
    """
    documents, pairs = _documents(paths, faults, step, together=together)
    faults.settle(on_fault)
    twice = [name for name, count in Counter(d.id for d in documents).items() if count > 1]
    if twice:
        raise DataFaults([Fault("examples", 0, f"id {name!r} stands in more than one file") for name in twice])
    merged = split.as_one_patient(documents, [(a, b) for a, b, _ in pairs])
    plan = _plan(merged, dev=dev, test=test, order=order, seed=seed)
    result: Figures = {
        "order": plan.order.value,
        "seed": seed,
        "shares": {"dev": dev, "test": test},
        "cuts": dict(zip(("dev", "test"), (cut.isoformat() for cut in plan.cuts), strict=False)),
        "parts": {name: dict(row) for name, row in split.summary(merged, plan).items()},
        "left_out": plan.parts.count(-1),
        "near_duplicates": {
            "pairs": len(pairs),
            "first": [{"document": documents[b].id, "other": documents[a].id, "share": round(share, 3)} for a, b, share in pairs[:_SHOWN]],
        },
    }
    empty = [name for name, share in zip(split.PARTS, (1 - dev - test, dev, test), strict=True) if share and not result["parts"][name]["documents"]]
    if empty:
        raise DataFaults([Fault("examples", 0, f"no document is left for {', '.join(empty)}: there are too few patients for these shares")])
    _write(paths, out, plan.parts, result, step)
    return result


def _documents(paths: Sequence[Path], faults: Faults, step: Step, *, together: bool) -> tuple[list[Document], list[tuple[int, int, float]]]:
    index = TextIndex()
    documents: list[Document] = []
    pairs: list[tuple[int, int, float]] = []
    for path in paths:
        told, size, begun = step(f"Reading {path.name}"), max(path.stat().st_size, 1) if path.exists() else 1, 0
        for example in read_jsonl(path, faults):
            if together:
                pairs.extend((int(s.name), len(documents), s.share) for s in index.add(str(len(documents)), example.note.text))
            documents.append(Document(example.id, example.group, example.time))
            begun += len(example.note.text)
            told(min(begun / size, 0.99))
        told(1.0)
    return documents, [(a, b, share) for a, b, share in pairs if documents[a].patient != documents[b].patient]


def _plan(documents: Sequence[Document], *, dev: float, test: float, order: Order | None, seed: int) -> split.Plan:
    if not documents:
        raise DataFaults([Fault("examples", 0, "holds no document that can be read")])
    timeless = sum(d.time is None for d in documents)
    if order is Order.TIME and timeless:
        raise DataFaults([Fault("examples", 0, f"{timeless:,} documents have no time: give it, or split with --order random")])
    if order is Order.RANDOM or timeless:
        return split.by_chance(documents, dev=dev, test=test, seed=seed)
    return split.by_time(documents, dev=dev, test=test)


def _write(paths: Sequence[Path], out: Path, parts: Sequence[int], result: Figures, step: Step) -> None:
    out.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".split-", dir=out))
    told = step("Writing parts")
    try:
        with ExitStack() as files:
            opened = [files.enter_context((partial / f"{name}.jsonl").open("w", encoding="utf-8")) for name in split.PARTS]
            number = 0
            for path in paths:
                for example in read_jsonl(path, Faults()):
                    if parts[number] >= 0:
                        opened[parts[number]].write(line(example) + "\n")
                    number += 1
                    told(number / len(parts))
        (partial / "split.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        for path in sorted(partial.iterdir()):
            path.replace(out / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
