"""The server is killed at random moments of random decision sequences; what it acknowledged is there afterwards, and nothing is half done.

`CHARTCODER_KILLS=50 python -m pytest tests/workflow/test_killed.py` kills it as often on each database, 4 sequences each time.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter

import httpx
import pytest

from app.domain.audit import Walk
from app.domain.people import Role
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.people.accounts import Accounts
from tests.api.fakes import QuickPasswords
from tests.store.databases import migrated, postgres_url, sqlite_url
from tests.workflow.desk import BODY, Client

KILLS = int(os.environ.get("CHARTCODER_KILLS", "2"))
SEQUENCES = 4
SUGGESTED = ("I10", "E11.40", "20610")


class Server:
    """The process, on a port of its own for all its lives."""

    def __init__(self, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url, self.address = url, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.workflow.killable", self.url, str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert any(line == "ready\n" for line in self.process.stdout), "the server did not start"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Sequence(threading.Thread):
    """Decides on one encounter until the server is gone, and remembers what was acknowledged."""

    def __init__(self, server: Server, key: str, seed: int, told: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.client = Client(base_url=server.address, trust_env=False, verify=False, headers={"Authorization": f"Bearer {key}"}, timeout=30)
        made = self.client.post("/v1/encounters", json=BODY)
        self.encounter, self.tag = made.json()["id"], made.headers["ETag"]
        self.choose, self.told = random.Random(seed), told
        self.acknowledged: list[dict] = []
        self.finalized = self.reopened = 0
        self.revision, self.unexpected = 1, []

    def run(self) -> None:
        try:
            while True:
                self.step()
                self.told.release()
        except httpx.TransportError:
            pass
        finally:
            self.client.close()

    def step(self) -> None:
        path = f"/v1/encounters/{self.encounter}"
        if self.finalized > self.reopened:
            self.read(self.client.write("POST", f"{path}/reopening", self.tag, {"reason": "again"}))
            self.reopened += 1
            return None
        if self.choose.random() < 0.2 and self.acknowledged[-3:] == [self.accepting(code) for code in SUGGESTED]:
            self.read(self.client.write("POST", f"{path}/finalization", self.tag, {}))
            self.finalized += 1
            return None
        if self.choose.random() < 0.3:
            for code in SUGGESTED:
                self.decide(self.accepting(code))
            return None
        code = self.choose.choice(SUGGESTED)
        reject = {"verdict": "reject", "reason": "not_treated", "comment": "", **{k: v for k, v in self.accepting(code).items() if k != "verdict"}}
        return self.decide(self.choose.choice([self.accepting(code), reject]))

    def accepting(self, code: str) -> dict:
        return {"verdict": "accept", "system": "CPT" if code.isdigit() else "ICD-10-CM", "code": code}

    def decide(self, verdict: dict) -> None:
        self.read(self.client.write("POST", f"/v1/encounters/{self.encounter}/decisions", self.tag, verdict))
        self.acknowledged.append(verdict)

    def read(self, response: httpx.Response) -> None:
        if response.status_code != 201:
            self.unexpected.append(response.text)
            raise httpx.TransportError("refused")
        self.tag = response.headers["ETag"]
        self.revision += 1


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
        with migrated(url) as engine:
            yield url.render_as_string(hide_password=False), SqlWork(engine, Seal())
    else:
        with postgres_url() as url, migrated(url) as engine:
            yield url.render_as_string(hide_password=False), SqlWork(engine, Seal())


def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(database):
    url, work = database
    key = Accounts(work, lambda: 0.0, QuickPasswords()).add_key("all", {Role.MANAGER, Role.INTEGRATION})
    server, moments = Server(url), random.Random(20261124)
    for life in range(KILLS):
        server.start()
        told = threading.Semaphore(0)
        sequences = [Sequence(server, key, seed=life * SEQUENCES + i, told=told) for i in range(SEQUENCES)]
        for sequence in sequences:
            sequence.start()
        for _ in range(moments.randrange(1, 25)):
            assert told.acquire(timeout=60)
        server.kill()
        for sequence in sequences:
            sequence.join(60)
            assert sequence.unexpected == []
        assert sum(len(s.acknowledged) for s in sequences) > 0
        for sequence in sequences:
            check(work, sequence)
    with work() as w:
        walk = Walk(w.audit.events())
        assert walk.broken is None
        events = w.events.after(0, limit=100_000)
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))


def check(work, sequence: Sequence) -> None:
    from app.api.schemas.chart_mapping import encounter_response

    with work() as w:
        chart = w.charts.get(sequence.encounter)
        trail = Counter(e.action for e in w.audit.events(subject=sequence.encounter))
        told = Counter(e.type.value for e in w.events.after(0, limit=100_000, sources={chart.source}) if e.chart_id == chart.id)
    kept = [d["verdict"] for d in encounter_response(chart)["decisions"]]
    assert kept[: len(sequence.acknowledged)] == sequence.acknowledged
    # At most the one write that was under way when the server died came on top.
    assert sequence.revision <= chart.revision <= sequence.revision + 1
    assert len(kept) - len(sequence.acknowledged) in (0, 1)
    assert len(chart.finalized) - sequence.finalized in (0, 1)
    assert [d.sequence for d in chart.decisions] == list(range(1, len(kept) + 1))
    # Each write is there with its audit event and its event for others, or not at all.
    assert trail["chart.decided"] == len(kept)
    assert trail["chart.finalized"] == told["encounter.finalized"] == len(chart.finalized)
    assert trail["chart.reopened"] == told["encounter.reopened"] == len(chart.reopenings) == chart.version - 1
    assert chart.revision == 1 + len(kept) + len(chart.finalized) + len(chart.reopenings)
    assert (chart.status.value == "finalized") == (len(chart.finalized) == chart.version)
