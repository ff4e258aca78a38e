"""`chartcoder serve`."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from typing import Annotated

import typer

from app.cli import opening, worker
from app.domain.errors import InputError

Host = Annotated[str | None, typer.Option(help="Address to listen on [default: CHARTCODER_HOST, else 127.0.0.1]", show_default=False)]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on [default: CHARTCODER_PORT, else 8000]", show_default=False)]
Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="Processes to answer with [default: CHARTCODER_WORKERS, else 1]", show_default=False)
]


class DemonstrationExposed(InputError):
    """A demonstration, whose passwords everybody knows, on an address that others reach."""

    code = "demonstration_exposed"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"demo mode is for this machine only, and {host} is reached from elsewhere: set CHARTCODER_AUTH=required "
            "and make an admin with `chartcoder users add NAME --role admin`"
        )


class UnusableAddress(InputError):
    """An address or port that can't be listened on."""

    code = "unusable_address"

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"{host}:{port} can't be listened on ({why}): name another with --host and --port")


WithWorker = Annotated[bool, typer.Option("--with-worker", help="Also run a worker for training runs, as a process of its own")]


def serve(host: Host = None, port: Port = None, workers: Workers = None, with_worker: WithWorker = False) -> None:
    """Serve the page and the REST interface."""
    settings = opening.settings()
    import uvicorn

    from app.api.loopback import is_loopback
    from app.observability import MULTIPROCESS, configure_logging

    configure_logging(settings.log_level)
    address, number = settings.host if host is None else host, settings.port if port is None else port
    if settings.auth == "demo" and not is_loopback(address):
        raise DemonstrationExposed(address)
    processes = settings.workers if workers is None else workers
    beside = worker.beside() if with_worker else nullcontext()
    with tempfile.TemporaryDirectory(prefix="chartcoder-metrics-") as shared, ExitStack() as stack:
        if processes > 1:
            os.environ.setdefault(MULTIPROCESS, shared)
        _check(address, number)
        stack.enter_context(beside)
        sys.stderr.write(f"Chartcoder on http://{address}:{number} (Ctrl+C ends it)\n")
        uvicorn.run(
            "app.main:served_app",
            factory=True,
            host=address,
            port=number,
            workers=processes,
            # Our own middleware logs requests, without addresses, which may hold words of a search.
            access_log=False,
            log_config=None,
            server_header=False,
        )


def _check(host: str, port: int) -> None:
    """Listen for a moment, so that a port in use is one line now and not a log line of a server that ends. Raises UnusableAddress."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UnusableAddress(host, port, error.strerror or type(error).__name__) from None
