"""What other systems are told of charts: ids, versions and codes, never words of a note."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventType(StrEnum):
    """What happened."""

    SUGGESTED = "encounter.suggested"
    FINALIZED = "encounter.finalized"
    REOPENED = "encounter.reopened"
    QUERIED = "encounter.queried"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    DRIFT_ALARM = "drift.alarm"
    MODEL_PROMOTED = "model.promoted"
    MODEL_REFUSED = "model.refused"
    MODEL_ROLLED_BACK = "model.rolled_back"
    RUN_ENDED = "run.ended"


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """An event. `chart_id` and `source` (who submitted the chart) are empty for what concerns no chart alone.

    `sequence` is 0 until the event has its place in the feed.
    """

    type: EventType
    chart_id: str
    external_id: str
    source: str
    at: datetime
    version: int
    data: Mapping[str, object]
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events; `source` narrows them to the charts of one submitter, None to none."""

    id: str
    url: str
    secret: str = field(repr=False)
    events: frozenset[EventType]
    source: str | None
    created: datetime
    active: bool = True

    def wants(self, event: ChartEvent) -> bool:
        """True for an event to be delivered."""
        return self.active and event.type in self.events and self.source in (None, event.source)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; `attempts` counts those begun."""

    id: int
    webhook: Webhook
    event: ChartEvent
    attempts: int


FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, MOST_ATTEMPTS = 5, 3600, 12


def delay_after(attempts: int) -> int:
    """Seconds to wait after so many failed attempts: doubled each time, from 5 seconds to an hour; over five hours in all."""
    return int(min(FIRST_DELAY_SECONDS * 2 ** max(attempts - 1, 0), LONGEST_DELAY_SECONDS))


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The header `Chartcoder-Signature`: `t=` seconds since 1970, `v1=` hexadecimal HMAC-SHA256 of "<t>.<body>"."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
