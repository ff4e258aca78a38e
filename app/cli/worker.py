"""`chartcoder worker`: hands over to `chartcoder-train worker`, as a program and not by import (docs/decisions/0060)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import Unavailable

_PROGRAM = "chartcoder-train"
_AGAIN_SECONDS = 5.0
_PATIENCE_SECONDS = 10.0


class TrainingNotInstalled(Unavailable):
    """The program that trains is not there."""

    code = "training_not_installed"

    def __init__(self) -> None:
        super().__init__(f"{_PROGRAM} is not installed beside this command: training runs need a machine that has it")


def worker() -> None:
    """Do the training runs that are asked for, and score live charts for a shadow, until Ctrl+C."""
    program = _program()
    sys.stderr.write("Chartcoder worker (Ctrl+C ends it)\n")
    sys.stderr.flush()
    os.execv(program, [program, "worker"])  # noqa: S606  a fixed program and no shell


@contextmanager
def beside() -> Iterator[None]:
    """A worker as a child of this process while the block lasts; one that dies is started again. Raises TrainingNotInstalled."""
    program, ended = _program(), threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ended.is_set():
            # Its standard input ends with this process, however that ends, and the child with it. A session of its own keeps the
            # terminal's Ctrl+C from it: it is told once, by us.
            child = subprocess.Popen([program, "worker", "--with-parent"], stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
            children[:] = [child]
            child.wait()
            ended.wait(_AGAIN_SECONDS)

    thread = threading.Thread(target=keep, name="chartcoder-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        for child in children:
            child.terminate()
            try:
                child.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
        thread.join(_PATIENCE_SECONDS)


def _program() -> str:
    here = Path(sys.executable).with_name(_PROGRAM)
    found = str(here) if here.is_file() else shutil.which(_PROGRAM)
    if found is None:
        raise TrainingNotInstalled
    return found
