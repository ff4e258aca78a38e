"""The pages of the second-level audit: samples, one sample, one of its charts, and what coders see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from app.domain.access_errors import NotAllowed
from app.domain.audits.difference import OF_BOTH, PAIRED, ErrorCategory, Grade
from app.domain.audits.item import DONE, ItemState
from app.domain.encounter import Setting
from app.domain.people import Permission, Role
from app.domain.statistics import wilson
from app.usecases.records.audits import SampleProgress
from app.usecases.workflow import Workflow
from app.workbench.pages import Pages

AUDIT, FEEDBACK = "/audit", "/feedback"
_SAMPLE = Path(pattern=r"^[0-9a-f]{24}$")
_MOST_SAMPLES = 100
TONES = {
    ItemState.WAITING: "", ItemState.CODED: "accent", ItemState.JUDGED: "accent", ItemState.ACKNOWLEDGED: "good", ItemState.DISPUTED: "warn",
    ItemState.SETTLED: "good",
}  # fmt: skip


def router(pages: Pages, workflow: Callable[[], Workflow]) -> APIRouter:
    """The routes. The page of a chart gets its codes over the interface, which keeps them from an auditor who codes blind."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(AUDIT)
    def samples(request: Request) -> HTMLResponse:
        viewer = pages.need(request, Permission.AUDIT_READ)
        flow = workflow()
        found = flow.samples.samples(viewer.actor, auditor=None, limit=_MOST_SAMPLES)
        people = flow.accounts.users()
        return pages.show(
            request, "audit.html", viewer, samples=found, accuracy=accuracy, done=done, may_draw=viewer.may(Permission.AUDIT),
            settings=tuple(Setting), coders=[u for u in people if u.roles & {Role.CODER, Role.MANAGER}],
            auditors=[u for u in people if Role.AUDITOR in u.roles and not u.disabled],
            month=datetime.now(UTC).date().replace(day=1).isoformat(),
        )  # fmt: skip

    @routes.get(f"{AUDIT}/{{sample_id}}")
    def sample(request: Request, sample_id: str = _SAMPLE) -> HTMLResponse:
        viewer = pages.need(request, Permission.AUDIT_READ)
        found, items = workflow().samples.sample(viewer.actor, sample_id)
        waiting = (i for i in items if i.state in {ItemState.WAITING, ItemState.CODED})
        following = next(waiting, None) if found.sample.auditor == viewer.principal.id else None
        return pages.show(
            request, "audit_sample.html", viewer, progress=found, items=items, accuracy=accuracy, done=done, tones=TONES, following=following,
            hides=lambda i: i.blind and i.state is ItemState.WAITING and i.auditor == viewer.principal.id,
        )  # fmt: skip

    @routes.get(f"{AUDIT}/{{sample_id}}/{{number}}")
    def item(request: Request, sample_id: str = _SAMPLE, number: int = Path(ge=1, le=100_000)) -> HTMLResponse:
        viewer = pages.need(request)
        if not (viewer.may(Permission.AUDIT_READ) or viewer.may(Permission.AUDIT_ANSWER)):
            raise NotAllowed(Permission.AUDIT_READ.value)
        return pages.show(
            request, "audit_item.html", viewer, sample_id=sample_id, number=number, paired=sorted(PAIRED), of_both=sorted(OF_BOTH),
            categories=tuple(ErrorCategory), grades=tuple(Grade), reads=viewer.may(Permission.AUDIT_READ),
        )  # fmt: skip

    @routes.get(FEEDBACK)
    def feedback(request: Request) -> HTMLResponse:
        viewer = pages.need(request, Permission.AUDIT_ANSWER)
        found = workflow().judge.feedback(viewer.actor, DONE)
        codes, agreed = sum(i.codes or 0 for i in found), sum(i.agreed or 0 for i in found)
        return pages.show(request, "feedback.html", viewer, items=found, tones=TONES, share=wilson(agreed, codes), codes=codes)

    return routes


def done(progress: SampleProgress) -> int:
    """How many charts of the sample are judged."""
    return sum(number for state, number in progress.states.items() if state in DONE)


def accuracy(progress: SampleProgress) -> str:
    """The accuracy so far with its interval, in words."""
    found = wilson(progress.agreed, progress.codes)
    return "" if found is None else f"{100 * found.share:.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"
