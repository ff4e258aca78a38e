"""Errors about samples and audited charts: branches of the tree drawn in app/domain/errors.py."""

from __future__ import annotations

from app.domain.errors import Conflict, InputError, NotFound


class InvalidAudit(InputError):
    """A sample, judgement or answer that makes no sense."""

    code = "invalid_audit"


class SampleNotFound(NotFound):
    """No sample has this id, or it has no chart of this number."""

    code = "sample_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such sample, or no chart of this number in it")


class AuditClosed(Conflict):
    """An audited chart that can't take this step."""

    code = "audit_closed"


class AuditedBlind(Conflict):
    """What an auditor must not see before the own codes are handed in."""

    code = "audited_blind"

    def __init__(self) -> None:
        super().__init__("You audit this encounter blind: hand in your own codes first, then everything is shown")
