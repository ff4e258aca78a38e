from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.store.sealing import Seal, new_key
from app.store.unit_of_work import SqlWork
from app.usecases.records.unit_of_work import Work
from tests.store.databases import migrated, postgres_url, sqlite_url
from tests.usecases.fake_records import FakeWork


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory) -> Iterator[Engine]:
    with migrated(sqlite_url(tmp_path_factory.mktemp("sqlite"))) as engine:
        yield engine


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    with postgres_url() as url, migrated(url) as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "postgres_engine")


@pytest.fixture(params=["fake", "sqlite", "postgresql", "sqlite, encrypted"])
def work(request: pytest.FixtureRequest) -> Work:
    if request.param == "fake":
        return FakeWork()
    engine = request.getfixturevalue("postgres_engine" if request.param == "postgresql" else "sqlite_engine")
    return SqlWork(engine, Seal([new_key()]) if "encrypted" in request.param else Seal())
