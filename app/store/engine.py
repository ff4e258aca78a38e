"""Engines: SQLite as an embedded database should be set, PostgreSQL as it comes."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from app.domain.errors import DatabaseRefused

SQLITE_FILE = "chartcoder.db"
_BUSY_MILLISECONDS = 30_000
_POOL = 10


def database_url(given: str, state_dir: Path) -> URL:
    """The database of the setting; the file in the state directory when it is empty. Raises DatabaseRefused."""
    if not given:
        return URL.create("sqlite+pysqlite", database=str(state_dir / SQLITE_FILE))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise DatabaseRefused("CHARTCODER_DATABASE_URL is not an address as postgresql://user:password@host/name") from error
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database:
        return url.set(drivername="sqlite+pysqlite")
    raise DatabaseRefused("CHARTCODER_DATABASE_URL names neither postgresql://... nor sqlite:///file")


def make_engine(url: URL, *, pooled: bool = True) -> Engine:
    """An engine whose transactions are serialisable on SQLite and read committed with row locks on PostgreSQL.

    Without a pool each transaction opens a connection and closes it: for commands, which do few.
    """
    pool: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False}, **pool)
        event.listen(engine, "connect", _set_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if pooled:
        pool = {"pool_size": _POOL, "max_overflow": 2 * _POOL, "pool_pre_ping": True}
    return create_engine(url, connect_args={"connect_timeout": 10}, **pool)


def _set_sqlite(connection: SqliteConnection, _: object) -> None:
    # The driver's own way of beginning would read first and fail when it then wants to write.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        # What was acknowledged is on disk, whether the process or the machine dies.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
