"""Logs as JSON lines and metrics for Prometheus. Both carry ids, routes and numbers, never the text of a note."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections import Counter as Counts
from collections.abc import Sequence

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.automation.certificate import Certificate
from app.domain.suggestion import CodingDraft
from app.usecases.records.profiles import Alarm

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger(__name__)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def configure_logging(level: str) -> None:
    """Send all logs, those of libraries too, to stderr as one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class Metrics:
    """The counters of one process; with several workers they are summed through files (prometheus-client's multiprocess mode)."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("chartcoder_requests", "Requests answered", ("method", "route", "status"), registry=self._registry)
        self._seconds = Histogram("chartcoder_request_seconds", "Seconds to answer", ("method", "route"), buckets=_SECONDS, registry=self._registry)
        self._auto = Counter(
            "chartcoder_auto_codes", "Suggested codes that a certificate covers, by code system", ("system",), registry=self._registry
        )
        self._alarms = Counter("chartcoder_drift_alarms", "Alarms of drift raised, by measure", ("measure",), registry=self._registry)
        self._ended = Counter("chartcoder_certificates_ended", "Certificates that ended by themselves", ("reason",), registry=self._registry)
        self._codes = Counter("chartcoder_suggestions", "Codes suggested, by code system and status", ("system", "status"), registry=self._registry)
        self._bundles = Counter(
            "chartcoder_bundles", "Bundles promoted while serving, by outcome: opened or refused", ("outcome",), registry=self._registry
        )

    def bundle(self, outcome: str) -> None:
        """Count one bundle that was opened or refused in the place of another."""
        self._bundles.labels(outcome).inc()

    def request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def draft(self, draft: CodingDraft) -> None:
        """Count the codes of one draft."""
        # Counted first: each label costs a lock, and a draft has a hundred codes of six kinds.
        for (system, status), count in Counts((s.ref.system, s.status) for s in draft.suggestions).items():
            self._codes.labels(system.value, status.value).inc(count)
        for system, count in Counts(s.ref.system for s in draft.suggestions if s.auto is not None).items():
            self._auto.labels(system.value).inc(count)

    def watched(self, alarms: Sequence[Alarm], ended: Sequence[Certificate]) -> None:
        """Count and log what the watch over drift and certificates found."""
        for alarm in alarms:
            self._alarms.labels(alarm.measure.value).inc()
            _log.warning("drift_alarm", measure=alarm.measure.value, system=None if alarm.system is None else alarm.system.value)
        for certificate in ended:
            reason = "" if certificate.reason is None else certificate.reason.value
            self._ended.labels(reason).inc()
            _log.warning("certificate_ended", certificate=certificate.id, reason=reason)

    def exposition(self) -> tuple[bytes, str]:
        """All metrics as text, with its media type."""
        registry = self._registry
        if MULTIPROCESS in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        return generate_latest(registry), CONTENT_TYPE_LATEST


class RequestLog:
    """Logs and counts every request: method, route, status, duration. The route is the template, never the address itself."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics
        self._log = structlog.get_logger("app.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        begun = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - begun
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "") or "unmatched"
            self._metrics.request(method=method, route=route, status=status, seconds=seconds)
            self._log.info(
                "request",
                request_id=scope["state"]["request_id"],
                method=method,
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 2),
            )
