"""Databases for tests: SQLite in a folder, PostgreSQL databases that are dropped again, and a fake in memory."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from app.store import migrate
from app.store.engine import make_engine

SERVER = os.environ.get("CHARTCODER_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@contextmanager
def postgres_url() -> Iterator[URL]:
    """A new empty database on the PostgreSQL server; skipped where there is none."""
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"chartcoder_test_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        server.dispose()
        pytest.skip("no PostgreSQL server at 127.0.0.1:5432 (CHARTCODER_TEST_POSTGRES names another)")
    try:
        yield server.url.set(database=name)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def sqlite_url(folder: Path) -> URL:
    return URL.create("sqlite+pysqlite", database=str(folder / f"{secrets.token_hex(4)}.db"))


@contextmanager
def migrated(url: URL) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        migrate.upgrade(engine)
        yield engine
    finally:
        engine.dispose()
