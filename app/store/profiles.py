"""Counts of notes as they came in, and alarms of drift that stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, String, Table, delete, func, insert, select

from app.domain.code import CodeSystem
from app.domain.drift import Measure
from app.domain.encounter import Setting
from app.domain.note_profile import Profile, together
from app.domain.people import AUTOMATION
from app.store.chart_tables import charts
from app.store.codec import from_json, to_json
from app.store.outcome_tables import chart_outcomes
from app.store.schema import METADATA, Moment
from app.usecases.records.profiles import Alarm, Window

# The newest; more say nothing more.
_MOST_ROWS = 2000
_ID = String(64)
note_profiles = Table(
    "note_profiles",
    METADATA,
    Column("chart_id", _ID, ForeignKey("charts.id"), primary_key=True),
    Column("note", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("setting", String(20), nullable=False),
    Column("bundle_id", _ID, nullable=False),
    Column("profile", JSON, nullable=False),
    Index(None, "bundle_id", "at"),
)
drift_alarms = Table(
    "drift_alarms",
    METADATA,
    Column("bundle_id", _ID, primary_key=True),
    Column("measure", String(20), primary_key=True),
    Column("system", String(20), primary_key=True),
    Column("since", Moment, nullable=False),
)


class SqlProfiles:
    """Profiles and alarms within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, chart_id: str, note: int, version: int, *, at: datetime, setting: Setting, bundle_id: str, profile: Profile) -> None:
        """Keep the counts of one version of a note."""
        values = {"chart_id": chart_id, "note": note, "version": version, "at": at, "setting": setting.value, "bundle_id": bundle_id}
        self._connection.execute(insert(note_profiles).values({**values, "profile": to_json(profile, Profile)}))

    def within(self, window: Window) -> Profile:
        """The sum over a window."""
        c = note_profiles.c
        asked = select(c.profile).where(c.bundle_id == window.bundle_id, c.at >= window.begin, c.at < window.end)
        if window.setting is not None:
            asked = asked.where(c.setting == window.setting.value)
        rows = self._connection.execute(asked.order_by(c.at.desc()).limit(_MOST_ROWS)).scalars()
        return together([*(from_json(raw, Profile) for raw in rows), self._decided(window)])

    def alarms(self, bundle_id: str) -> list[Alarm]:
        """The alarms that stand for a bundle."""
        c = drift_alarms.c
        rows = self._connection.execute(select(drift_alarms).where(c.bundle_id == bundle_id).order_by(c.measure, c.system))
        return [Alarm(Measure(r.measure), CodeSystem(r.system) if r.system else None, r.since) for r in rows]

    def raise_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        """Keep that an alarm stands."""
        values = {"bundle_id": bundle_id, "measure": alarm.measure.value, "system": alarm.system.value if alarm.system else "", "since": alarm.since}
        self._connection.execute(insert(drift_alarms).values(values))

    def end_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        """An alarm stands no more."""
        c = drift_alarms.c
        system = alarm.system.value if alarm.system else ""
        self._connection.execute(delete(drift_alarms).where(c.bundle_id == bundle_id, c.measure == alarm.measure.value, c.system == system))

    def _decided(self, window: Window) -> Profile:
        """What people kept of the suggestions, on charts of the random slice: others are chosen, by worth or by what automation left."""
        o = chart_outcomes.c
        asked = (
            select(func.count(), func.sum(o.suggested), func.sum(o.kept))
            .select_from(chart_outcomes.join(charts, charts.c.id == o.chart_id))
            .where(charts.c.random_slice, o.latest, o.bundle == window.bundle_id, o.at >= window.begin, o.at < window.end, o.coder != AUTOMATION.id)
        )
        if window.setting is not None:
            asked = asked.where(o.setting == window.setting.value)
        decided, suggested, kept = self._connection.execute(asked).one()
        return Profile(decided=decided, suggested=suggested or 0, kept=kept or 0)
