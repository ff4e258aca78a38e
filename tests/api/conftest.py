from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.api.fakes import FakeOpener
from tests.api.serving import served

SETTINGS = Settings(max_note_characters=2_000, max_request_bytes=20_000)


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(SETTINGS, opener=FakeOpener())


@pytest.fixture(scope="session")
def url(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False) as client:
        yield client
