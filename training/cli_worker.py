"""`chartcoder-train worker`, which `chartcoder worker` starts."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer

from training.opening import given_settings

_NICENESS = 10


def worker(
    *,
    with_parent: Annotated[bool, typer.Option("--with-parent", help="End with the process that started it: when standard input ends.")] = False,
) -> None:
    """Do the training runs that are asked for, one at a time, until it is told to end; what it leaves half done is gone on with."""
    from app.observability import configure_logging
    from app.settings import keep_one_thread

    settings = given_settings()
    configure_logging(settings.log_level)
    keep_one_thread()
    # Those who wait for suggestions come first.
    os.nice(_NICENESS)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())

    def watch() -> None:
        sys.stdin.buffer.read()
        stop.set()

    if with_parent:
        threading.Thread(target=watch, daemon=True).start()

    from training.runs.worker import work

    work(settings, stop)
    # A step under way is not waited for: it is safe to be killed in, and so is this.
    sys.stderr.flush()
    os._exit(0)
