"""The output of a batch: written to OUT.partial, moved to OUT when it is whole, taken up again after an interruption."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class ResumableOutput:
    """Lines for one output file. `terms` is what makes two runs the same; a partial output made under others is begun anew.

    Beside OUT.partial stands OUT.partial.json with those terms. A line cut short by the interruption is taken back.
    """

    def __init__(self, path: Path, terms: dict[str, object]) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._about = path.with_name(f"{path.name}.partial.json")
        self.done = self._take_up(terms)
        self._file = self._partial.open("ab")
        if self.done == 0:
            self._about.write_text(json.dumps(terms), encoding="utf-8")

    def __enter__(self) -> Self:
        """Write inside `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close; what was written stays in OUT.partial."""
        self._file.close()

    def write(self, lines: Sequence[str]) -> None:
        """Append lines; they are safe from an interruption of this process."""
        self._file.write("".join(f"{line}\n" for line in lines).encode())
        self._file.flush()

    def finish(self) -> None:
        """Move the whole output into place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self._path)
        self._about.unlink(missing_ok=True)

    def _take_up(self, terms: dict[str, object]) -> int:
        """How many lines are there already; all others are cut off."""
        try:
            same = json.loads(self._about.read_text(encoding="utf-8")) == terms
        except (OSError, ValueError):
            same = False
        if not same or not self._partial.is_file():
            self._partial.write_bytes(b"")
            return 0
        lines = end = 0
        with self._partial.open("rb+") as file:
            for line in file:
                if line.endswith(b"\n"):
                    lines, end = lines + 1, end + len(line)
            file.truncate(end)
        return lines
