"""A certificate: above which confidence, in which slice, codes are right at a stated precision, and on what that rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.domain.automation.families import narrow_family, wide_family
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting

OTHER = "other"
"""The family of all codes that no other slice of the system and setting holds."""


@dataclass(frozen=True, slots=True, order=True)
class CodeSlice:
    """Codes of one system and family in one setting. `family`: see families.py, or OTHER."""

    system: CodeSystem
    setting: Setting
    family: str

    @property
    def name(self) -> str:
        """As people read it."""
        return f"{self.system} {'all other codes' if self.family == OTHER else self.family}, {self.setting}"


class CertificateState(StrEnum):
    """`active`: it marks codes. `revoked`: it was ended, with a reason. `expired`: its time is over."""

    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"


class RevokeReason(StrEnum):
    """Why a certificate was ended before its time."""

    BY_HAND = "by_hand"
    AUDITS = "audits"
    DRIFT = "drift"
    RELEASE = "release"
    BUNDLE = "bundle"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Basis:
    """The audited charts that a certificate rests on.

    `digest`: over their ids (audited.py). `charts`: all of the setting. `selected`: those with a code of the slice at or above
    the threshold; one code was drawn from each. `right`: how many of the drawn codes were right. `p_value`: of the test that
    the precision is below the target. `first`, `last`: when the first and the last of the charts came in.
    """

    digest: str
    charts: int
    selected: int
    right: int
    p_value: float
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """What precision says nothing of: codes that the whole charts lack.

    Of `charts` audited charts of the setting whose suggested codes are all certified and that have no candidate to look at,
    `incomplete` lack a code that is right; `codes` is how many codes they lack in all. `upper`: one-sided upper bound of the
    share of incomplete charts, at the certificate's confidence level (Clopper and Pearson 1934).
    """

    charts: int
    incomplete: int
    codes: int
    upper: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """`without`: narrower families of the same system and setting with slices of their own, which this one does not hold.

    `threshold`, `target`, `confidence_level` in [0, 1]. `bundle_id` and `releases` are those that it holds for, and no others.
    """

    id: str
    slice: CodeSlice
    without: frozenset[str]
    threshold: float
    target: float
    confidence_level: float
    basis: Basis
    missed: Missed
    bundle_id: str
    releases: Mapping[str, str]
    issued: datetime
    expires: datetime
    issued_by: str
    revoked: datetime | None = None
    reason: RevokeReason | None = None
    note: str = ""

    def state(self, now: datetime) -> CertificateState:
        """Where it stands."""
        if self.revoked is not None:
            return CertificateState.REVOKED
        return CertificateState.ACTIVE if now < self.expires else CertificateState.EXPIRED

    def holds(self, ref: CodeRef, setting: Setting) -> bool:
        """True for a code of the slice."""
        return self.slice.setting is setting and family_in(ref, self.slice, self.without)

    def marks(self, ref: CodeRef, confidence: float, setting: Setting) -> bool:
        """True for a suggested code that needs no person, as far as this certificate goes."""
        return confidence >= self.threshold and self.holds(ref, setting)

    def fits(self, bundle_id: str, releases: Mapping[CodeSystem, str]) -> bool:
        """True for a draft of the bundle and code release that it was issued for."""
        return bundle_id == self.bundle_id and releases.get(self.slice.system) == self.releases.get(self.slice.system.value)

    def end(self, at: datetime, reason: RevokeReason, note: str = "") -> Certificate:
        """The certificate revoked; one that was revoked before stays as it is."""
        return self if self.revoked is not None else replace(self, revoked=at, reason=reason, note=note)


def family_in(ref: CodeRef, of: CodeSlice, without: frozenset[str]) -> bool:
    """True for a code of the system whose family is that of the slice, and not one with a slice of its own."""
    if ref.system is not of.system:
        return False
    narrow, wide = narrow_family(ref), wide_family(ref)
    if of.family == narrow:
        return True
    return narrow not in without and (of.family == wide or (of.family == OTHER and wide not in without))
