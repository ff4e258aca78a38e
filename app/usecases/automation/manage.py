"""Certificates in the hands of people: read, issued, revoked, switched on, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain import chart_work
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.automation.certificate import Certificate, CertificateState, CodeSlice, RevokeReason
from app.domain.automation.errors import CertificateEnded, InvalidAutomation
from app.domain.automation.monitor import Watch
from app.domain.automation.switch import Switch
from app.domain.automation.whole_chart import is_automatic
from app.domain.chart_event import ChartEvent, EventType
from app.domain.people import Permission
from app.usecases.automation.watch import ended, watch_of
from app.usecases.charts.desk import Desk, Open, need


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as it stands: `charts` were finalised under it, `sampled` of them drawn for an audit; `watch` over those judged."""

    certificate: Certificate
    state: CertificateState
    on: bool
    charts: int
    sampled: int
    watch: Watch


class ManageAutomation:
    """Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def certificates(self, actor: Actor) -> list[Shown]:
        """Every certificate, the last issued first. Raises NotAllowed, as every verb here."""
        need(actor, Permission.CERTIFICATES)
        with self._desk.work() as work:
            found = work.certificates.all()
            counts: Mapping[str, tuple[int, int]] = work.automation.counts([c.id for c in found]) if found else {}
            on = {s.slice for s in work.automation.switches() if s.on}
            now = self._desk.now()
            return [Shown(c, c.state(now), c.slice in on, *counts.get(c.id, (0, 0)), watch_of(work, c)) for c in found]

    def certificate(self, actor: Actor, certificate_id: str) -> Shown:
        """One certificate. Raises CertificateNotFound."""
        need(actor, Permission.CERTIFICATES)
        with self._desk.work() as work:
            c = work.certificates.get(certificate_id)
            on = {s.slice for s in work.automation.switches() if s.on}
            return Shown(c, c.state(self._desk.now()), c.slice in on, *work.automation.counts([c.id]).get(c.id, (0, 0)), watch_of(work, c))

    def switches(self, actor: Actor) -> list[Switch]:
        """Every slice that was ever switched."""
        need(actor, Permission.CERTIFICATES)
        with self._desk.work() as work:
            return work.automation.switches()

    def switch(self, actor: Actor, of: CodeSlice, *, on: bool, reason: str) -> Switch:
        """Allow charts to be finalised without a person by certificates of a slice, or end that.

        Raises InvalidAutomation without a reason, and for a slice without an active certificate that is to be switched on.
        """
        need(actor, Permission.AUTOMATE)
        if not reason.strip():
            raise InvalidAutomation("Automation is switched with a reason")
        with self._desk.work() as work:
            now = self._desk.now()
            active = [c for c in work.certificates.standing() if c.slice == of and c.state(now) is CertificateState.ACTIVE]
            if on and not active:
                raise InvalidAutomation("Only a slice with an active certificate can be switched on")
            switch = Switch(of, on, actor.principal.id, now, reason.strip())
            work.automation.put(switch)
            detail = {"system": of.system.value, "setting": of.setting.value, "family": of.family, "on": int(on)}
            work.audit.add(AuditEntry(now, actor, Action.AUTOMATION_SWITCHED, active[0].id if active else "", detail))
            return switch

    def issue(self, actor: Actor, certificates: Sequence[Certificate], *, run_id: str = "") -> None:
        """Keep new certificates; earlier ones of the same system and setting that stand are superseded.

        `run_id`: the certification that found them. Safe to repeat: what is kept already is not kept again.
        """
        renewed = {(c.slice.system, c.slice.setting) for c in certificates}
        with self._desk.work() as work:
            now = self._desk.now()
            kept = {c.id for c in work.certificates.all()}
            if kept.issuperset(c.id for c in certificates):
                return
            for old in work.certificates.standing():
                if (old.slice.system, old.slice.setting) in renewed:
                    ended(work, actor, old.end(now, RevokeReason.SUPERSEDED), now)
            for c in certificates:
                work.certificates.add(c)
                detail = {
                    "system": c.slice.system.value,
                    "setting": c.slice.setting.value,
                    "family": c.slice.family,
                    "charts": c.basis.charts,
                    "run": run_id,
                }
                work.audit.add(AuditEntry(now, actor, Action.CERTIFICATE_ISSUED, c.id, detail))
                work.events.add(ChartEvent(EventType.CERTIFICATE_ISSUED, "", "", "", now, 1, {"certificate": c.id, "slice": c.slice.name}))

    def revoke(self, actor: Actor, certificate_id: str, note: str) -> Certificate:
        """The certificate revoked. Raises CertificateNotFound, CertificateEnded, and InvalidAutomation without a reason."""
        need(actor, Permission.CERTIFY)
        if not note.strip():
            raise InvalidAutomation("A certificate is revoked with a reason")
        with self._desk.work() as work:
            found = work.certificates.get(certificate_id, to_change=True)
            if found.revoked is not None:
                raise CertificateEnded
            now = self._desk.now()
            revoked = found.end(now, RevokeReason.BY_HAND, note.strip())
            ended(work, actor, revoked, now)
            return revoked

    def reopen(self, actor: Actor, certificate_id: str, reason: str) -> list[str]:
        """Take up again every chart that was finalised under the certificate and stands as it was; their ids.

        Raises CertificateNotFound, and InvalidAutomation without a reason.
        """
        need(actor, Permission.AUTOMATE)
        if not reason.strip():
            raise InvalidAutomation("Charts are re-opened with a reason")
        with self._desk.work() as work:
            work.certificates.get(certificate_id)
            done = work.automation.done_under(certificate_id)
        reopened = []
        for record in done:
            # One transaction a chart: an interruption leaves whole charts done or not, and whoever works meanwhile waits for one only.
            with self._desk.work() as work:
                chart = work.charts.get(record.chart_id, to_change=True)
                if chart.version != record.version or not is_automatic(chart):
                    continue
                now = self._desk.now()
                it = Open(work, chart, actor, now)
                after = chart_work.reopen(chart, reason, actor.principal.id, now)
                kept = it.save(after, Action.REOPENED, {"version": after.version, "certificate": certificate_id})
                it.tell(kept, EventType.REOPENED, {})
                reopened.append(chart.id)
        return reopened
