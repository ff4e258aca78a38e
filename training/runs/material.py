"""The files of a run: its charts as they were exported, how they were divided, and what came out; for the eyes of their owner alone.

Every file can be made again from the run itself, so that a worker on another machine, which does not see them, gets the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.domain.training_run import TrainingRun
from training.example_lines import write_jsonl
from training.examples import TrainingExample, read_jsonl
from training.runs.bench import Bench
from training.runs.held_out import Split, of_charts, split

SITE = "decided encounters"
_FOLDER = "training-runs"


def sweep(state: Path, is_open: Callable[[str], bool]) -> list[str]:
    """Remove what runs left whose worker was killed between their end and tidying up; the ids of these runs."""
    left = [folder for folder in sorted((state / _FOLDER).glob("*")) if folder.is_dir() and not is_open(folder.name)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in left]


class Material:
    """What one run works on."""

    def __init__(self, bench: Bench, run: TrainingRun) -> None:
        self._bench, self._run = bench, run
        self.folder = bench.state / _FOLDER / run.id
        self._site: Sequence[TrainingExample] | None = None

    def export(self, told: Callable[[float], None]) -> tuple[int, str]:
        """Write the charts that were finalised when the run was asked for; how many documents, and the digest of the file."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / "site.jsonl"
        if not path.exists():
            write_jsonl(path, self._bench.decided(self._run.requested_at, told))
        self._site = list(read_jsonl(path))
        return len(self._site), hashlib.sha256(path.read_bytes()).hexdigest()[:16]

    def site(self) -> Sequence[TrainingExample]:
        """The charts of the site."""
        if self._site is None:
            self.export(lambda _: None)
        return self._site or ()

    def split(self) -> Split:
        """How they are divided."""
        found = self.read("split.json")
        if found is None:
            made = split(self._bench.state, self.site(), self._run.requested_at)
            found = self.write("split.json", asdict(made))
        return Split(tuple(found["train"]), tuple(found["frozen"]), tuple(found["recent"]), found["changed"], found["gone"])

    def training(self) -> tuple[list[TrainingExample], dict[str, int]]:
        """The documents to fit on: the foundation, then the charts of the site; with the number of each source."""
        own = of_charts(self.site(), self.split().train)
        foundation, counts = self._bench.foundation(len(own))
        return [*foundation, *own], {**counts, **({SITE: len(own)} if own else {})}

    def held_out(self) -> tuple[list[TrainingExample], list[TrainingExample]]:
        """The frozen documents, and the newest of the others."""
        divided = self.split()
        return of_charts(self.site(), divided.frozen), of_charts(self.site(), divided.recent)

    def read(self, name: str) -> dict[str, Any] | None:
        """What a step left; None where it is not on this machine."""
        try:
            found: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found

    def write(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Leave something for later steps, whole or not at all; what `read` gives."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self.folder / f".{name}.{os.getpid()}"
        try:
            partial.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            partial.replace(self.folder / name)
        finally:
            partial.unlink(missing_ok=True)
        return json.loads(json.dumps(value))  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Remove all of it: it holds the notes of patients."""
        shutil.rmtree(self.folder, ignore_errors=True)
