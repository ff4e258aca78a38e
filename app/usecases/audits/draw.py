"""Drawing samples of finalised charts, and showing how they go."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.access_errors import InvalidPerson
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits.errors import InvalidAudit
from app.domain.audits.item import AuditItem
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size, digest_of, draw
from app.domain.people import Permission, Role
from app.usecases.charts.desk import Desk, need
from app.usecases.records.audits import Drawable, ItemSummary, SampleProgress
from app.usecases.records.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """A sample before it is drawn. `auditor`: a user's name, None for whoever draws it."""

    name: str
    kind: SampleKind
    rule: ChartRule
    size: Size
    blind: bool
    auditor: str | None = None


@dataclass(frozen=True, slots=True)
class Redraw:
    """Whether the same rule over the charts as they were then gives the same charts to draw from, and the same draw."""

    population: bool
    charts: bool


class DrawSamples:
    """Draws samples and lists them. Safe to share between threads."""

    def __init__(self, desk: Desk, new_seed: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        """`new_seed`: nobody may choose it, or a sample could be drawn again until it pleases."""
        self._desk, self._new_seed = desk, new_seed

    def draw(self, actor: Actor, plan: SamplePlan) -> SampleProgress:
        """A new sample. Raises NotAllowed, InvalidPerson for an auditor who is none, and InvalidAudit where there is nothing to draw."""
        need(actor, Permission.AUDIT)
        with self._desk.work() as work:
            now, auditor = self._desk.now(), _auditor(work, plan.auditor or actor.principal.id)
            found = _population(work, plan.rule, plan.kind, now, auditor)
            if not found:
                raise InvalidAudit("No finalised encounter of another person answers to this: widen the time or the rule")
            ids, seed = list(found), self._new_seed()
            sample = Sample(
                secrets.token_hex(12),
                plan.name.strip() or f"{plan.kind.value} {now.date().isoformat()}",
                plan.kind,
                plan.rule,
                plan.size,
                plan.blind,
                auditor,
                actor.principal.id,
                now,
                seed,
                len(ids),
                digest_of(ids),
            )
            drawn = [found[i] for i in draw(ids, plan.size.of(len(ids)), seed)]
            work.audits.add(sample, [_item(sample, number, it) for number, it in enumerate(drawn, 1)])
            detail = {"kind": plan.kind.value, "charts": len(drawn), "population": len(ids), "blind": int(plan.blind), "auditor": auditor}
            work.audit.add(AuditEntry(now, actor, Action.SAMPLE_DRAWN, sample.id, detail))
            return work.audits.get(sample.id)

    def samples(self, actor: Actor, *, auditor: str | None, limit: int, before: datetime | None = None) -> list[SampleProgress]:
        """Samples, the last drawn first. Raises NotAllowed."""
        need(actor, Permission.AUDIT_READ)
        with self._desk.work() as work:
            found = work.audits.samples(auditor=auditor, limit=limit, before=before)
            work.audit.add(AuditEntry(self._desk.now(), actor, Action.SAMPLES_READ, "", {"rows": len(found)}))
            return found

    def sample(self, actor: Actor, sample_id: str) -> tuple[SampleProgress, list[ItemSummary]]:
        """A sample and its charts. Raises NotAllowed and SampleNotFound."""
        need(actor, Permission.AUDIT_READ)
        with self._desk.work() as work:
            found = work.audits.get(sample_id), work.audits.items(sample_id)
            work.audit.add(AuditEntry(self._desk.now(), actor, Action.SAMPLES_READ, sample_id, {"rows": len(found[1])}))
            return found

    def redraw(self, actor: Actor, sample_id: str) -> Redraw:
        """Draw again with what was recorded, and compare. Raises NotAllowed and SampleNotFound."""
        need(actor, Permission.AUDIT_READ)
        with self._desk.work() as work:
            sample, rows = work.audits.get(sample_id).sample, work.audits.items(sample_id)
            found = _population(work, sample.rule, sample.kind, sample.drawn_at, sample.auditor)
            again = draw(list(found), len(rows), sample.seed)
            work.audit.add(AuditEntry(self._desk.now(), actor, Action.SAMPLES_READ, sample_id, {"rows": len(rows)}))
            return Redraw(digest_of(list(found)) == sample.digest, again == tuple(row.chart_id for row in rows))


def _population(work: UnitOfWork, rule: ChartRule, kind: SampleKind, at: datetime, auditor: str) -> dict[str, Drawable]:
    # Leaving out what was audited before would make a random sample one of the charts that nobody looked at.
    found = work.audits.drawable(rule, at=at, not_by=auditor, unaudited=kind is SampleKind.RULE)
    return {it.chart_id: it for it in found}


def _auditor(work: UnitOfWork, name: str) -> str:
    user = work.users.named(name)
    if user is None or user.disabled or Role.AUDITOR not in user.roles:
        raise InvalidPerson("Samples are judged by auditors: there is none of this name")
    return user.id


def _item(sample: Sample, number: int, it: Drawable) -> AuditItem:
    return AuditItem(sample.id, number, sample.kind, it.chart_id, it.version, it.coder, sample.auditor, sample.blind)
