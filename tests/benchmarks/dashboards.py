"""Every figure over 50,000 finalised encounters on both databases: `python -m tests.benchmarks.dashboards`.

Milliseconds per figure as the use case gives it, whole and of one quarter and coder; also the draw of a random sample.
SQLite runs in this process: its CPU time tells what a figure costs on a machine that does other things.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert

from app.domain.audit import Actor
from app.domain.audits.sample import ChartRule, SampleKind, Size
from app.domain.chart import ChartStatus
from app.domain.encounter import Encounter, Setting
from app.domain.figures import FigureFilter, FigureName
from app.domain.people import Principal, PrincipalKind, Role, User
from app.store.chart_rows import chart_row
from app.store.chart_tables import charts, finalized_sets
from app.store.outcome_tables import chart_outcomes, code_outcomes
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.audits.draw import DrawSamples, SamplePlan
from app.usecases.charts.desk import Desk
from app.usecases.dashboards.show import ShowFigures
from tests.charts import NOW, chart
from tests.store.databases import migrated, postgres_url, sqlite_url

MANY, TURNS, CODES, WAITING = 50_000, 11, 7, 5_000
_AUDITOR = Actor(Principal(PrincipalKind.PERSON, "aud", "aud", frozenset({Role.AUDITOR, Role.MANAGER})))


def fill(engine: Engine) -> None:
    """Encounters over two years with nothing but what figures are made from, and some that wait."""
    choose, rows = random.Random(7), {table: [] for table in (charts, finalized_sets, chart_outcomes, code_outcomes)}
    for i in range(MANY + WAITING):
        at = NOW - timedelta(minutes=21 * i)
        done = i >= WAITING
        it = chart(encounter=Encounter(choose.choice(list(Setting))), status=ChartStatus.FINALIZED if done else ChartStatus.NEW, received_at=at)
        rows[charts].append(chart_row(it))
        if not done:
            continue
        key = {"chart_id": it.id, "version": 1}
        rows[finalized_sets].append({**key, "by": "c", "at": at, "lines": [], "findings": [], "override": "", "active_seconds": None})
        shared = {
            **key, "day": at.date(), "coder": f"coder-{choose.randrange(20)}", "setting": it.encounter.setting.value,
            "bundle": f"{choose.randrange(3):016x}", "latest": True,
        }  # fmt: skip
        counts = {
            "edits": choose.randrange(6),
            "seconds": choose.choice([None, choose.randrange(20, 600)]),
            "seen": 20,
            "suggested": 5,
            "billed": 6,
            "kept": 4,
        }
        rows[chart_outcomes].append({**shared, "at": at, "overridden": False, "first_kept": True, **counts})
        for n in range(CODES):
            # Some codes are in every fifth chart, most are rare.
            code = f"C{int(4000 * choose.random() ** 3):04d}.{n}"
            origin = "added" if n == 0 else "suggested"
            confidence = None if n == 0 else choose.random() ** 0.3
            billed = n == 0 or choose.random() < (confidence or 0)
            rows[code_outcomes].append(
                {**shared, "system": "ICD-10-CM", "code": code, "origin": origin, "confidence": confidence, "billed": billed, "replaced": False}
            )
    with engine.begin() as connection:
        for table, found in rows.items():
            for begin in range(0, len(found), 5000):
                connection.execute(insert(table), found[begin : begin + 5000])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def measure(kind: str, engine: Engine) -> None:
    """Print one table."""
    fill(engine)
    work = SqlWork(engine, Seal())
    desk = Desk(work, time.time)
    figures = ShowFigures(desk)
    quarter = FigureFilter(coder="coder-3", setting=Setting.OUTPATIENT, day_from=(NOW - timedelta(days=90)).date())
    for name in FigureName:
        for label, wanted in (("all", FigureFilter()), ("one coder, 90 days", quarter)):
            took, computed = [], time.process_time()
            for _ in range(TURNS):
                begun = time.perf_counter()
                figures(_AUDITOR, name, wanted)
                took.append(1000 * (time.perf_counter() - begun))
            took.sort()
            own = 1000 * (time.process_time() - computed) / TURNS
            sys.stdout.write(
                f"{kind:<11}{name.value:<18}{label:<19}p50 {took[TURNS // 2]:6.0f} ms  p95 {took[int(0.95 * TURNS)]:6.0f} ms  CPU {own:6.1f} ms\n"
            )
    with work() as w:
        w.users.add(User("aud", "aud", "aud", frozenset({Role.AUDITOR}), "x"))
    begun = time.perf_counter()
    found = DrawSamples(desk).draw(_AUDITOR, SamplePlan("", SampleKind.RANDOM, ChartRule(), Size(charts=100), blind=True))
    sys.stdout.write(f"{kind:<11}draw 100 of {found.sample.population:,}: {1000 * (time.perf_counter() - begun):.0f} ms\n")


def main() -> None:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder, migrated(sqlite_url(Path(folder))) as engine:
        measure("SQLite", engine)
    with postgres_url() as url, migrated(url) as engine:
        measure("PostgreSQL", engine)


if __name__ == "__main__":
    main()
