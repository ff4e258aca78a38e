"""Runs a batch: hands lines to this process or to others, keeps their order, shows how far it is."""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli import batch_worker
from app.cli.batch_output import ResumableOutput
from app.cli.batch_worker import Answers, Job, NotOpened, OpenService, Worker
from app.cli.reading import UnreadableFile
from app.domain.errors import Unavailable

_CHUNK = 8
# Chunks that wait for each process: enough that none stands idle, few enough that memory does not grow with the input.
_WAITING = 3
_PLAIN_SECONDS = 10.0

Numbered = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """An input file: how many lines, and the SHA-256 of its bytes."""

    lines: int
    digest: str


@dataclass(slots=True)
class Totals:
    """What a run did. `memory`: process → most bytes held."""

    documents: int = 0
    errors: int = 0
    working: float = 0.0
    memory: dict[int, int] = field(default_factory=dict)

    def add(self, answers: Answers) -> None:
        """Count answers."""
        self.documents += len(answers.lines)
        self.errors += answers.errors
        self.memory[answers.process] = answers.peak_memory

    def summary(self, seconds: float, workers: int) -> str:
        """One line: documents, errors, notes/s with the service open, peak memory."""
        rate = self.documents / self.working if self.working else 0.0
        own = max(self.memory.values(), default=0) / 2**20
        held = f"{own:,.0f} MB" if workers == 1 else f"{own:,.0f} MB in the largest of {len(self.memory)} processes"
        return f"{self.documents:,} documents, {self.errors:,} errors, {rate:,.1f} notes/s, {seconds:,.1f} s in all, peak memory {held}"


def survey(source: Path) -> Survey:
    """Read the input once. Raises UnreadableFile when it is missing or empty."""
    digest = hashlib.sha256()
    lines = 0
    try:
        with source.open("rb") as file:
            for line in file:
                digest.update(line)
                lines += 1
    except OSError as error:
        raise UnreadableFile(source, error.strerror or type(error).__name__) from None
    if lines == 0:
        raise UnreadableFile(source, "is empty: it needs one JSON object a line")
    return Survey(lines, digest.hexdigest())


def answer_all(
    source: Path,
    found: Survey,
    output: ResumableOutput,
    job: Job,
    *,
    workers: int,
    totals: Totals,
    open_service: OpenService = batch_worker.open_service,
) -> None:
    """Answer every line that `output` does not hold yet. Raises Unavailable when the service can't be opened."""
    with source.open("rb") as file, _progress(found.lines, output.done) as told:
        chunks = _chunks(islice(enumerate(file, 1), output.done, None))
        begun: float | None = None
        for answers in map(Worker(job, open_service), chunks) if workers == 1 else _elsewhere(chunks, job, open_service, workers):
            if isinstance(answers, NotOpened):
                raise Unavailable(answers.message)
            output.write(answers.lines)
            totals.add(answers)
            told(len(answers.lines))
            # The first answer comes after the service was opened, which is not work on notes.
            begun = begun or time.monotonic()
            totals.working = time.monotonic() - begun


def _chunks(lines: Iterator[tuple[int, bytes]]) -> Iterator[Numbered]:
    while chunk := tuple(islice(lines, _CHUNK)):
        yield chunk


def _elsewhere(chunks: Iterator[Numbered], job: Job, open_service: OpenService, workers: int) -> Iterator[Answers | NotOpened]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=batch_worker.begin_process, initargs=(job, open_service)) as pool:
        waiting: deque[Future[Answers | NotOpened]] = deque()
        try:
            for chunk in chunks:
                waiting.append(pool.submit(batch_worker.work, chunk))
                if len(waiting) >= workers * _WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _progress(total: int, done: int) -> Iterator[Callable[[int], None]]:
    """What is told of every chunk: a bar on a terminal, a plain line now and then elsewhere; both on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain(total, done)
        return
    columns = (TextColumn("Suggesting"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]} notes/s"), TimeRemainingColumn())
    begun = time.monotonic()
    count = 0
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=total, completed=done, rate="-")

        def told(lines: int) -> None:
            nonlocal count
            count += lines
            bars.update(task, advance=lines, rate=f"{count / (time.monotonic() - begun):.1f}")

        yield told


def _plain(total: int, done: int) -> Callable[[int], None]:
    begun = said = time.monotonic()
    count = 0

    def told(lines: int) -> None:
        nonlocal count, said
        count += lines
        now = time.monotonic()
        if now - said >= _PLAIN_SECONDS:
            said = now
            rate = count / (now - begun)
            left = (total - done - count) / rate
            sys.stderr.write(f"{done + count:,} of {total:,} documents, {rate:.1f} notes/s, {left:.0f} s left\n")
            sys.stderr.flush()

    return told
