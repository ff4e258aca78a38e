"""The schema: brought up to date, and checked before anything is served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from app.domain.errors import DatabaseRefused
from app.store.tables import TABLES

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number that nothing else on the server locks.
_UPGRADE_LOCK = 7_301_947


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The revision that the database is at, None for an empty one, and the one that this version needs."""

    found: str | None
    needed: str

    @property
    def current(self) -> bool:
        """True when nothing is to be done."""
        return self.found == self.needed


def upgrade(engine: Engine) -> SchemaState:
    """Bring the schema up to date, all or nothing; the state before. Raises DatabaseRefused."""
    with _transaction(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        before = _state(connection)
        _known(before)
        command.upgrade(_config(connection), "head")
        return before


def state(engine: Engine) -> SchemaState:
    """Where the schema stands. Raises DatabaseRefused."""
    with _transaction(engine) as connection:
        return _state(connection)


def need_current(engine: Engine) -> None:
    """Raise DatabaseRefused when the schema is not this version's."""
    found = state(engine)
    _known(found)
    if not found.current:
        raise DatabaseRefused("the database is empty or of an older version: run `chartcoder db upgrade`")


def differences(engine: Engine) -> list[str]:
    """How the tables differ from what this version expects, one line each."""
    with _transaction(engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), TABLES)
    return [str(difference) for difference in found]


def _state(connection: Connection) -> SchemaState:
    needed = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    return SchemaState(MigrationContext.configure(connection).get_current_revision(), str(needed))


def _known(found: SchemaState) -> None:
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    if found.found is not None and found.found not in known:
        raise DatabaseRefused("the database is of a newer version of Chartcoder: upgrade Chartcoder, or restore a backup of this version")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise DatabaseRefused(f"the database can't be reached ({type(error.orig).__name__}): check CHARTCODER_DATABASE_URL") from None
