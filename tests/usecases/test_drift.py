"""Drift is told of once, ends alarms that are over, and revokes certificates of what drifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.automation.certificate import RevokeReason
from app.domain.chart_event import EventType
from app.domain.code import CodeSystem
from app.domain.drift import Measure
from app.domain.encounter import Setting
from app.domain.note_profile import Profile
from app.usecases.automation.watch import WatchCertificates
from app.usecases.charts.desk import Desk
from app.usecases.drift.watch import WatchDrift
from tests.certificates import certificate
from tests.charts import NOW, chart
from tests.usecases.fake_records import FakeWork

BUNDLE = "fa4e000000000001"
RELEASES = {CodeSystem.ICD10CM: "2026-04", CodeSystem.CPT: "2026-04"}
USUAL = Profile(1, {CodeSystem.ICD10CM: (0,) * 7 + (1, 1, 1)}, 100, 5, {"plan": 60, "": 40})
STRANGE = replace(USUAL, unknown=30)
TRAINED = replace(
    USUAL, charts=500, words=50_000, unknown=2_500, sections={"plan": 30_000, "": 20_000}, scores={CodeSystem.ICD10CM: (0,) * 7 + (500,) * 3}
)


@pytest.fixture
def work():
    return FakeWork()


@pytest.fixture
def desk(work):
    return Desk(work, (NOW + timedelta(days=2)).timestamp)


def came_in(work, profile, *, at=NOW, count=150, setting=Setting.OUTPATIENT):
    with work() as w:
        for _ in range(count):
            w.profiles.add(chart().id, 1, 1, at=at, setting=setting, bundle_id=BUNDLE, profile=profile)


def events(work):
    with work() as w:
        return [e for e in w.events.after(0, limit=1000) if e.type is EventType.DRIFT_ALARM]


def test_an_alarm_is_told_once_and_ends_when_it_is_over(work, desk):
    watch = WatchDrift(desk)
    came_in(work, STRANGE)
    assert [(a.measure, a.system) for a in watch(BUNDLE, TRAINED)] == [(Measure.VOCABULARY, None)]
    assert watch(BUNDLE, TRAINED) == []
    assert [e.data["measure"] for e in events(work)] == ["vocabulary"]
    came_in(work, USUAL, count=2000)
    assert watch(BUNDLE, TRAINED) == []
    with work() as w:
        assert w.profiles.alarms(BUNDLE) == []


def test_what_is_like_training_and_a_bundle_without_a_record_raise_nothing(work, desk):
    came_in(work, USUAL)
    assert WatchDrift(desk)(BUNDLE, TRAINED) == []
    came_in(work, STRANGE, count=1000)
    assert WatchDrift(desk)(BUNDLE, None) == []


@pytest.mark.parametrize(
    ("since", "setting", "ended"), [(STRANGE, Setting.OUTPATIENT, True), (STRANGE, Setting.INPATIENT, False), (USUAL, Setting.OUTPATIENT, False)]
)
def test_a_certificate_ends_when_its_setting_is_no_longer_what_it_rests_on(work, desk, since, setting, ended):
    made = certificate(now=NOW + timedelta(hours=1))
    with work() as w:
        w.certificates.add(made)
    came_in(work, USUAL, at=NOW)
    came_in(work, since, at=NOW + timedelta(days=1), setting=setting)
    found = WatchCertificates(desk)(BUNDLE, RELEASES)
    assert [(c.id, c.reason) for c in found] == ([(made.id, RevokeReason.DRIFT)] if ended else [])
