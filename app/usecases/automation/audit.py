"""Handing to an auditor the charts that were drawn when they were finalised without a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app.domain.access_errors import InvalidPerson
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits.item import AuditItem
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size, digest_of, draw
from app.domain.automation.errors import InvalidAutomation
from app.domain.automation.whole_chart import SAMPLE_SEED, is_sampled
from app.domain.people import AUTOMATION, Permission, Role
from app.usecases.charts.desk import Desk, need


@dataclass(frozen=True, slots=True)
class SentToAudit:
    """The sample that was made, and how many charts it holds."""

    sample_id: str
    charts: int


class SendToAudit:
    """Safe to share between threads."""

    def __init__(self, desk: Desk, *, audit_share: float) -> None:
        self._desk, self._share = desk, audit_share

    def __call__(self, actor: Actor, auditor: str, *, blind: bool) -> SentToAudit:
        """A sample of the drawn charts that nobody audited yet, for a user by name.

        The draw is that of every sample, with a seed that all can know: ids of charts are random and nobody's choice.
        Raises NotAllowed, InvalidPerson for someone who is no auditor, and InvalidAutomation where no drawn chart waits.
        """
        need(actor, Permission.AUTOMATE)
        with self._desk.work() as work:
            user = work.users.named(auditor)
            if user is None or user.disabled or Role.AUDITOR not in user.roles:
                raise InvalidPerson("Samples are judged by auditors: there is none of this name")
            rule, now = ChartRule(coder=AUTOMATION.id), self._desk.now()
            found = {it.chart_id: it for it in work.audits.drawable(rule, at=now, not_by=user.id, unaudited=True)}
            count = sum(is_sampled(chart_id, self._share) for chart_id in found)
            if not count:
                raise InvalidAutomation("No chart that was drawn for an audit waits for one")
            drawn = draw(list(found), count, SAMPLE_SEED)
            sample = Sample(
                secrets.token_hex(12),
                f"Without a person {now.date().isoformat()}",
                SampleKind.RULE,
                rule,
                Size(charts=count),
                blind,
                user.id,
                actor.principal.id,
                now,
                SAMPLE_SEED,
                len(found),
                digest_of(list(found)),
            )
            items = [
                AuditItem(sample.id, number, sample.kind, chart_id, found[chart_id].version, found[chart_id].coder, user.id, blind)
                for number, chart_id in enumerate(drawn, 1)
            ]
            work.audits.add(sample, items)
            work.audit.add(AuditEntry(now, actor, Action.AUTOMATION_AUDITED, sample.id, {"charts": count, "population": len(found)}))
            return SentToAudit(sample.id, count)
