"""Faults of labelled documents as they are found: every one counted, the first thousand kept to be shown."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from app.domain.errors import DataFaults, Fault

KEPT = 1000


class OnFault(StrEnum):
    """What a run does about documents that can't be read: stop when all were looked at, or leave them out and go on."""

    STOP = "stop"
    SKIP = "skip"


class OnLeak(StrEnum):
    """What is done about documents to measure on that training has seen: refuse to measure, leave them out, or only report them."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave-out"
    REPORT = "report"


class Faults:
    """What was wrong in the files read so far (`first`, `count`), and what was left out though nothing was wrong with it.

    Memory stays bounded however many there are.
    """

    def __init__(self) -> None:
        self.first: list[Fault] = []
        self.count = 0
        self.left_out: Counter[str] = Counter()

    def add(self, file: str, line: int, reason: str) -> None:
        """Note one fault; `line` counts from 1, and is 0 for a file as a whole. The reason must not quote a note."""
        self.count += 1
        if len(self.first) < KEPT:
            self.first.append(Fault(file, line, reason))

    def settle(self, on_fault: OnFault) -> None:
        """Raises DataFaults where there are faults and they are to stop the run."""
        if self.count and on_fault is OnFault.STOP:
            more = [Fault(self.first[-1].file, 0, f"and {self.count - KEPT:,} more faults in the files read")] if self.count > KEPT else []
            raise DataFaults([*self.first, *more])
