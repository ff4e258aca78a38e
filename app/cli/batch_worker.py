"""What one process of a batch does: opens the service once, then answers lines."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli import batch_lines, opening
from app.domain.errors import ChartcoderError
from app.usecases.suggest_codes import SuggestCodes


@dataclass(frozen=True, slots=True)
class Job:
    """What all lines of a batch have in common."""

    bundle: Path | None
    limit: int
    min_confidence: float
    compose: bool = True


@dataclass(frozen=True, slots=True)
class Answers:
    """Output lines, how many of them are errors, and the most memory this process has held, in bytes."""

    lines: tuple[str, ...]
    errors: int
    process: int
    peak_memory: int


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Why the service could not be opened. A value: these exceptions do not travel between processes."""

    message: str


OpenService = Callable[[Path | None], SuggestCodes]


def open_service(bundle: Path | None) -> SuggestCodes:
    """The service as the settings have it. Raises Unavailable."""
    return opening.service(opening.settings(), bundle)


class Worker:
    """Answers lines, and opens the service for the first of them."""

    def __init__(self, job: Job, open_service: OpenService) -> None:
        self._job, self._open = job, open_service
        self._service: SuggestCodes | None = None

    def __call__(self, lines: Sequence[tuple[int, bytes]]) -> Answers | NotOpened:
        """Answer numbered lines in order."""
        if self._service is None:
            try:
                self._service = self._open(self._job.bundle)
            except ChartcoderError as error:
                return NotOpened(str(error))
        service = self._service
        answers = [self._answer(number, line, service) for number, line in lines]
        return Answers(tuple(line for line, _ in answers), sum(not fine for _, fine in answers), os.getpid(), peak_memory())

    def _answer(self, number: int, line: bytes, service: SuggestCodes) -> tuple[str, bool]:
        try:
            document, request = batch_lines.request(line, limit=self._job.limit, min_confidence=self._job.min_confidence, compose=self._job.compose)
            return batch_lines.answer(document, service(request)), True
        except ChartcoderError as error:
            return batch_lines.refusal(batch_lines.document_id(line), number, error.code, str(error)), False
        except Exception as error:  # noqa: BLE001  one note that meets a bug must not cost the other thousands
            return batch_lines.refusal(batch_lines.document_id(line), number, "internal_error", _place(error)), False


_workers: list[Worker] = []


def begin_process(job: Job, open_service: OpenService) -> None:
    """Prepare a process of its own."""
    # Ctrl+C reaches every process of the terminal; the first one ends the others in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _workers[:] = [Worker(job, open_service)]


def work(lines: Sequence[tuple[int, bytes]]) -> Answers | NotOpened:
    """Answer lines in a process that was prepared."""
    return _workers[0](lines)


def _place(error: Exception) -> str:
    """Type and place of a bug, without its message, which may quote the note."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f" at {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return f"{type(error).__name__}{where}"


def peak_memory() -> int:
    """The most memory this process has held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
