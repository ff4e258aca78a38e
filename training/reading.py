"""Reads labelled documents for a command, and says on standard error what was wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from app.domain.errors import DataFaults, Fault
from training.examples import TrainingExample, read_jsonl
from training.faults import Faults, OnFault

_SHOWN = 20


def read_all(paths: Sequence[Path], on_fault: OnFault) -> dict[str, list[TrainingExample]]:
    """Name of each file → its documents. Raises DataFaults for bad lines that stop the run, and for a file without a document."""
    faults = Faults()
    read: dict[str, list[TrainingExample]] = {}
    for path in paths:
        read.setdefault(path.name, []).extend(read_jsonl(path, faults))
    faults.settle(on_fault)
    tell(faults)
    for path in paths:
        if not read[path.name]:
            raise DataFaults([Fault(str(path), 0, "holds no document that can be read")])
    return read


def tell(faults: Faults) -> None:
    """What was left out, by number and reason, and the first of the faults."""
    for fault in faults.first[:_SHOWN]:
        sys.stderr.write(f"{fault}\n")
    if faults.count > _SHOWN:
        sys.stderr.write(f"... and {faults.count - _SHOWN:,} more\n")
    if faults.count:
        sys.stderr.write(f"{faults.count:,} fault{'s' if faults.count > 1 else ''}: what could not be read was left out\n")
    for what, count in sorted(faults.left_out.items()):
        if count:
            sys.stderr.write(f"left out: {count:,} {what}\n")
