"""The worklist page. Its script fetches the same addresses and puts the new list in the place of the old one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.domain.encounter import Setting
from app.domain.people import Permission, Reach, User
from app.usecases.charts.assign import WORKERS
from app.usecases.charts.cursors import read_cursor, write_cursor
from app.usecases.charts.worklist import ListWorklist
from app.usecases.workflow import Workflow
from app.workbench import worklist_question as q
from app.workbench.navigation import WORKLIST
from app.workbench.pages import Pages
from app.workbench.viewer import Viewer
from app.workbench.worklist_rows import row

NEXT = f"{WORKLIST}/next"
ROWS = 50
Asked = Annotated[q.Question, Depends(q.question)]


def router(pages: Pages, workflow: Callable[[], Workflow]) -> APIRouter:
    """The routes; `workflow` raises Unavailable while it is not open."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(WORKLIST)
    def show(request: Request, question: Asked, nothing: bool = False) -> Response:  # noqa: FBT001, FBT002  in the address
        viewer = pages.need(request, Permission.WORKLIST)
        return _show(pages, request, viewer, workflow(), question, nothing=nothing)

    @routes.get(NEXT)
    def open_next(request: Request, question: Asked) -> Response:
        viewer = pages.need(request, Permission.REVIEW)
        work = workflow()
        me, now = viewer.principal.id, work.worklist.now()
        best = work.worklist.best(viewer.actor, question.filter(me, now))
        return RedirectResponse(question.chart(best, me, now) if best else question.address(WORKLIST, nothing="true"), 303)

    return routes


def _show(pages: Pages, request: Request, viewer: Viewer, work: Workflow, question: q.Question, *, nothing: bool) -> Response:
    listing, me, now = work.worklist, viewer.principal.id, work.worklist.now()
    users = work.accounts.users()
    names = {user.id: user.display_name for user in users}
    wanted = question.filter(me, now)
    found = listing.page(viewer.actor, wanted, question.order, after=read_cursor(question.after or None, question.order), limit=ROWS)
    next_ = write_cursor(found.next, question.order)
    counted = _counts(listing, viewer, question)
    return pages.show(
        request,
        "worklist.html",
        viewer,
        question=question,
        tabs=[(value, name, counted[value], question.address(WORKLIST, status=value)) for value, (name, _) in q.TABS.items()],
        rows=[row(summary, me, names, now, question.chart(summary.id, me, now)) for summary in found.rows],
        next_page=None if next_ is None else question.address(WORKLIST, after=next_),
        first_page=question.address(WORKLIST) if question.after else None,
        open_next=question.address(NEXT) if viewer.may(Permission.REVIEW) else None,
        nothing=nothing,
        settings=[(setting.value, setting.value.capitalize()) for setting in Setting],
        assignees=_assignees(viewer, users),
        workers=_workers(users) if viewer.may(Permission.ASSIGN) else [],
        ages=q.AGES.items(),
        priorities=q.PRIORITIES.items(),
        orders=q.ORDERS.items(),
        cleared=q.question(status=question.status, order=question.order.value).address(WORKLIST),
        worklist=WORKLIST,
    )


def _counts(listing: ListWorklist, viewer: Viewer, question: q.Question) -> Mapping[str, int]:
    every = replace(question, status=q.EVERY)
    by_status = listing.counts(viewer.actor, every.filter(viewer.principal.id, listing.now()))
    return {value: sum(by_status.get(status, 0) for status in statuses) for value, (_, statuses) in q.TABS.items()}


def _workers(users: list[User]) -> list[tuple[str, str]]:
    return [(user.name, user.display_name) for user in users if not user.disabled and user.roles & WORKERS]


def _assignees(viewer: Viewer, users: list[User]) -> list[tuple[str, str]]:
    """Whom the filter offers; one who sees only their own charts sees nobody else's."""
    choices = [(q.ME, "Me"), ("nobody", "Nobody")]
    if viewer.principal.reach(Permission.WORKLIST) is Reach.ANY:
        choices += [(name, shown) for name, shown in _workers(users) if name.casefold() != viewer.principal.id]
    return choices
