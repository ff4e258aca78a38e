"""A database as the rest of the service sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.store import maintenance, migrate, outcomes
from app.store.engine import database_url, make_engine
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork


class Database:
    """One database with its keys."""

    def __init__(self, url: str, state_dir: Path, note_keys: Sequence[str] = (), *, pooled: bool = False) -> None:
        """`pooled`: for a service, which opens connections all the time. Raises DatabaseRefused for an address or a key that can't be used."""
        self._url = database_url(url, state_dir)
        self._seal = Seal(note_keys)
        self._engine = make_engine(self._url, pooled=pooled)

    @property
    def name(self) -> str:
        """Where it is, without password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def embedded(self) -> bool:
        """True for SQLite."""
        return self._engine.dialect.name == "sqlite"

    def prepare(self) -> None:
        """Bring the embedded database up to date; another must be, by `chartcoder db upgrade`. Raises DatabaseRefused."""
        if self.embedded:
            self.upgrade()
        else:
            migrate.need_current(self._engine)

    def work(self) -> SqlWork:
        """Units of work."""
        return SqlWork(self._engine, self._seal)

    def upgrade(self) -> migrate.SchemaState:
        """Bring it up to date; the state before. Raises DatabaseRefused."""
        before = migrate.upgrade(self._engine)
        if not before.current:
            with self._engine.begin() as connection:
                outcomes.fill(connection, self._seal)
        return before

    def check(self) -> list[str]:
        """Everything wrong with it, one line each; none when all is well. Raises DatabaseRefused when it can't be reached."""
        state = migrate.state(self._engine)
        if not state.current:
            return [f"the schema is at {state.found or 'nothing'} and must be at {state.needed}: run `chartcoder db upgrade`"]
        return [*migrate.differences(self._engine), *maintenance.faults(self._engine, self._seal)]

    def backup(self, target: Path) -> None:
        """A consistent copy while the service runs. Raises BackupRefused."""
        maintenance.backup(self._url, target)

    def restore(self, source: Path, *, force: bool) -> None:
        """Put a backup in its place, with the service stopped. Raises BackupRefused."""
        self._engine.dispose()
        maintenance.restore(self._url, source, force=force)

    def rotate(self, progress: Callable[[float], None]) -> int:
        """Seal every text with the first key; how many. Raises DatabaseRefused."""
        return maintenance.rotate(self._engine, self._seal, progress)
