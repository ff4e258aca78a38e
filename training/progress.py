"""Progress on standard error: bars with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_QUIET_SECONDS = 30
T = TypeVar("T")
Step = Callable[[str], Callable[[float], None]]
"""Given the name of a step, returns what is told the share done, in [0, 1]."""


@contextmanager
def steps() -> Iterator[Step]:
    """A Step for a series of steps."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield plain
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


def plain(name: str, *, now: Callable[[], float] = time.monotonic) -> Callable[[float], None]:
    """Lines for a log: how far and how long still, every half minute, and the end. `now` in seconds."""
    begun = said = now()
    done = False

    def told(share: float) -> None:
        nonlocal done, said
        if done:
            return
        time_now = now()
        if share >= 1.0:
            done = True
            _say(f"{name}: done in {time_now - begun:.1f} s")
        elif share > 0 and time_now - said >= _QUIET_SECONDS:
            said = time_now
            _say(f"{name}: {share:.0%}, about {_lasting((time_now - begun) * (1 - share) / share)} left")

    return told


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
