"""The only place that commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from app.domain.errors import DatabaseRefused
from app.store.audit import SqlAudit
from app.store.audits import SqlAudits
from app.store.certificates import SqlAutomation, SqlCertificates
from app.store.charts import SqlCharts, SqlReceipts
from app.store.figures import SqlFigures
from app.store.models import SqlModels
from app.store.outbox import SqlFeed, SqlWebhooks
from app.store.people import SqlKeys, SqlSessions, SqlUsers
from app.store.profiles import SqlProfiles
from app.store.runs import SqlRuns
from app.store.sealing import Seal
from app.store.site_phrases import SqlSitePhrases


class SqlUnitOfWork:
    """The repositories of one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self.charts = SqlCharts(connection, seal)
        self.receipts = SqlReceipts(connection)
        self.site_phrases = SqlSitePhrases(connection, seal)
        self.audit = SqlAudit(connection)
        self.audits = SqlAudits(connection, seal)
        self.figures = SqlFigures(connection)
        self.webhooks = SqlWebhooks(connection, seal)
        self.events = SqlFeed(connection, self.webhooks)
        self.users = SqlUsers(connection)
        self.sessions = SqlSessions(connection)
        self.keys = SqlKeys(connection)
        self.certificates = SqlCertificates(connection)
        self.automation = SqlAutomation(connection)
        self.profiles = SqlProfiles(connection)
        self.models = SqlModels(connection)
        self.runs = SqlRuns(connection)

    def flush(self) -> None:
        """Give events their places, always in this order, so that no two transactions wait for one another."""
        self.events.flush()
        self.audit.flush()


class SqlWork:
    """Begins transactions. Safe to share between threads."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine, self._seal = engine, seal
        # SQLite has one writer at a time: threads that queue here wait less than by its own polling.
        self._turn: AbstractContextManager[object] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def __call__(self) -> Iterator[SqlUnitOfWork]:
        """One transaction, kept when the block ends, undone when it raises. Raises DatabaseRefused when the database can't be reached."""
        with self._turn, self._transaction() as connection:
            work = SqlUnitOfWork(connection, self._seal)
            yield work
            work.flush()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except OperationalError as error:
            # The library's own text quotes the statement with its values.
            raise DatabaseRefused(f"the database can't be used ({type(error.orig).__name__}): see `chartcoder db check`") from None
