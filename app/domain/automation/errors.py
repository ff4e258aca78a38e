"""Errors about certificates: branches of the tree drawn in app/domain/errors.py."""

from __future__ import annotations

from app.domain.errors import Conflict, InputError, NotFound


class CertificateNotFound(NotFound):
    """No certificate has this id."""

    code = "certificate_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such certificate: see GET /v1/certificates")


class CertificateEnded(Conflict):
    """A certificate that was revoked before."""

    code = "certificate_ended"

    def __init__(self) -> None:
        super().__init__("The certificate was revoked before")


class InvalidAutomation(InputError):
    """A switch or a revocation without a reason, or for something that has no certificate."""

    code = "invalid_automation"
