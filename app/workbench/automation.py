"""The page of automation: certificates, what is switched on, what was done, and drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.domain.audit import Actor
from app.domain.automation.certificate import CertificateState, RevokeReason
from app.domain.automation.whole_chart import REVIEW_FROM
from app.domain.drift import Measure
from app.domain.people import Permission
from app.domain.training_run import OPEN
from app.usecases.automation.audit import SendToAudit
from app.usecases.automation.certify import CertifyModels
from app.usecases.automation.manage import ManageAutomation, Shown
from app.usecases.automation.watch import FALSE_ALARMS
from app.usecases.drift.watch import DriftReport
from app.workbench.models import RUN_TONES
from app.workbench.pages import Pages

PATH = "/automation"
_REASONS = {
    RevokeReason.BY_HAND: "revoked by hand",
    RevokeReason.AUDITS: "revoked by audits",
    RevokeReason.DRIFT: "revoked by drift",
    RevokeReason.RELEASE: "another code release",
    RevokeReason.BUNDLE: "another bundle",
    RevokeReason.SUPERSEDED: "superseded",
}
_MEASURES = {
    Measure.SCORES: ("Confidences", "population stability index"),
    Measure.VOCABULARY: ("Vocabulary", "change of the share of unknown words"),
    Measure.SECTIONS: ("Sections", "Jensen-Shannon divergence, bits"),
    Measure.ACCEPTANCE: ("Acceptance", "change of the share of suggested codes that were kept"),
}


@dataclass(frozen=True, slots=True)
class AutomationViews:
    """What the page shows; each may raise Unavailable while the service opens."""

    manage: Callable[[], ManageAutomation]
    certify: Callable[[], CertifyModels]
    audit: Callable[[], SendToAudit]
    drift: Callable[[Actor], DriftReport]


def router(pages: Pages, views: AutomationViews) -> APIRouter:
    """The route."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH)
    def automation(request: Request) -> HTMLResponse:
        viewer = pages.need(request, Permission.CERTIFICATES)
        found = views.manage().certificates(viewer.actor)
        runs = views.certify().newest(viewer.actor)
        active = [c for c in found if c.state is CertificateState.ACTIVE]
        return pages.show(
            request,
            "automation.html",
            viewer,
            active=active,
            ended=[c for c in found if c.state is not CertificateState.ACTIVE],
            on=sum(c.on for c in active),
            finalized=_total(found),
            runs=runs,
            tones=RUN_TONES,
            certifying=any(run.status in OPEN for run, _ in runs),
            drawn=views.audit().waiting(viewer.actor),
            may_certify=viewer.may(Permission.CERTIFY),
            may_switch=viewer.may(Permission.AUTOMATE),
            revoked_at=1 / FALSE_ALARMS,
            review_from=REVIEW_FROM,
            reasons=_REASONS,
            drift=views.drift(viewer.actor),
            measures=_MEASURES,
        )

    return routes


def _total(found: list[Shown]) -> int:
    """Charts by certificate; one with codes of several certificates counts for each."""
    return sum(c.charts for c in found)
