"""Comparing what came in lately with what a bundle was trained on, and with what a certificate rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.audit import Actor
from app.domain.automation.certificate import Certificate
from app.domain.chart_event import ChartEvent, EventType
from app.domain.drift import Drift, compare
from app.domain.note_profile import Profile
from app.domain.people import Permission
from app.usecases.charts.desk import Desk, need
from app.usecases.records.profiles import Alarm, Window
from app.usecases.records.unit_of_work import UnitOfWork

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The bundle in use, the window, what both sides hold, every measure, and the alarms that stand.

    `before` is None for a bundle that kept no record of its training: then nothing is compared.
    """

    bundle_id: str
    begin: datetime
    end: datetime
    before: Profile | None
    now: Profile
    measures: tuple[Drift, ...]
    alarms: tuple[Alarm, ...]


class WatchDrift:
    """Safe to run in several processes at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, bundle_id: str, reference: Profile | None) -> list[Alarm]:
        """Alarms that were raised now; other systems are told of each once while it stands."""
        if reference is None:
            return []
        with self._desk.work() as work:
            now = self._desk.now()
            found = compare(reference, work.profiles.within(Window(bundle_id, now - LATELY, now)))
            standing = {(a.measure, a.system): a for a in work.profiles.alarms(bundle_id)}
            raised = []
            for drift in found:
                key = (drift.measure, drift.system)
                if drift.alarm and key not in standing:
                    alarm = Alarm(drift.measure, drift.system, now)
                    work.profiles.raise_alarm(bundle_id, alarm)
                    work.events.add(ChartEvent(EventType.DRIFT_ALARM, "", "", "", now, 1, _told(bundle_id, drift)))
                    raised.append(alarm)
                elif not drift.alarm and key in standing:
                    work.profiles.end_alarm(bundle_id, standing[key])
            return raised

    def report(self, actor: Actor, bundle_id: str, reference: Profile | None) -> DriftReport:
        """How things stand. Raises NotAllowed."""
        need(actor, Permission.CERTIFICATES)
        with self._desk.work() as work:
            now = self._desk.now()
            lately = work.profiles.within(Window(bundle_id, now - LATELY, now))
            measures = tuple(compare(reference, lately)) if reference is not None else ()
            return DriftReport(bundle_id, now - LATELY, now, reference, lately, measures, tuple(work.profiles.alarms(bundle_id)))


class Windows:
    """Reads windows, each once: the certificates of one run look at the same times."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._read: dict[Window, Profile] = {}

    def __call__(self, window: Window) -> Profile:
        """The sum over a window."""
        if window not in self._read:
            self._read[window] = self._work.profiles.within(window)
        return self._read[window]


def drifted(windows: Windows, certificate: Certificate, now: datetime) -> Drift | None:
    """The first alarm between the charts of the setting that a certificate rests on and those that came in since, lately."""
    setting, bundle = certificate.slice.setting, certificate.bundle_id
    basis = certificate.basis
    before = windows(Window(bundle, basis.first, basis.last + timedelta(microseconds=1), setting))
    since = windows(Window(bundle, max(certificate.issued, now - LATELY), now, setting))
    return next((d for d in compare(before, since) if d.alarm and d.system in (None, certificate.slice.system)), None)


def _told(bundle_id: str, drift: Drift) -> dict[str, object]:
    system = None if drift.system is None else drift.system.value
    return {"bundle": bundle_id, "measure": drift.measure.value, "system": system, "value": drift.value, "limit": drift.limit}
