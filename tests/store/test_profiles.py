"""Counts of notes and alarms, in every store."""

from __future__ import annotations

import secrets
from datetime import timedelta

from app.domain.chart import NoteDraft
from app.domain.code import CodeSystem
from app.domain.drift import Measure
from app.domain.encounter import Setting
from app.domain.note_profile import Profile
from app.domain.suggestion import CodingDraft
from app.usecases.records.profiles import Alarm, Window
from tests.charts import ENCOUNTER, NOW, chart, finalized
from tests.charts import draft as drafted

ICD = CodeSystem.ICD10CM
ONE = Profile(1, {ICD: (0,) * 9 + (2,)}, 100, 5, {"plan": 60, "": 40})


def keep(work, bundle, *, at=NOW, setting=Setting.OUTPATIENT):
    it = chart()
    with work() as w:
        w.charts.add(it)
        w.profiles.add(it.id, 1, 1, at=at, setting=setting, bundle_id=bundle, profile=ONE)


def test_a_window_holds_its_bundle_time_and_setting(work):
    bundle = secrets.token_hex(8)
    for day in range(3):
        keep(work, bundle, at=NOW + timedelta(days=day))
    keep(work, bundle, at=NOW + timedelta(days=3), setting=Setting.INPATIENT)
    keep(work, "another")
    with work() as w:
        whole = w.profiles.within(Window(bundle, NOW, NOW + timedelta(days=2)))
        assert whole == Profile(2, {ICD: (0,) * 9 + (4,)}, 200, 10, {"plan": 120, "": 80})
        assert w.profiles.within(Window(bundle, NOW, NOW + timedelta(days=9), Setting.INPATIENT)).charts == 1
        assert w.profiles.within(Window(bundle, NOW + timedelta(days=5), NOW + timedelta(days=9))) == Profile()


def test_acceptance_is_that_of_people_on_the_random_slice(work):
    bundle = secrets.token_hex(8)
    made = drafted()
    draft = CodingDraft(ENCOUNTER, bundle, made.releases, made.suggestions)
    drafts = (NoteDraft(1, 1, NOW, draft),)
    charts = [finalized(random_slice=random, by=by, drafts=drafts) for random, by in ((True, "coder-1"), (True, "automation"), (False, "coder-1"))]
    with work() as w:
        for it in charts:
            w.charts.add(it)
    with work() as w:
        found = w.profiles.within(Window(bundle, NOW, NOW + timedelta(days=1)))
        # Of three suggested codes one was replaced.
        assert (found.decided, found.suggested, found.kept) == (1, 3, 2)


def test_an_alarm_stands_until_it_ends(work):
    bundle = secrets.token_hex(8)
    alarms = [Alarm(Measure.SCORES, ICD, NOW), Alarm(Measure.VOCABULARY, None, NOW)]
    with work() as w:
        for alarm in alarms:
            w.profiles.raise_alarm(bundle, alarm)
    with work() as w:
        assert w.profiles.alarms(bundle) == alarms
        assert w.profiles.alarms("another") == []
        w.profiles.end_alarm(bundle, alarms[0])
    with work() as w:
        assert w.profiles.alarms(bundle) == alarms[1:]
