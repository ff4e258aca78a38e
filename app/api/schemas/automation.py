"""Certificates and automation on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.request import SystemName
from app.domain.automation.certificate import Certificate, CertificateState, RevokeReason
from app.domain.automation.guarantee import MOST_DAYS, Guarantee
from app.domain.automation.switch import Switch
from app.domain.automation.whole_chart import REVIEW_FROM
from app.domain.encounter import Setting
from app.usecases.automation.manage import Shown
from app.usecases.automation.watch import FALSE_ALARMS

Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*\S[^\x00]*$")]


class SliceOut(BaseModel):
    """Codes of one system and family in one setting."""

    system: SystemName
    setting: Setting
    family: str = Field(description="A category (E11), a chapter or part, or `other` for the codes that no other slice holds")


class BasisOfCertificateOut(BaseModel):
    """The audited charts behind the threshold; one code was drawn from each chart that reaches it."""

    digest: str
    charts: int
    selected: int
    right: int
    p_value: float
    first: datetime
    last: datetime


class MissedOut(BaseModel):
    """What precision says nothing of: of `charts` whole charts of the audits, `incomplete` lack a code; `upper` bounds that share."""

    charts: int
    incomplete: int
    codes: int
    upper: float


class WatchOut(BaseModel):
    """Audits since: `evidence` starts at 1, and at `revoked_at` the certificate is revoked."""

    charts: int
    wrong_share: float | None
    evidence: float
    revoked_at: float


class CertificateOut(BaseModel):
    """Above `threshold`, codes of the slice are right in at least `target`, with `confidence_level`, for this bundle and release."""

    id: str
    slice: SliceOut
    without: list[str] = Field(description="Families with slices of their own")
    state: CertificateState
    threshold: float
    target: float
    confidence_level: float
    basis: BasisOfCertificateOut
    missed: MissedOut
    review_from: float = Field(description="A chart with a candidate of this confidence is never finalised without a person")
    bundle_id: str
    releases: dict[str, str]
    issued: datetime
    issued_by: str
    expires: datetime
    revoked: datetime | None
    reason: RevokeReason | None
    note: str
    on: bool = Field(description="Whether a manager has switched the slice on")
    finalized: int = Field(description="Charts finalised without a person under it")
    sampled: int = Field(description="How many of these were drawn for an audit")
    watch: WatchOut


class CertificatesOut(BaseModel):
    """Certificates, the last issued first."""

    certificates: list[CertificateOut]


class SwitchOut(BaseModel):
    """Whether charts may be finalised without a person by certificates of the slice."""

    slice: SliceOut
    on: bool
    by: str
    at: datetime
    reason: str


class SwitchesOut(BaseModel):
    """Every slice that was ever switched."""

    slices: list[SwitchOut]


class SwitchIn(BaseModel):
    """Switches a slice on or off, with a reason for the audit trail."""

    model_config = ConfigDict(extra="forbid")
    on: bool
    reason: Reason


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason


class CertificationIn(BaseModel):
    """What is to be proven; what is null is as the settings say. `simultaneous`: all certificates hold together with this confidence."""

    model_config = ConfigDict(extra="forbid")
    target: Annotated[float, Field(gt=0, lt=1, description="Precision")] | None = None
    confidence_level: Annotated[float, Field(gt=0, lt=1)] | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="Until the certificates expire")] | None = None
    simultaneous: bool = False

    def guarantee(self, usual: Guarantee) -> Guarantee:
        """As the domain has it."""
        said = {name: value for name, value in self.model_dump().items() if value is not None}
        return replace(usual, **said)


class SendIn(BaseModel):
    """Whom the charts that were drawn go to; `blind`: the auditor codes them before anything is shown."""

    model_config = ConfigDict(extra="forbid")
    auditor: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
    blind: bool = True


class SentOut(BaseModel):
    """The audit sample that was made."""

    sample: str
    encounters: int


class ReopenedOut(BaseModel):
    """The encounters that were re-opened."""

    encounters: list[str]


def certificates(found: list[Shown]) -> dict[str, Any]:
    """Of the shape of CertificatesOut."""
    return {"certificates": [certificate(shown) for shown in found]}


def certificate(shown: Shown) -> dict[str, Any]:
    """Of the shape of CertificateOut."""
    c, watch = shown.certificate, shown.watch
    b, m = c.basis, c.missed
    return {
        "id": c.id,
        "slice": _slice(c),
        "without": sorted(c.without),
        "state": shown.state.value,
        "threshold": c.threshold,
        "target": c.target,
        "confidence_level": c.confidence_level,
        "basis": {
            "digest": b.digest,
            "charts": b.charts,
            "selected": b.selected,
            "right": b.right,
            "p_value": round(b.p_value, 6),
            "first": b.first.isoformat(),
            "last": b.last.isoformat(),
        },
        "missed": {"charts": m.charts, "incomplete": m.incomplete, "codes": m.codes, "upper": round(m.upper, 4)},
        "review_from": REVIEW_FROM,
        "bundle_id": c.bundle_id,
        "releases": dict(c.releases),
        "issued": c.issued.isoformat(),
        "issued_by": c.issued_by,
        "expires": c.expires.isoformat(),
        "revoked": None if c.revoked is None else c.revoked.isoformat(),
        "reason": None if c.reason is None else c.reason.value,
        "note": c.note,
        "on": shown.on,
        "finalized": shown.charts,
        "sampled": shown.sampled,
        "watch": {
            "charts": watch.charts,
            "wrong_share": round(watch.loss / watch.charts, 4) if watch.charts else None,
            "evidence": round(watch.peak, 3),
            "revoked_at": 1 / FALSE_ALARMS,
        },
    }


def switch(s: Switch) -> dict[str, Any]:
    """Of the shape of SwitchOut."""
    of = {"system": s.slice.system.value, "setting": s.slice.setting.value, "family": s.slice.family}
    return {"slice": of, "on": s.on, "by": s.by, "at": s.at.isoformat(), "reason": s.reason}


def field_names() -> frozenset[str]:
    """The names that an error may show."""
    return frozenset({*SwitchIn.model_fields, *SendIn.model_fields, *CertificationIn.model_fields, "certificate_id", "system", "setting", "family"})


def _slice(c: Certificate) -> dict[str, str]:
    return {"system": c.slice.system.value, "setting": c.slice.setting.value, "family": c.slice.family}
