"""Handing to an auditor the charts that were drawn when they were finalised without a person."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from app.domain.access_errors import InvalidPerson
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.audits.item import AuditItem
from app.domain.audits.sample import MOST_ITEMS, ChartRule, Sample, SampleKind, Size, digest_of, draw
from app.domain.automation.errors import InvalidAutomation
from app.domain.automation.whole_chart import SAMPLE_SEED, is_sampled
from app.domain.people import AUTOMATION, Permission, Role, User
from app.usecases.charts.desk import Desk, need
from app.usecases.records.audits import Drawable
from app.usecases.records.unit_of_work import UnitOfWork

_ACTOR = Actor(AUTOMATION)
_RULE = ChartRule(coder=AUTOMATION.id)


@dataclass(frozen=True, slots=True)
class SentToAudit:
    """The sample that was made, and how many charts it holds."""

    sample_id: str
    charts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """`charts` that were drawn and are with no auditor yet; `auditors`: whether there is anyone to judge them."""

    charts: int
    auditors: bool


class SendToAudit:
    """Safe to share between threads, and to run in several processes at once."""

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
            if user is None or not _judges(user):
                raise InvalidPerson("Samples are judged by auditors: there is none of this name")
            sent = self._send(work, actor, user, secrets.token_hex(12), blind=blind)
            if sent is None:
                raise InvalidAutomation("No chart that was drawn for an audit waits for one")
            return sent

    def by_itself(self) -> SentToAudit | None:
        """A blind sample of them for the auditor with the fewest charts to judge, once an hour at most; None where nothing or nobody waits.

        The sample of an hour has one id, so that of several processes one makes it.
        """
        now = self._desk.now()
        sample_id = hashlib.sha256(f"{SAMPLE_SEED}:{now:%Y-%m-%dT%H}".encode()).hexdigest()[:24]
        with self._desk.work() as work:
            if work.audits.exists(sample_id) or not self._waits(work):
                return None
            auditors = [user for user in work.users.all() if _judges(user)]
            if not auditors:
                return None
            waiting = work.audits.waiting()
            return self._send(work, _ACTOR, min(auditors, key=lambda u: (waiting.get(u.id, 0), u.name)), sample_id, blind=True)

    def waiting(self, actor: Actor) -> Waiting:
        """How many drawn charts are with no auditor yet, and whether there is one. Raises NotAllowed."""
        need(actor, Permission.CERTIFICATES)
        with self._desk.work() as work:
            return Waiting(self._waits(work), any(_judges(user) for user in work.users.all()))

    def _waits(self, work: UnitOfWork) -> int:
        # The share may have been lowered since they were drawn.
        return sum(is_sampled(chart_id, self._share) for chart_id in work.automation.drawn())

    def _drawn(self, work: UnitOfWork, auditor: str) -> tuple[dict[str, Drawable], list[str]]:
        """What could be drawn, and the drawn of it in the order of the draw."""
        found = {it.chart_id: it for it in work.audits.drawable(_RULE, at=self._desk.now(), not_by=auditor, unaudited=True)}
        return found, list(draw(list(found), sum(is_sampled(chart_id, self._share) for chart_id in found), SAMPLE_SEED))

    def _send(self, work: UnitOfWork, actor: Actor, auditor: User, sample_id: str, *, blind: bool) -> SentToAudit | None:
        now, (found, drawn) = self._desk.now(), self._drawn(work, auditor.id)
        drawn = drawn[:MOST_ITEMS]
        if not drawn:
            return None
        sample = Sample(
            sample_id,
            f"Without a person {now:%Y-%m-%d %H:%M}",
            SampleKind.RULE,
            _RULE,
            Size(charts=len(drawn)),
            blind,
            auditor.id,
            actor.principal.id,
            now,
            SAMPLE_SEED,
            len(found),
            digest_of(list(found)),
        )
        items = [
            AuditItem(sample.id, number, sample.kind, chart_id, found[chart_id].version, found[chart_id].coder, auditor.id, blind)
            for number, chart_id in enumerate(drawn, 1)
        ]
        if not work.audits.add(sample, items):
            return None
        detail: dict[str, str | int | None] = {"charts": len(drawn), "population": len(found), "auditor": auditor.id}
        work.audit.add(AuditEntry(now, actor, Action.AUTOMATION_AUDITED, sample.id, detail))
        return SentToAudit(sample.id, len(drawn))


def _judges(user: User) -> bool:
    return not user.disabled and Role.AUDITOR in user.roles
