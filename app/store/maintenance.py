"""Backup and restore, and sealing all words anew with the first key."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select, tuple_, update
from sqlalchemy.engine import URL

from app.domain.errors import DatabaseRefused, InputError
from app.store.audit_tables import audit_judgements, audit_replies
from app.store.chart_tables import charts, decisions, notes, queries
from app.store.outbox import SqlWebhooks
from app.store.sealing import Seal
from app.store.site_phrases import site_phrases

_ROWS_AT_ONCE = 500
_SEALED = (
    (charts, "patient"),
    (notes, "title"),
    (notes, "text"),
    (queries, "words"),
    (decisions, "comment"),
    (audit_judgements, "words"),
    (audit_replies, "comment"),
    (site_phrases, "text"),
)


class BackupRefused(InputError):
    """A backup file that can't be read or written, or would be written over."""

    code = "backup_refused"


def backup(url: URL, target: Path) -> None:
    """A consistent copy while the service runs: SQLite's own online backup, or `pg_dump`. Raises BackupRefused."""
    if target.exists():
        raise BackupRefused(f"{target} exists: name a new file")
    with _complete(target) as partial:
        if url.get_backend_name() == "sqlite":
            source = Path(str(url.database))
            if not source.is_file():
                raise BackupRefused(f"there is no database at {source}")
            with _sqlite(source) as old, _sqlite(partial) as new:
                old.backup(new)
        else:
            _postgres(["pg_dump", "--format=custom", f"--file={partial}"], url)


def restore(url: URL, source: Path, *, force: bool) -> None:
    """Put a backup in the place of the database; with the service stopped. Raises BackupRefused.

    `force`: also over a database that holds something.
    """
    if not source.is_file():
        raise BackupRefused(f"there is no backup at {source}")
    if url.get_backend_name() == "sqlite":
        target = Path(str(url.database))
        if target.exists() and not force:
            raise BackupRefused(f"{target} exists: add --force to put the backup in its place")
        with _sqlite(source) as old:
            if old.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupRefused(f"{source} is damaged")
            target.parent.mkdir(parents=True, exist_ok=True)
            with _complete(target) as partial, _sqlite(partial) as new:
                old.backup(new)
        # What the old database had not yet moved from its log must not be applied to the new one.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        return
    clean = ["--clean", "--if-exists"] if force else []
    _postgres(["pg_restore", "--single-transaction", "--no-owner", *clean, f"--dbname={url.database}", str(source)], url)


def faults(engine: Engine, seal: Seal) -> list[str]:
    """What is damaged: pages and references of SQLite, and a text that no key opens."""
    found = []
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            found += [f"integrity: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check").all() if row[0] != "ok"]
            found += [
                f"{row[0]} refers to a row of {row[2]} that is not there" for row in connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            ]
        for table, name in _SEALED:
            # Keys change from time to time: the oldest and the newest text tell whether those of both times are there.
            for order in (table.primary_key.columns.values(), [column.desc() for column in table.primary_key.columns]):
                row = connection.execute(select(table.c[name]).where(table.c[name].is_not(None)).order_by(*order).limit(1)).one_or_none()
                try:
                    if row is not None:
                        seal.open(row[0])
                except DatabaseRefused as refused:
                    found.append(str(refused))
    return list(dict.fromkeys(found))


def rotate(engine: Engine, seal: Seal, progress: Callable[[float], None]) -> int:
    """Seal every text with the first key, a few hundred a transaction; how many. Safe to repeat after an interruption."""
    with engine.begin() as connection:
        total = sum(connection.execute(select(func.count()).select_from(t).where(t.c[name].is_not(None))).scalar_one() for t, name in _SEALED)
    done = 0
    for table, name in _SEALED:
        key, last = list(table.primary_key.columns), None
        while True:
            with engine.begin() as connection:
                # Rows are walked by key; those that change meanwhile are sealed with the first key already.
                asked = select(*key, table.c[name]).where(table.c[name].is_not(None)).order_by(*key).limit(_ROWS_AT_ONCE)
                if last is not None:
                    asked = asked.where(tuple_(*key) > last)
                rows = connection.execute(asked.with_for_update()).all()
                for row in rows:
                    where = [column == value for column, value in zip(key, row, strict=False)]
                    connection.execute(update(table).where(*where).values({name: seal.reseal(row[-1])}))
            done += len(rows)
            progress(done / max(total, 1))
            if len(rows) < _ROWS_AT_ONCE:
                break
            last = tuple(rows[-1][:-1])
    with engine.begin() as connection:
        SqlWebhooks(connection, seal).reseal()
    return done


@contextmanager
def _complete(target: Path) -> Iterator[Path]:
    """A file that gets its name only when it is whole."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        raise BackupRefused(f"{target} can't be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(path)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{path} is not a database, or can't be opened: {error}") from error


def _postgres(command: list[str], url: URL) -> None:
    tool = shutil.which(command[0])
    if tool is None:
        raise DatabaseRefused(f"{command[0]} is not installed: install PostgreSQL's client programs")
    environment = dict(os.environ)
    for name, value in (
        ("PGHOST", url.host),
        ("PGPORT", url.port),
        ("PGUSER", url.username),
        ("PGPASSWORD", url.password),
        ("PGDATABASE", url.database),
    ):
        if value is not None:
            environment[name] = str(value)
    ran = subprocess.run([tool, *command[1:]], env=environment, capture_output=True, text=True, check=False)  # noqa: S603  a fixed command, no shell
    if ran.returncode != 0:
        raise BackupRefused(f"{command[0]} failed: {(ran.stderr.strip().splitlines() or ['no message'])[-1]}")
