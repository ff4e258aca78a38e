"""Certificates, what managers allowed, and what was finalised without a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from app.domain.automation.certificate import Certificate
from app.domain.automation.switch import AutoFinalization, Switch


class Certificates(Protocol):
    """Certificates, which are never deleted."""

    def add(self, certificate: Certificate) -> None:
        """Keep a new certificate."""
        ...

    def get(self, certificate_id: str, *, to_change: bool = False) -> Certificate:
        """The certificate; `to_change` keeps others from changing it until this unit of work ends. Raises CertificateNotFound."""
        ...

    def end(self, certificate: Certificate) -> None:
        """Keep that it was revoked, when and why."""
        ...

    def all(self) -> list[Certificate]:
        """Every certificate, the last issued first."""
        ...

    def standing(self) -> list[Certificate]:
        """Those that were not revoked, expired ones too, the last issued first."""
        ...


class Automation(Protocol):
    """Switches by slice, and what was done by them."""

    def put(self, switch: Switch) -> None:
        """Keep how a slice is switched, in the place of what was before."""
        ...

    def switches(self) -> list[Switch]:
        """Every slice that was ever switched, in order of system, setting and family."""
        ...

    def record(self, done: AutoFinalization) -> None:
        """Keep what was finalised under a certificate."""
        ...

    def done_under(self, certificate_id: str, *, sampled_only: bool = False) -> list[AutoFinalization]:
        """What was finalised under a certificate, in the order in which it was."""
        ...

    def drawn(self) -> list[str]:
        """Charts that were drawn for an audit when they were finalised, stand so, and are in no sample yet."""
        ...

    def counts(self, certificate_ids: Collection[str]) -> Mapping[str, tuple[int, int]]:
        """Certificate → charts finalised under it, and how many of them were drawn for an audit; those without any are left out."""
        ...
