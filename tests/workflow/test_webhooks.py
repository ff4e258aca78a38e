"""Webhooks: signed, tried again, given up."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import httpx
import pytest

from app.delivery.caller import EVENT_ID, SIGNATURE, HttpCaller, event_json
from app.domain.chart_event import LONGEST_DELAY_SECONDS, MOST_ATTEMPTS, ChartEvent, Delivery, EventType, Webhook, delay_after
from app.usecases.charts.desk import Desk
from app.usecases.charts.feed import DeliverEvents
from tests.charts import NOW, chart
from tests.usecases.fake_records import FakeWork

HOOK = Webhook("h1", "https://ehr.example/hook", "s3cret", frozenset(EventType), None, NOW)
EVENT = ChartEvent(EventType.FINALIZED, "c1", "visit-1", "key:a", NOW, 1, {"codes": []}, 7)


class Line:
    """A store with one event on its way, a clock to turn, and another side that answers as told."""

    def __init__(self, *answers: bool) -> None:
        self.now, self.answers, self.calls = NOW.timestamp(), list(answers), []
        self.work = FakeWork()
        with self.work() as work:
            it = chart()
            work.charts.add(it)
            work.webhooks.add(HOOK)
            work.events.add(ChartEvent(EventType.FINALIZED, it.id, "", "key:a", NOW, 1, {}))
        self.deliver = DeliverEvents(Desk(self.work, lambda: self.now), self.call)

    def call(self, delivery: Delivery) -> bool:
        self.calls.append(delivery.attempts)
        return self.answers.pop(0) if self.answers else False


def test_an_event_that_is_taken_is_not_sent_again():
    line = Line(True)
    assert (line.deliver().done, line.deliver().done) == (1, 0)
    line.now += timedelta(days=9).total_seconds()
    line.deliver()
    assert line.calls == [1]


def test_a_failed_event_is_tried_again_after_growing_pauses_until_it_is_given_up():
    line = Line()
    line.deliver()
    for attempt in range(1, MOST_ATTEMPTS):
        line.now += delay_after(attempt) - 1
        line.deliver()
        assert len(line.calls) == attempt
        line.now += 1
        line.deliver()
        assert len(line.calls) == attempt + 1
    line.now += timedelta(days=30).total_seconds()
    line.deliver()
    assert line.calls == list(range(1, MOST_ATTEMPTS + 1))


def test_pauses_double_up_to_an_hour():
    pauses = [delay_after(n) for n in range(1, MOST_ATTEMPTS)]
    assert pauses[:3] == [5, 10, 20]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_DELAY_SECONDS


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (302, False), (410, False), (500, False)])
def test_only_a_2xx_answer_takes_an_event_and_redirects_are_not_followed(status, taken):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        assert HttpCaller(client, clock=lambda: 1780000000.9)(Delivery(1, HOOK, EVENT, 1)) is taken
    (request,) = asked
    stamp, signed = (part.split("=")[1] for part in request.headers[SIGNATURE].split(","))
    assert stamp == "1780000000"
    assert signed == hmac.new(b"s3cret", b"1780000000." + request.content, hashlib.sha256).hexdigest()
    assert request.headers[EVENT_ID] == "7"
    assert request.content == event_json(Delivery(1, HOOK, EVENT, 1))


def test_a_network_that_fails_is_a_failed_call_and_no_exception():
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with httpx.Client(transport=httpx.MockTransport(broken)) as client:
        assert HttpCaller(client)(Delivery(1, HOOK, EVENT, 1)) is False
