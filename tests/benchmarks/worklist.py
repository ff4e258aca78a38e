"""The worklist over 50,000 encounters on both databases: `python -m tests.benchmarks.worklist`.

Milliseconds per page of 50 with its audit event, as the use case gives it, beside a page of 500 encounters in the same run.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert

from app.domain.audit import Actor
from app.domain.chart import ChartStatus
from app.domain.encounter import Encounter, Setting
from app.domain.people import Principal, PrincipalKind, Role
from app.store.chart_rows import chart_row
from app.store.chart_tables import charts
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.charts.desk import Desk
from app.usecases.charts.worklist import ListWorklist
from app.usecases.records.charts import NOBODY, Order, Position, WorklistFilter
from tests.charts import NOW, chart
from tests.store.databases import migrated, postgres_url, sqlite_url

MANY, FEW, TURNS = 50_000, 500, 40
_STATUSES = [ChartStatus.NEW] * 5 + [ChartStatus.IN_REVIEW] * 2 + [ChartStatus.QUERIED] + [ChartStatus.FINALIZED] * 12


def fill(engine: Engine, number: int) -> None:
    """Encounters with nothing but their row of the worklist."""
    choose = random.Random(7)
    rows = []
    for i in range(number):
        it = chart(
            encounter=Encounter(choose.choice(list(Setting))),
            status=choose.choice(_STATUSES),
            priority=round(choose.random(), 6),
            received_at=NOW + timedelta(minutes=i),
            assignee=choose.choice([None, *(f"coder-{n}" for n in range(20))]),
            notes=(),
            drafts=(),
        )
        rows.append(chart_row(it))
    with engine.begin() as connection:
        for begin in range(0, number, 5000):
            connection.execute(insert(charts), rows[begin : begin + 5000])


def questions(worklist: ListWorklist) -> dict[str, Callable[[], object]]:
    """What coders and managers ask for."""
    manager = Actor(Principal(PrincipalKind.PERSON, "m", "m", frozenset({Role.MANAGER})))
    coder = Actor(Principal(PrincipalKind.PERSON, "coder-3", "coder-3", frozenset({Role.CODER})))
    new = frozenset({ChartStatus.NEW})
    open_ = frozenset({ChartStatus.NEW, ChartStatus.IN_REVIEW, ChartStatus.QUERIED})

    def page(who: Actor, order: Order = Order.PRIORITY, after: Position | None = None, **wanted: object) -> Callable[[], object]:
        return lambda: worklist.page(who, WorklistFilter(**wanted), order, after=after, limit=50)  # type: ignore[arg-type]

    return {
        "coder, all by priority": page(coder),
        "coder, new by priority": page(coder, statuses=new),
        "manager, open by age": page(manager, Order.AGE, statuses=open_),
        "manager, emergency queries": page(manager, statuses=frozenset({ChartStatus.QUERIED}), settings=frozenset({Setting.EMERGENCY})),
        "manager, unassigned new": page(manager, statuses=new, assignee=NOBODY),
        "manager, deep page": page(manager, after=Position(0.02, "0" * 24)),
        "manager, deep page by age": page(manager, Order.AGE, after=Position(NOW + timedelta(minutes=MANY - 100), "0" * 24)),
        "manager, counts": lambda: worklist.counts(manager, WorklistFilter()),
        "coder, counts": lambda: worklist.counts(coder, WorklistFilter()),
    }


def measure(engine: Engine) -> dict[str, tuple[float, float]]:
    """Question → median and 95th percentile in milliseconds."""
    worklist = ListWorklist(Desk(SqlWork(engine, Seal()), time.time))
    found = {}
    for name, ask in questions(worklist).items():
        ask()
        took = []
        for _ in range(TURNS):
            begun = time.perf_counter()
            ask()
            took.append(1000 * (time.perf_counter() - begun))
        took.sort()
        found[name] = (took[TURNS // 2], took[int(0.95 * TURNS)])
    return found


def report(kind: str, few: Engine, many: Engine) -> None:
    """Print one table."""
    fill(few, FEW)
    fill(many, MANY)
    small, large = measure(few), measure(many)
    for name, (median, p95) in large.items():
        sys.stdout.write(f"{kind:<11}{name:<28} p50 {median:7.1f} ms  p95 {p95:7.1f} ms  {median / small[name][0]:5.1f} x of {FEW} encounters\n")


def main() -> None:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder:
        with migrated(sqlite_url(Path(folder))) as few, migrated(sqlite_url(Path(folder))) as many:
            report("SQLite", few, many)
        with postgres_url() as first, postgres_url() as second, migrated(first) as few, migrated(second) as many:
            report("PostgreSQL", few, many)


if __name__ == "__main__":
    main()
