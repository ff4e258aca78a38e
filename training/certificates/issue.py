"""Certificates from the audits of a site: what `chartcoder-train certify` and certifications run."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app import assembly, storage
from app.classifier import bundle_io
from app.domain.audit import Actor
from app.domain.automation.certificate import Certificate
from app.domain.code import CodeSystem
from app.settings import Settings
from app.usecases.automation.audited import ReadAudited
from app.usecases.automation.manage import ManageAutomation
from app.usecases.charts.desk import Desk
from training.certificates.slices import Aim, Tested, Tests, run
from training.certificates.thresholds import fewest_charts

DAYS = 90


@dataclass(frozen=True, slots=True)
class Certified:
    """How a run went: the audited charts that counted, the tests of each setting, and the certificates issued."""

    charts: int
    tests: tuple[Tests, ...]
    certificates: tuple[Certificate, ...]


def certify(settings: Settings, actor: Actor, aim: Aim, *, days: int = DAYS, issue: bool = True) -> Certified:
    """Test every slice on the charts of random audits that the active bundle suggested for, and issue a certificate where a threshold is found.

    `days`: how long they hold. Earlier certificates of a system and setting that gets one are superseded. `issue` false only tells.
    Raises BundleRefused, ReleaseRefused and DatabaseRefused.
    """
    terms = assembly.open_terms(settings)
    manifest = bundle_io.read_manifest(bundle_io.active(settings.models_dir))
    releases = {system: release.name for system, release in terms.catalog.releases.items()}
    work = storage.ready(settings).work()
    drafts = ReadAudited(work)(manifest.bundle_id, releases)
    tests = run(drafts, aim)
    made = certificates(tests, aim, manifest.bundle_id, releases, datetime.now(UTC), by=actor.principal.id, days=days, of=secrets.token_hex(8))
    if issue and made:
        ManageAutomation(Desk(work, time.time)).issue(actor, made)
    return Certified(len(drafts), tuple(tests), tuple(made))


def certificates(
    tests: Sequence[Tests], aim: Aim, bundle_id: str, releases: Mapping[CodeSystem, str], now: datetime, *, by: str, days: int, of: str
) -> list[Certificate]:
    """One for each slice with a threshold. `of`: names the run; the same run gives the same ids."""
    names = {system.value: name for system, name in releases.items()}
    return [
        Certificate(
            id=hashlib.sha256(f"{of}:{tested.slice.name}".encode()).hexdigest()[:16],
            slice=tested.slice,
            without=tested.without,
            threshold=tested.threshold.value,
            target=aim.target,
            confidence_level=aim.confidence_level,
            basis=of_setting.basis(tested.threshold),
            missed=of_setting.missed,
            bundle_id=bundle_id,
            releases=names,
            issued=now,
            expires=now + timedelta(days=days),
            issued_by=by,
        )
        for of_setting in tests
        for tested in of_setting.slices
        if tested.threshold is not None
    ]


def why_none(tested: Tested, tests: Tests, aim: Aim) -> str:
    """Why a slice has no threshold."""
    least = fewest_charts(aim.target, tests.level)
    return f"no threshold: a test needs {least} patients at least" if tested.patients < least else "no threshold: too many codes are wrong"


def told(result: Certified, aim: Aim) -> list[str]:
    """The result in lines for a person."""
    lines = [f"{result.charts:,} charts of random audits with suggestions of the active bundle"]
    for tests in result.tests:
        lines.append(f"{tests.setting}: {len(tests.charts):,} charts")
        for t in tests.slices:
            found = t.threshold
            said = why_none(t, tests, aim) if found is None else f"from {found.value:.3f} on, {found.right} of {found.selected} drawn codes right"
            lines.append(f"  {t.slice.name:46}{t.patients:6,} patients  {said}")
        m = tests.missed
        if any(t.threshold is not None for t in tests.slices):
            lines.append(
                f"  Whole charts: {m.charts:,}; of these {m.incomplete:,} lack a code that precision says nothing of "
                f"(at most {m.upper:.0%}, confidence {aim.confidence_level:.0%})"
            )
    tested = sum(len(t.slices) for t in result.tests)
    passed = sum(t.threshold is not None for tests in result.tests for t in tests.slices)
    if not passed:
        lines.append(f"No threshold reaches a precision of {aim.target:.0%} with confidence {aim.confidence_level:.0%}: nothing is automated")
    elif not aim.simultaneous:
        lines.append(
            f"{passed} of {tested} slices; each holds with confidence {aim.confidence_level:.0%} by itself, so that of {tested} tests up to "
            f"{tested * (1 - aim.confidence_level):.1f} may err: --simultaneous has all of them hold together"
        )
    return lines
