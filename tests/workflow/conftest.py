from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from tests.store.databases import migrated, postgres_url, sqlite_url
from tests.workflow.desk import Desk, desk_over


@pytest.fixture(scope="session")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """Over SQLite; what differs between databases is the business of tests/store and of the tests named after it."""
    with migrated(sqlite_url(tmp_path_factory.mktemp("workflow"))) as engine, desk_over(SqlWork(engine, Seal())) as desk:
        yield desk


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def either_desk(request, tmp_path_factory) -> Iterator[Desk]:
    if request.param == "sqlite":
        with migrated(sqlite_url(tmp_path_factory.mktemp("either"))) as engine, desk_over(SqlWork(engine, Seal())) as desk:
            yield desk
    else:
        with postgres_url() as url, migrated(url) as engine, desk_over(SqlWork(engine, Seal())) as desk:
            yield desk
