"""Tables and repositories of certificates and of what was done by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    cast,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.automation.certificate import Basis, Certificate, CodeSlice, Missed, RevokeReason
from app.domain.automation.errors import CertificateNotFound
from app.domain.automation.switch import AutoFinalization, MarkedCode, Switch
from app.domain.chart import ChartStatus
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.store.audit_tables import audit_items
from app.store.chart_tables import charts
from app.store.codec import from_json, to_json
from app.store.schema import METADATA, Moment

_ID = String(64)
certificates = Table(
    "certificates",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("system", String(20), nullable=False),
    Column("setting", String(20), nullable=False),
    Column("family", String(40), nullable=False),
    Column("without", JSON, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("target", Float, nullable=False),
    Column("confidence_level", Float, nullable=False),
    Column("basis", JSON, nullable=False),
    Column("missed", JSON, nullable=False),
    Column("bundle_id", _ID, nullable=False),
    Column("releases", JSON, nullable=False),
    Column("issued", Moment, nullable=False, index=True),
    Column("expires", Moment, nullable=False),
    Column("issued_by", _ID, nullable=False),
    Column("revoked", Moment),
    Column("reason", String(20)),
    Column("note", Text, nullable=False),
)
automation_switches = Table(
    "automation_switches",
    METADATA,
    Column("system", String(20), primary_key=True),
    Column("setting", String(20), primary_key=True),
    Column("family", String(40), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)
auto_finalizations = Table(
    "auto_finalizations",
    METADATA,
    Column("chart_id", _ID, ForeignKey("charts.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("certificate_id", _ID, ForeignKey("certificates.id"), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("codes", JSON, nullable=False),
)


class SqlCertificates:
    """Certificates within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, certificate: Certificate) -> None:
        """Keep a new certificate."""
        self._connection.execute(insert(certificates).values(_row(certificate)))

    def get(self, certificate_id: str, *, to_change: bool = False) -> Certificate:
        """The certificate. Raises CertificateNotFound."""
        asked = select(certificates).where(certificates.c.id == certificate_id)
        row = self._connection.execute(asked.with_for_update() if to_change else asked).one_or_none()
        if row is None:
            raise CertificateNotFound
        return _certificate(row)

    def end(self, certificate: Certificate) -> None:
        """Keep that it was revoked."""
        reason = None if certificate.reason is None else certificate.reason.value
        values = {"revoked": certificate.revoked, "reason": reason, "note": certificate.note}
        self._connection.execute(update(certificates).where(certificates.c.id == certificate.id).values(values))

    def all(self) -> list[Certificate]:
        """Every certificate, the last issued first."""
        asked = select(certificates).order_by(certificates.c.issued.desc(), certificates.c.id)
        return [_certificate(row) for row in self._connection.execute(asked)]

    def standing(self) -> list[Certificate]:
        """Those that were not revoked, the last issued first."""
        asked = select(certificates).where(certificates.c.revoked.is_(None)).order_by(certificates.c.issued.desc(), certificates.c.id)
        return [_certificate(row) for row in self._connection.execute(asked)]


class SqlAutomation:
    """Switches and what was done by them within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, switch: Switch) -> None:
        """Keep how a slice is switched."""
        key = {"system": switch.slice.system.value, "setting": switch.slice.setting.value, "family": switch.slice.family}
        values = {"is_on": switch.on, "by": switch.by, "at": switch.at, "reason": switch.reason}
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        asked = dialect.insert(automation_switches).values({**key, **values})
        self._connection.execute(asked.on_conflict_do_update(index_elements=list(key), set_=values))

    def switches(self) -> list[Switch]:
        """Every slice that was ever switched."""
        c = automation_switches.c
        rows = self._connection.execute(select(automation_switches).order_by(c.system, c.setting, c.family))
        return [Switch(_slice(row), row.is_on, row.by, row.at, row.reason) for row in rows]

    def record(self, done: AutoFinalization) -> None:
        """Keep what was finalised under a certificate."""
        codes = to_json(done.codes, tuple[MarkedCode, ...])
        values = {"chart_id": done.chart_id, "version": done.version, "certificate_id": done.certificate, "at": done.at, "sampled": done.sampled}
        self._connection.execute(insert(auto_finalizations).values({**values, "codes": codes}))

    def done_under(self, certificate_id: str, *, sampled_only: bool = False) -> list[AutoFinalization]:
        """What was finalised under a certificate, in the order in which it was."""
        c = auto_finalizations.c
        asked = select(auto_finalizations).where(c.certificate_id == certificate_id).order_by(c.at, c.chart_id, c.version)
        rows = self._connection.execute(asked.where(c.sampled) if sampled_only else asked)
        return [AutoFinalization(r.chart_id, r.version, r.certificate_id, r.at, r.sampled, from_json(r.codes, tuple[MarkedCode, ...])) for r in rows]

    def drawn(self) -> list[str]:
        """Charts that were drawn for an audit, stand as they were finalised, and are in no sample."""
        c, i = auto_finalizations.c, audit_items.c
        standing = and_(charts.c.id == c.chart_id, charts.c.version == c.version, charts.c.status == ChartStatus.FINALIZED.value)
        audited = select(i.number).where(i.chart_id == c.chart_id, i.version == c.version)
        asked = select(c.chart_id).distinct().join(charts, standing).where(c.sampled, ~audited.exists())
        return list(self._connection.execute(asked).scalars())

    def counts(self, certificate_ids: Collection[str]) -> Mapping[str, tuple[int, int]]:
        """Certificate → charts, and those drawn for an audit."""
        c = auto_finalizations.c
        asked = select(c.certificate_id, func.count(), func.sum(cast(c.sampled, Integer))).where(c.certificate_id.in_(list(certificate_ids)))
        return {name: (charts, sampled or 0) for name, charts, sampled in self._connection.execute(asked.group_by(c.certificate_id))}


def _slice(row: Row[Any]) -> CodeSlice:
    return CodeSlice(CodeSystem(row.system), Setting(row.setting), row.family)


def _row(c: Certificate) -> dict[str, object]:
    return {
        "id": c.id,
        "system": c.slice.system.value,
        "setting": c.slice.setting.value,
        "family": c.slice.family,
        "without": sorted(c.without),
        "threshold": c.threshold,
        "target": c.target,
        "confidence_level": c.confidence_level,
        "basis": to_json(c.basis, Basis),
        "missed": to_json(c.missed, Missed),
        "bundle_id": c.bundle_id,
        "releases": dict(c.releases),
        "issued": c.issued,
        "expires": c.expires,
        "issued_by": c.issued_by,
        "revoked": c.revoked,
        "reason": None if c.reason is None else c.reason.value,
        "note": c.note,
    }


def _certificate(r: Row[Any]) -> Certificate:
    return Certificate(
        id=r.id,
        slice=_slice(r),
        without=frozenset(r.without),
        threshold=r.threshold,
        target=r.target,
        confidence_level=r.confidence_level,
        basis=from_json(r.basis, Basis),
        missed=from_json(r.missed, Missed),
        bundle_id=r.bundle_id,
        releases=r.releases,
        issued=r.issued,
        expires=r.expires,
        issued_by=r.issued_by,
        revoked=r.revoked,
        reason=None if r.reason is None else RevokeReason(r.reason),
        note=r.note,
    )
