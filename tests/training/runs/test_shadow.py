"""A shadow scores live charts behind their backs: what a worker does with it, what stays untouched, and what the report says."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.domain import chart_work
from app.domain.chart import ChartNote, NoteDraft
from app.domain.model import ModelState
from app.domain.model_errors import ModelRefused
from app.domain.review import Accept
from app.domain.suggestion import Status
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from app.usecases.models.ledger import RunLedger
from app.usecases.models.shadow import ScoreShadow
from app.usecases.suggest_codes import SuggestionRequest
from tests.charts import LEASE, NOW, chart
from tests.store.databases import migrated, sqlite_url
from tests.training import world
from tests.training.runs.site import OPERATOR, models_of, site, taught
from training import promote as promotion
from training.runs.worker import Worker

COUGH, GOUT = world.WORDS["cough"], world.WORDS["gout"]
CHARTS = 23


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    return taught(folder, never={COUGH}), taught(folder, never={GOUT})


class NoJobs:
    """Jobs of a worker that has none."""

    def start(self):
        pass


class Here:
    """A site with charts that came in since one bundle is the shadow of another."""

    def __init__(self, folder, bundles, work):
        self.champion, shadow = bundles
        self.bench, self.work, _ = site(folder, self.champion, work)
        self.shadow = self.bench.models / promotion.bring(self.bench.models, shadow)
        self.models = models_of(self.bench, work)
        self.models._clock = NOW.timestamp
        self.suggest = self.bench.service(self.champion)
        self.score = ScoreShadow(work, time.time, lambda bundle: self.bench.service(self.bench.models / bundle))

    def differences(self, note):
        """Codes that the shadow suggests and the champion does not, and the other way round."""
        theirs, ours = (
            {s.ref for s in self.bench.service(folder)(SuggestionRequest(note.note, note.encounter)).having(Status.SUGGESTED)}
            for folder in (self.champion, self.shadow)
        )
        return ours - theirs, theirs - ours

    def submit(self, note, *, at=NOW):
        draft = self.suggest(SuggestionRequest(note.note, note.encounter))
        it = chart(encounter=note.encounter, notes=(ChartNote(1, 1, "Note", note.note.text, at, "ehr"),), drafts=(NoteDraft(1, 1, at, draft),))
        with self.work() as unit:
            unit.charts.add(it)
        return it

    def finalize(self, it, *also):
        done = it
        for ref in (*(s.ref for s in it.drafts[0].draft.having(Status.SUGGESTED)), *also):
            done = chart_work.decide(done, Accept(ref), "coder-1", NOW, lease=LEASE)
        with self.work() as unit:
            return unit.charts.save(it, chart_work.finalize(done, (), "coder-1", NOW))

    def run_worker(self, rounds):
        """A worker that ends after so many rounds."""
        stop, done = threading.Event(), []

        def score():
            done.append(None)
            if len(done) == rounds:
                stop.set()
            return self.score()

        ledger = RunLedger(self.work, time.time, "a:1:x", lease_seconds=60)
        Worker(ledger, NoJobs(), (), score, look_seconds=0.001).run(stop)


@pytest.fixture
def here(tmp_path, bundles):
    with migrated(sqlite_url(tmp_path)) as engine:
        yield Here(tmp_path, bundles, SqlWork(engine, Seal()))


def stated(note):
    return set(note.labels)


def test_a_shadow_scores_the_charts_that_came_since_and_touches_nothing(here):
    notes = world.notes(CHARTS + 1, seed=5)
    early, *later = notes
    here.submit(early, at=NOW - timedelta(minutes=1))
    assert here.models.shadow(OPERATOR, here.shadow.name, on=True).state is ModelState.SHADOW
    charts = [here.submit(note) for note in later]
    added, removed = zip(*(here.differences(note) for note in later), strict=True)
    # Two decided charts: in one the coder bills the cough that was not suggested, in the other the gout that was.
    cough = next(i for i in range(CHARTS) if added[i] == {COUGH} and not removed[i])
    gout = next(i for i in range(CHARTS) if removed[i] == {GOUT} and not added[i])
    charts[cough], charts[gout] = here.finalize(charts[cough], COUGH), here.finalize(charts[gout])
    with here.work() as unit:
        before = [unit.charts.get(it.id) for it in charts]
        trail = len(list(unit.audit.events()))
    here.run_worker(3)
    with here.work() as unit:
        assert [unit.charts.get(it.id) for it in charts] == before
        assert len(list(unit.audit.events())) == trail
        assert unit.events.after(0, limit=10) == []
    report = here.models.shadow_report(OPERATOR, here.shadow.name)
    assert (report.notes, report.decided) == (CHARTS, 2)
    assert report.same == sum(not more and not fewer for more, fewer in zip(added, removed, strict=True))
    come, gone = Counter(ref for refs in added for ref in refs), Counter(ref for refs in removed for ref in refs)
    assert come[COUGH] > 1
    assert gone[GOUT] > 1
    assert (report.added, report.removed) == (come.total(), gone.total())
    assert (report.added_right, report.added_wrong, report.removed_right, report.removed_wrong) == (1, 0, 1, 0)
    assert {(c.code, c.added, c.removed, c.added_right, c.removed_right) for c in report.codes} == {
        (ref.code, come[ref], gone[ref], int(ref == COUGH), int(ref == GOUT)) for ref in come | gone
    }
    assert report.codes[0].added + report.codes[0].removed == max((come + gone).values())
    # Nothing is left to look at, and of a bundle that never was a shadow there is no report.
    assert here.score() == 0
    assert here.models.shadow_report(OPERATOR, here.champion.name) is None


def test_a_chart_whose_words_were_erased_counts_as_the_same(here):
    here.models.shadow(OPERATOR, here.shadow.name, on=True)
    note = next(n for n in world.notes(20, seed=5) if COUGH in stated(n))
    it = here.finalize(here.submit(note))
    with here.work() as unit:
        unit.charts.erase_texts(it.id)
    assert here.score() == 1
    report = here.models.shadow_report(OPERATOR, here.shadow.name)
    assert (report.notes, report.same, report.codes) == (1, 1, ())


def test_a_shadow_that_is_ended_scores_nothing_more(here):
    here.models.shadow(OPERATOR, here.shadow.name, on=True)
    note = world.notes(1)[0]
    here.submit(note)
    assert here.score() == 1
    here.models.shadow(OPERATOR, here.shadow.name, on=False)
    here.submit(note)
    assert here.score() == 0
    assert here.models.shadow_report(OPERATOR, here.shadow.name).notes == 1


def test_a_shadow_that_can_not_be_opened_is_said_once_and_the_worker_goes_on(here):
    here.models.shadow(OPERATOR, here.shadow.name, on=True)
    here.submit(world.notes(1)[0])
    ranker = here.shadow / "ranker.npz"
    whole = ranker.read_bytes()
    ranker.write_bytes(whole[:-1])
    with capture_logs() as logs:
        here.run_worker(3)
    assert [line["event"] for line in logs] == ["shadow_refused"]
    assert here.models.shadow_report(OPERATOR, here.shadow.name) is None
    with pytest.raises(ModelRefused):
        here.models.shadow(OPERATOR, here.shadow.name, on=True)
    ranker.write_bytes(whole)
    here.run_worker(1)
    assert here.models.shadow_report(OPERATOR, here.shadow.name).notes == 1
