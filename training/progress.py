"""Progress on standard error: bars with the time left on a terminal, one plain line a finished step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

T = TypeVar("T")
Step = Callable[[str], Callable[[float], None]]
"""Given the name of a step, returns what is told the share done, in [0, 1]."""


@contextmanager
def steps() -> Iterator[Step]:
    """A Step for a series of steps."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:

        def step(name: str) -> Callable[[float], None]:
            task = bars.add_task(name, total=1.0)
            return lambda share: bars.update(task, completed=share)

        yield step


def quiet(_name: str) -> Callable[[float], None]:
    """A Step that shows nothing."""
    return lambda _share: None


def counted(items: Iterable[T], total: int, told: Callable[[float], None]) -> Iterator[T]:
    """The items as they come, telling the share of `total` that has passed."""
    for number, item in enumerate(items, 1):
        yield item
        told(number / total)


def _plain(name: str) -> Callable[[float], None]:
    begun = time.monotonic()
    done = False

    def told(share: float) -> None:
        nonlocal done
        if share >= 1.0 and not done:
            done = True
            sys.stderr.write(f"{name}: done in {time.monotonic() - begun:.1f} s\n")
            sys.stderr.flush()

    return told
