"""Which chart comes next, and rows in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.access_errors import NotAllowed
from app.domain.audit import Actor
from app.domain.chart import ChartStatus, Claim
from app.domain.people import Principal, PrincipalKind, Role
from app.usecases.charts.desk import Desk
from app.usecases.charts.worklist import ListWorklist
from app.usecases.records.charts import WorklistFilter
from app.workbench.worklist_rows import age
from tests.charts import NOW, chart
from tests.usecases.fake_records import FakeWork

ANN = Actor(Principal(PrincipalKind.PERSON, "ann", "ann", frozenset({Role.CODER})))
SOON, PAST = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
FREE = chart(priority=0.4, notes=(), drafts=(), claim=None, assignee=None)


def best(*charts, wanted: WorklistFilter = WorklistFilter(), actor: Actor = ANN) -> str | None:  # noqa: B008  frozen
    work = FakeWork()
    with work() as w:
        for each in charts:
            w.charts.add(each)
    return ListWorklist(Desk(work, NOW.timestamp)).best(actor, wanted)


def better(number: int = 1, **changes: object):
    return replace(FREE, id=f"{number:024x}", priority=0.9, **changes)


@pytest.mark.parametrize(
    "taken",
    [
        {"claim": Claim("bea", SOON)},
        {"assignee": "bea"},
        {"status": ChartStatus.QUERIED},
        {"status": ChartStatus.FINALIZED},
    ],
    ids=str,
)
def test_what_one_cannot_take_up_is_passed_over(taken):
    assert best(FREE, better(**taken)) == FREE.id


@pytest.mark.parametrize(
    "free",
    [{}, {"claim": Claim("bea", PAST)}, {"claim": Claim("ann", SOON)}, {"assignee": "ann"}, {"status": ChartStatus.IN_REVIEW}],
    ids=str,
)
def test_the_best_that_one_can_take_up_comes_next(free):
    assert best(FREE, better(**free)) == better().id


def test_a_free_chart_behind_many_that_are_taken_is_found():
    assert best(FREE, *(better(n, claim=Claim("bea", SOON)) for n in range(1, 130))) == FREE.id


def test_the_list_that_one_looks_at_is_kept_to():
    assert best(FREE, better(), wanted=WorklistFilter(statuses=frozenset({ChartStatus.IN_REVIEW}))) is None
    assert best(FREE, wanted=WorklistFilter(statuses=frozenset({ChartStatus.FINALIZED}))) is None
    assert best() is None


def test_managers_are_not_sent_to_charts_of_others_and_auditors_to_none():
    manager = Actor(Principal(PrincipalKind.PERSON, "mia", "mia", frozenset({Role.MANAGER})))
    assert best(FREE, better(assignee="bea"), actor=manager) == FREE.id
    with pytest.raises(NotAllowed):
        best(FREE, actor=Actor(Principal(PrincipalKind.PERSON, "al", "al", frozenset({Role.AUDITOR}))))


@pytest.mark.parametrize(("minutes", "words"), [(-3, "0 min"), (59, "59 min"), (60, "1 h"), (47 * 60, "47 h"), (48 * 60, "2 d"), (30 * 1440, "30 d")])
def test_ages_are_told_in_the_unit_that_fits(minutes, words):
    assert age(timedelta(minutes=minutes)) == words
