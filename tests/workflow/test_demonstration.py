"""Demo mode: users and charts in an empty store, for this machine only."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.api.loopback import LoopbackOnly, is_loopback
from app.demonstration import PASSWORD, USERS, introduce, populate
from app.main import create_app, demo_notes
from app.settings import Settings
from tests.api.fakes import FakeOpener, suggest_codes
from tests.api.serving import served
from tests.workflow.desk import Client


def test_a_store_with_other_users_gets_nothing():
    app = create_app(Settings(), opener=FakeOpener(suggest=suggest_codes(200_000)))
    with served(app):
        workflow = app.state.service.workflow
        workflow.accounts.add_user("someone", "a-long-password-1", {USERS[0][2]})
        assert populate(workflow, demo_notes(Settings())) == 0
        assert [user.id for user in workflow.accounts.users()] == ["someone"]


def test_an_empty_store_gets_ten_charts_and_a_user_of_each_role_once():
    app = create_app(Settings(), opener=FakeOpener(suggest=suggest_codes(200_000)))
    with served(app) as url:
        workflow = app.state.service.workflow
        introduce(workflow)
        assert populate(workflow, demo_notes(Settings())) == 10
        assert populate(workflow, demo_notes(Settings())) == 0
        client = Client(base_url=url, trust_env=False, verify=False)
        assert client.get("/v1/encounters").status_code == 401
        for name, _, _ in USERS:
            assert client.sign_in(name, PASSWORD).status_code == 200
        client.sign_in("coder", PASSWORD)
        assert len(client.get("/v1/encounters").json()["encounters"]) == 10
        assert client.post("/v1/suggestions", json={"text": "Hypertension."}).status_code == 200
        client.close()


@pytest.mark.parametrize(
    ("peer", "host", "passes"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost", True),
        ("::1", "[::1]:8000", True),
        ("10.0.0.7", "localhost:8000", False),
        ("127.0.0.1", "rebound.example:8000", False),
    ],
)
def test_demo_mode_answers_this_machine_only(peer, host, passes):
    seen, sent = [], []

    async def inner(scope, receive, send):
        seen.append(scope)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "client": (peer, 1), "headers": [(b"host", host.encode())], "state": {}}
    # In a thread of its own: a browser test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, LoopbackOnly(inner)(scope, None, send)).result()
    assert bool(seen) is passes
    assert passes or sent[0]["status"] == 403


@pytest.mark.parametrize(("address", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False)])
def test_only_addresses_of_this_machine_are_loopback(address, here):
    assert is_loopback(address) is here
