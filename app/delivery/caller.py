"""One call of a webhook: JSON, signed, answered with a 2xx status or not delivered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import structlog

from app.domain.chart_event import Delivery, signature

SIGNATURE, EVENT_ID = "Chartcoder-Signature", "Chartcoder-Event"
_SECONDS = 10.0
_log = structlog.get_logger(__name__)


class HttpCaller:
    """Calls webhooks. Redirects are not followed: a secret is signed for one address."""

    def __init__(self, client: httpx.Client | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._client = client or httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False)
        self._clock = clock

    def __call__(self, delivery: Delivery) -> bool:
        """True for a 2xx answer."""
        body = event_json(delivery)
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature(delivery.webhook.secret, int(self._clock()), body),
            EVENT_ID: str(delivery.event.sequence),
        }
        try:
            status = self._client.post(delivery.webhook.url, content=body, headers=headers).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.warning("webhook_failed", webhook=delivery.webhook.id, attempt=delivery.attempts, error=type(error).__name__)
            return False
        if not httpx.codes.is_success(status):
            _log.warning("webhook_failed", webhook=delivery.webhook.id, attempt=delivery.attempts, status=status)
            return False
        return True


def event_json(delivery: Delivery) -> bytes:
    """The body: the event as GET /v1/events gives it."""
    e = delivery.event
    found = {
        "sequence": e.sequence,
        "type": e.type.value,
        "encounter": e.chart_id,
        "external_id": e.external_id,
        "version": e.version,
        "at": e.at.isoformat(),
        "data": e.data,
    }
    return json.dumps(found, separators=(",", ":")).encode()
