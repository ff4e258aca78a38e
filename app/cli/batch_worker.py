"""What one process of a batch does: opens the service once, then answers lines."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
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


class _Process:
    """The state of this process."""

    job: Job
    service: SuggestCodes | None = None


def begin(job: Job, *, child: bool) -> None:
    """Prepare this process."""
    _Process.job, _Process.service = job, None
    if child:
        # Ctrl+C reaches every process of the terminal; the first one ends the others in good order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(lines: Sequence[tuple[int, bytes]]) -> Answers | NotOpened:
    """Answer numbered lines in order."""
    if _Process.service is None:
        try:
            _Process.service = opening.service(opening.settings(), _Process.job.bundle)
        except ChartcoderError as error:
            return NotOpened(str(error))
    answers = [_answer(number, line, _Process.service) for number, line in lines]
    import os

    return Answers(tuple(line for line, _ in answers), sum(not fine for _, fine in answers), os.getpid(), peak_memory())


def _answer(number: int, line: bytes, service: SuggestCodes) -> tuple[str, bool]:
    job = _Process.job
    try:
        document, request = batch_lines.request(line, limit=job.limit, min_confidence=job.min_confidence)
        return batch_lines.answer(document, service(request)), True
    except ChartcoderError as error:
        return batch_lines.refusal(batch_lines.document_id(line), number, error.code, str(error)), False
    except Exception as error:  # noqa: BLE001  one note that meets a bug must not cost the other thousands
        return batch_lines.refusal(batch_lines.document_id(line), number, "internal_error", _place(error)), False


def _place(error: Exception) -> str:
    """Type and place of a bug, without its message, which may quote the note."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f" at {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return f"{type(error).__name__}{where}"


def peak_memory() -> int:
    """The most memory this process has held, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
