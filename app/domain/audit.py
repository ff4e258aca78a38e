"""The audit trail: events that each hold the hash of the one before, so that a change or a gap shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.domain.people import Principal

FIRST = "0" * 64
"""What the first event holds as the hash before it."""


class Action(StrEnum):
    """What was done."""

    CHART_SUBMITTED = "chart.submitted"
    CHART_READ = "chart.read"
    WORKLIST_READ = "worklist.read"
    NOTE_ADDED = "note.added"
    NOTE_CORRECTED = "note.corrected"
    NOTE_PURGED = "note.purged"
    CLAIMED = "chart.claimed"
    RELEASED = "chart.released"
    DECIDED = "chart.decided"
    QUERIED = "query.written"
    QUERY_CHANGED = "query.changed"
    FINALIZED = "chart.finalized"
    REOPENED = "chart.reopened"
    ASSIGNED = "chart.assigned"
    SAMPLE_DRAWN = "sample.drawn"
    SAMPLES_READ = "samples.read"
    AUDIT_READ = "audit.read"
    AUDIT_CODED = "audit.coded"
    AUDIT_JUDGED = "audit.judged"
    AUDIT_ANSWERED = "audit.answered"
    AUDIT_SETTLED = "audit.settled"
    DASHBOARD_READ = "dashboard.read"
    SIGNED_IN = "session.begun"
    SIGN_IN_REFUSED = "session.refused"
    SIGNED_OUT = "session.ended"
    REFUSED = "chart.refused"
    USER_CHANGED = "user.changed"
    KEY_CHANGED = "key.changed"
    WEBHOOK_CHANGED = "webhook.changed"
    NOTES_ROTATED = "notes.rotated"
    FEEDBACK_EXPORTED = "feedback.exported"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    AUTOMATION_SWITCHED = "automation.switched"
    AUTOMATION_AUDITED = "automation.audited"
    PHRASE_REMEMBERED = "phrase.remembered"
    PHRASE_FORGOTTEN = "phrase.forgotten"
    RUN_REQUESTED = "run.requested"
    RUN_CANCELLED = "run.cancelled"
    RUN_ENDED = "run.ended"
    PROMOTED = "model.promoted"
    PROMOTION_REFUSED = "model.refused"
    ROLLED_BACK = "model.rolled_back"
    SHADOW_CHANGED = "model.shadow_changed"
    MODEL_REMOVED = "model.removed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and from where: `address` of the peer, `request_id` as in the log; both empty for a command."""

    principal: Principal
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event before it has its place. `detail` holds ids, codes and numbers, never words of a note."""

    at: datetime
    actor: Actor
    action: Action
    subject: str
    detail: Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event at its place; `hash` is the SHA-256 over all the rest, with `previous` in it."""

    sequence: int
    at: str
    actor: str
    kind: str
    address: str
    request_id: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str

    def expected_hash(self) -> str:
        """The hash that the event must have."""
        return _hash(
            [self.sequence, self.at, self.actor, self.kind, self.address, self.request_id, self.action, self.subject, self.detail, self.previous]
        )


def chained(entry: AuditEntry, *, sequence: int, previous: str) -> AuditEvent:
    """The entry at its place behind the event whose hash is `previous`."""
    at = entry.at.isoformat(timespec="microseconds")
    detail = json.dumps(dict(entry.detail), sort_keys=True, separators=(",", ":"))
    actor = entry.actor
    event = AuditEvent(
        sequence,
        at,
        actor.principal.id,
        actor.principal.kind.value,
        actor.address,
        actor.request_id,
        entry.action.value,
        entry.subject,
        detail,
        previous,
        "",
    )
    return replace(event, hash=event.expected_hash())


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and how."""

    sequence: int
    why: str


class Walk:
    """A walk over the whole chain: where it breaks, how long it is, its last hash, and whether a hash `wanted` stands in it."""

    def __init__(self, events: Iterable[AuditEvent], *, wanted: str = "") -> None:
        self.broken: Break | None = None
        self.found = wanted == FIRST
        self.head, self.length = FIRST, 0
        for event in events:
            self.broken = self._fault(event)
            if self.broken is not None:
                return
            self.head, self.length = event.hash, event.sequence
            self.found = self.found or event.hash == wanted

    def _fault(self, event: AuditEvent) -> Break | None:
        if event.sequence != self.length + 1:
            return Break(self.length + 1, "it is missing")
        if event.previous != self.head:
            return Break(event.sequence, "it does not follow from the event before it")
        return None if event.hash == event.expected_hash() else Break(event.sequence, "its content was changed")


def first_break(events: Iterable[AuditEvent]) -> Break | None:
    """The first event that is missing, changed or out of its place; None when the chain holds from its beginning."""
    return Walk(events).broken


def _hash(values: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
