"""Optimistic concurrency: a chart's revision as its ETag, and the answer to a write on an older one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from fastapi import Header, Request
from starlette.responses import JSONResponse, Response

from app.api import errors
from app.api.schemas.chart_mapping import encounter_response
from app.api.state import ServiceState
from app.domain.access_errors import Forbidden
from app.domain.audit import Actor
from app.domain.chart import Chart
from app.domain.errors import RevisionMissing, StaleWrite

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=100, description="The ETag of the encounter as it was read")]
_TAG = re.compile(r'"([0-9]{1,9})"')
# No chart has it: a tag that is not ours can't be the present one.
_NEVER = 0


def etag(chart: Chart) -> dict[str, str]:
    """The header of a chart."""
    return {"ETag": f'"{chart.revision}"'}


def answer(chart: Chart, *, status: int = 200) -> JSONResponse:
    """A chart with its ETag."""
    return JSONResponse(encounter_response(chart), status, headers=etag(chart))


def revision_of(if_match: str | None) -> int:
    """The revision that a write is based on; for a tag that is not ours one that nothing has. Raises RevisionMissing."""
    if if_match is None:
        raise RevisionMissing
    tag = _TAG.fullmatch(if_match.strip())
    return int(tag.group(1)) if tag else _NEVER


def changed(
    state: ServiceState, request: Request, actor: Actor, chart_id: str, if_match: str | None, change: Callable[[int], Chart], *, status: int = 200
) -> Response:
    """The chart after `change`, which is given the revision it must have; 412 with the present chart when it has another.

    Raises RevisionMissing, and what `change` raises.
    """
    revision = revision_of(if_match)
    try:
        return answer(change(revision), status=status)
    except StaleWrite as stale:
        try:
            chart = state.workflow.review.read(actor, chart_id)
        except Forbidden:
            # A key may write without being allowed to read.
            raise stale from None
        return errors.domain_problem(request.scope, stale, headers=etag(chart), extra={"current": encounter_response(chart)})
