"""The repository of samples and audited charts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.audits.errors import SampleNotFound
from app.domain.audits.item import AuditedChart, AuditItem, ItemState
from app.domain.audits.judgement import Mark, Tally
from app.domain.audits.sample import ChartRule, Sample, SampleKind
from app.domain.errors import StaleWrite
from app.store import audit_rows as rows
from app.store.audit_tables import audit_items as items
from app.store.audit_tables import audit_judgements as judgements
from app.store.audit_tables import audit_marks as marks
from app.store.audit_tables import audit_replies as replies
from app.store.audit_tables import audit_samples as samples
from app.store.chart_tables import charts
from app.store.populations import drawable_charts
from app.store.sealing import Seal
from app.usecases.records.audits import Drawable, ItemSummary, SampleProgress

_OPEN = [ItemState.WAITING.value, ItemState.CODED.value]


class SqlAudits:
    """Samples within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal

    def drawable(self, rule: ChartRule, *, at: datetime, not_by: str, unaudited: bool) -> list[Drawable]:
        """Charts that can be drawn, by id."""
        asked = drawable_charts(rule, at=at, not_by=not_by, unaudited=unaudited)
        return [Drawable(row.chart_id, row.version, row.coder) for row in self._connection.execute(asked)]

    def add(self, sample: Sample, items_: Sequence[AuditItem]) -> bool:
        """Keep a new sample; False where there is one of this id."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(samples).values(rows.sample_row(sample)))
        except IntegrityError:
            return False
        if items_:
            self._connection.execute(insert(items), [rows.item_row(item, ()) for item in items_])
        return True

    def exists(self, sample_id: str) -> bool:
        """True for a sample that is kept."""
        return self._connection.execute(select(samples.c.id).where(samples.c.id == sample_id)).one_or_none() is not None

    def waiting(self) -> Mapping[str, int]:
        """Auditor → charts that are not judged yet."""
        asked = select(items.c.auditor, func.count()).where(items.c.state.in_(_OPEN)).group_by(items.c.auditor)
        return {auditor: number for auditor, number in self._connection.execute(asked)}  # noqa: C416  rows are not tuples to mypy

    def get(self, sample_id: str) -> SampleProgress:
        """Raises SampleNotFound."""
        row = self._connection.execute(select(samples).where(samples.c.id == sample_id)).one_or_none()
        if row is None:
            raise SampleNotFound
        return self._with_progress([row])[0]

    def samples(self, *, auditor: str | None, limit: int, before: datetime | None = None) -> list[SampleProgress]:
        """Samples, the last drawn first."""
        asked = select(samples).order_by(samples.c.drawn_at.desc(), samples.c.id).limit(limit)
        if auditor is not None:
            asked = asked.where(samples.c.auditor == auditor)
        if before is not None:
            asked = asked.where(samples.c.drawn_at < before)
        return self._with_progress(self._connection.execute(asked).all())

    def items(self, sample_id: str) -> list[ItemSummary]:
        """The charts of a sample by number."""
        asked = _summaries().where(items.c.sample_id == sample_id).order_by(items.c.number)
        return [_summary(row) for row in self._connection.execute(asked)]

    def items_of(self, coder: str, states: frozenset[ItemState], *, limit: int) -> list[ItemSummary]:
        """Judged charts of a coder, the last judged first."""
        asked = _summaries().where(items.c.coder == coder, items.c.state.in_(sorted(states)), items.c.judged_at.is_not(None))
        asked = asked.order_by(items.c.judged_at.desc(), items.c.sample_id, items.c.number).limit(limit)
        return [_summary(row) for row in self._connection.execute(asked)]

    def item(self, sample_id: str, number: int, *, to_change: bool = False) -> AuditItem:
        """One chart of a sample. Raises SampleNotFound."""
        asked = select(items).where(items.c.sample_id == sample_id, items.c.number == number)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        if row is None:
            raise SampleNotFound
        return rows.read_item(row, self._of(judgements, row), self._of(replies, row), self._seal)

    def save(self, before: AuditItem, after: AuditItem, marks_: Sequence[Mark] = (), counts: Tally | None = None) -> AuditItem:
        """Keep what is new. Raises StaleWrite."""
        kept = replace(after, revision=before.revision + 1)
        here = (items.c.sample_id == before.sample_id) & (items.c.number == before.number)
        changed = update(items).where(here & (items.c.revision == before.revision)).values(rows.item_row(kept, marks_, counts))
        if self._connection.execute(changed).rowcount != 1:
            raise StaleWrite
        for i, done in enumerate(kept.judgements[len(before.judgements) :], len(before.judgements) + 1):
            self._connection.execute(insert(judgements).values(rows.judgement_row(kept, i, done, self._seal)))
        for i, reply in enumerate(kept.replies[len(before.replies) :], len(before.replies) + 1):
            self._connection.execute(insert(replies).values(rows.reply_row(kept, i, reply, self._seal)))
        if len(kept.judgements) > len(before.judgements):
            self._connection.execute(delete(marks).where(marks.c.sample_id == kept.sample_id, marks.c.number == kept.number))
            if marks_:
                self._connection.execute(insert(marks), [rows.mark_row(kept, mark) for mark in marks_])
        return kept

    def blind_for(self, auditor: str, chart_id: str) -> bool:
        """True while the auditor has this chart to code blind."""
        asked = select(items.c.number).where(items.c.chart_id == chart_id, items.c.auditor == auditor, items.c.blind)
        waiting = asked.where(items.c.state == ItemState.WAITING.value).limit(1)
        return self._connection.execute(waiting).one_or_none() is not None

    def blind_among(self, auditor: str, chart_ids: Collection[str]) -> set[str]:
        """Those of the charts that the auditor has to code blind."""
        asked = select(items.c.chart_id).where(items.c.chart_id.in_(chart_ids), items.c.auditor == auditor, items.c.blind)
        return set(self._connection.execute(asked.where(items.c.state == ItemState.WAITING.value)).scalars())

    def judged_since(self, since: datetime | None) -> int:
        """How many charts of random samples were judged after that."""
        asked = select(items.c.chart_id, items.c.version).where(items.c.kind == SampleKind.RANDOM.value, items.c.judged_at.is_not(None)).distinct()
        found = (asked if since is None else asked.where(items.c.judged_at > since)).subquery()
        return int(self._connection.execute(select(func.count()).select_from(found)).scalar_one())

    def judgements(self, *, random_only: bool = False, since: datetime | None = None) -> list[AuditedChart]:
        """Every judged chart with the judgement that holds."""
        asked = select(items, samples.c.drawn_at, samples.c.population).join(samples, samples.c.id == items.c.sample_id)
        asked = asked.where(items.c.judged_at.is_not(None)).order_by(items.c.judged_at, items.c.sample_id, items.c.number)
        if random_only:
            asked = asked.where(items.c.kind == SampleKind.RANDOM.value)
        if since is not None:
            asked = asked.where(items.c.judged_at >= since)
        counted = self._connection.execute(select(items.c.sample_id, func.count()).group_by(items.c.sample_id))
        sizes: dict[str, int] = {sample_id: number for sample_id, number in counted}  # noqa: C416  rows are not tuples to mypy
        last = {(row.chart_id, row.version): row for row in self._connection.execute(asked).all()}
        return [self._audited(row, sizes[row.sample_id]) for row in last.values()]

    def _audited(self, row: Row[Any], size: int) -> AuditedChart:
        done = rows.read_judgement(self._of(judgements, row)[-1], self._seal)
        return AuditedChart(
            row.sample_id,
            row.number,
            SampleKind(row.kind),
            row.chart_id,
            row.version,
            row.coder,
            row.auditor,
            row.blind,
            done.at,
            done.lines,
            done.errors,
            row.state == ItemState.DISPUTED.value,
            row.drawn_at,
            row.population,
            size,
        )

    def _of(self, table: Table, row: Row[Any]) -> Sequence[Row[Any]]:
        here = select(table).where(table.c.sample_id == row.sample_id, table.c.number == row.number)
        return self._connection.execute(here.order_by(table.c.sequence)).all()

    def _with_progress(self, found: Sequence[Row[Any]]) -> list[SampleProgress]:
        c = items.c
        counted = select(c.sample_id, c.state, func.count(), func.coalesce(func.sum(c.codes), 0), func.coalesce(func.sum(c.agreed), 0))
        counted = counted.where(c.sample_id.in_([row.id for row in found])).group_by(c.sample_id, c.state)
        states: dict[str, dict[ItemState, int]] = {}
        sums: dict[str, tuple[int, int]] = {}
        for sample_id, state, number, codes, agreed in self._connection.execute(counted):
            states.setdefault(sample_id, {})[ItemState(state)] = number
            known = sums.get(sample_id, (0, 0))
            sums[sample_id] = (known[0] + int(codes), known[1] + int(agreed))
        return [SampleProgress(rows.read_sample(row), states.get(row.id, {}), *sums.get(row.id, (0, 0))) for row in found]


def erase_words(connection: Connection, chart_id: str) -> None:
    """Erase what auditors and coders said of a chart in words."""
    for table, column in ((judgements, "words"), (replies, "comment")):
        here = select(items.c.number).where(items.c.chart_id == chart_id, items.c.sample_id == table.c.sample_id, items.c.number == table.c.number)
        connection.execute(update(table).where(here.exists()).values({column: None}))


def _summaries() -> Select[Any]:
    return select(items, charts.c.external_id).join(charts, charts.c.id == items.c.chart_id)


def _summary(row: Row[Any]) -> ItemSummary:
    return ItemSummary(
        row.sample_id,
        row.number,
        row.chart_id,
        row.external_id,
        row.version,
        row.coder,
        row.auditor,
        row.blind,
        ItemState(row.state),
        row.judged_at,
        row.codes,
        row.agreed,
    )
