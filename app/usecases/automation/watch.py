"""Watching certificates: audits, the bundle and the code release end what no longer holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.automation.certificate import Certificate, CertificateState, RevokeReason
from app.domain.automation.monitor import Watch, loss_of, watched
from app.domain.automation.switch import Switch
from app.domain.chart_event import ChartEvent, EventType
from app.domain.code import CodeSystem
from app.domain.people import AUTOMATION
from app.usecases.charts.desk import Desk
from app.usecases.drift.watch import Windows, drifted
from app.usecases.records.unit_of_work import UnitOfWork

FALSE_ALARMS = 0.05
"""Probability at most, over all time, that audits revoke a certificate that holds."""
# After these a manager has to look again before anything is finalised without a person.
_FOR_CAUSE = frozenset({RevokeReason.BY_HAND, RevokeReason.AUDITS, RevokeReason.DRIFT})
_ACTOR = Actor(AUTOMATION)


class WatchCertificates:
    """Ends certificates that no longer hold. Safe to run in several processes at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, bundle_id: str, releases: Mapping[CodeSystem, str]) -> list[Certificate]:
        """Those that were ended now; `bundle_id` and `releases` are those in use."""
        with self._desk.work() as work:
            now, windows, out = self._desk.now(), Windows(work), []
            for found in work.certificates.standing():
                reason, note = _broken(work, windows, found, bundle_id, releases, now)
                if reason is not None:
                    certificate = work.certificates.get(found.id, to_change=True)
                    if certificate.revoked is None:
                        revoked = certificate.end(now, reason, note)
                        ended(work, _ACTOR, revoked, now)
                        out.append(revoked)
            return out


def _broken(
    work: UnitOfWork, windows: Windows, certificate: Certificate, bundle_id: str, releases: Mapping[CodeSystem, str], now: datetime
) -> tuple[RevokeReason | None, str]:
    if certificate.state(now) is not CertificateState.ACTIVE:
        return None, ""
    if certificate.bundle_id != bundle_id:
        return RevokeReason.BUNDLE, f"another bundle is active: {bundle_id}"
    if not certificate.fits(bundle_id, releases):
        return RevokeReason.RELEASE, f"another code release is in use: {releases.get(certificate.slice.system, 'none')}"
    watch = watch_of(work, certificate)
    if watch.broken(alpha=FALSE_ALARMS):
        return RevokeReason.AUDITS, f"audits: mean share of wrong codes {watch.loss / watch.charts:.3f} in {watch.charts} charts"
    drift = drifted(windows, certificate, now)
    if drift is not None:
        return RevokeReason.DRIFT, f"drift of {drift.measure}: {drift.value:.3f}, limit {drift.limit:.2f}"
    return None, ""


def watch_of(work: UnitOfWork, certificate: Certificate) -> Watch:
    """The watch over the charts drawn for an audit, in the order in which they were judged.

    A certificate that was superseded by one of the same slice and bundle promised the same: what audits said of it counts on.
    Else a site that certifies often would never have evidence enough.
    """
    line = [
        c
        for c in work.certificates.all()
        if c.id == certificate.id
        or (
            (c.slice, c.bundle_id, c.target) == (certificate.slice, certificate.bundle_id, certificate.target)
            and c.reason is RevokeReason.SUPERSEDED
            and c.issued <= certificate.issued
        )
    ]
    drawn = {(d.chart_id, d.version): d for c in line for d in work.automation.done_under(c.id, sampled_only=True)}
    losses = []
    if drawn:
        for judged in work.audits.judgements(since=min(c.issued for c in line)):
            done = drawn.get((judged.chart_id, judged.version))
            if done is not None:
                right = {line.ref for line in judged.lines}
                losses.append(loss_of([code.ref in right for code in done.codes]))
    return watched(losses, target=certificate.target)


def ended(work: UnitOfWork, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Keep that a certificate was ended, tell of it, and after a cause for doubt switch its slice off."""
    reason = certificate.reason or RevokeReason.BY_HAND
    work.certificates.end(certificate)
    work.audit.add(AuditEntry(now, actor, Action.CERTIFICATE_REVOKED, certificate.id, {"reason": reason.value}))
    data = {"certificate": certificate.id, "slice": certificate.slice.name, "reason": reason.value}
    work.events.add(ChartEvent(EventType.CERTIFICATE_REVOKED, "", "", "", now, 1, data))
    if reason in _FOR_CAUSE and any(s.on and s.slice == certificate.slice for s in work.automation.switches()):
        work.automation.put(
            Switch(certificate.slice, on=False, by=actor.principal.id, at=now, reason=f"certificate {certificate.id} was revoked: {reason.value}")
        )
        detail = {"system": certificate.slice.system.value, "setting": certificate.slice.setting.value, "family": certificate.slice.family, "on": 0}
        work.audit.add(AuditEntry(now, actor, Action.AUTOMATION_SWITCHED, certificate.id, detail))
