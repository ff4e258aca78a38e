"""Timings of the service as a caller sees it: `chartcoder serve` in a process of its own, over loopback."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.notes import Sample

HOST = "127.0.0.1"
READY_WITHIN = 60.0
ANSWER_WITHIN = 60.0


class ServiceFailed(Exception):
    """The service did not start, or answered with something other than 200."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, and how long it took to be ready."""

    port: int
    process: subprocess.Popen[bytes]
    seconds_to_ready: float

    def peak_memory(self) -> int | None:
        """The most memory it has held, in bytes; None where the system does not say (Linux does)."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.is_file() else None
        return None if found is None else int(found[1]) * 1024


@contextmanager
def served() -> Iterator[Service]:
    """`chartcoder serve` on a free port, ended when the block is left."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chartcoder")), "serve", "--host", HOST, "--port", str(port)]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(process, port)
        yield Service(port, process, time.perf_counter() - begin)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    answer = "no answer"
    give_up = time.monotonic() + READY_WITHIN
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise ServiceFailed(f"chartcoder serve ended with exit code {process.returncode}")
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=1)
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            answer = response.read().decode()
            if response.status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.02)
    raise ServiceFailed(f"chartcoder serve was not ready within {READY_WITHIN:.0f} s: {answer}")


def _body(sample: Sample) -> bytes:
    encounter = sample.encounter
    patient = {"sex": encounter.sex.value, "age": encounter.age}
    return json.dumps({"text": sample.text, "encounter": {"setting": encounter.setting.value, "patient": patient}}).encode()


def latencies(port: int, samples: Sequence[Sample], *, requests: int, clients: int, advance: Callable[[], None]) -> tuple[list[float], float]:
    """Seconds of each of `requests` suggestions asked for by `clients` at once, and of all together. Raises ServiceFailed."""
    bodies = [_body(sample) for sample in samples]

    def ask(client: int) -> list[float]:
        connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_WITHIN)
        seconds = []
        try:
            for i in range(client, requests, clients):
                begin = time.perf_counter()
                connection.request("POST", "/v1/suggestions", bodies[i % len(bodies)], {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = response.read()
                seconds.append(time.perf_counter() - begin)
                if response.status != 200:
                    raise ServiceFailed(f"status {response.status}: {answer[:300].decode(errors='replace')}")
                advance()
        finally:
            connection.close()
        return seconds

    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        each = list(pool.map(ask, range(clients)))
    return [second for part in each for second in part], time.perf_counter() - begin
