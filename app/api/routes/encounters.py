"""/v1/encounters: taking encounters in, listing and reading them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request
from pydantic import AwareDatetime, BeforeValidator
from starlette.responses import Response

from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import IfMatch, answer, changed
from app.api.schemas import chart_mapping as mapping
from app.api.schemas.charts import CountsOut, EncounterOut, WorklistOut
from app.api.schemas.encounters import EncounterRequest, NoteIn
from app.api.state import ServiceState
from app.domain.audit import Actor
from app.domain.chart import ChartStatus
from app.domain.encounter import Setting
from app.usecases.charts.cursors import read_cursor, write_cursor
from app.usecases.records.charts import Order, WorklistFilter

PATH = "/v1/encounters"
ONE = f"{PATH}/{{encounter_id}}"
ME = "me"
EncounterId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="The id that POST /v1/encounters gave")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


def _written(value: object) -> object:
    """Refuse a bare number, which would be read as seconds since 1970. Raises ValueError."""
    if isinstance(value, str) and value.replace(".", "").replace("-", "").strip().isdigit() and "T" not in value.upper():
        raise ValueError("Write a date and time with its offset, as 2026-05-04T00:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Cursor = Annotated[str | None, Query(max_length=300, description="`next` of the page before")]


class Narrowing:
    """The filters of a worklist, as a dependency."""

    def __init__(
        self,
        status: Annotated[list[ChartStatus] | None, Query(description="Any of these")] = None,
        setting: Annotated[list[Setting] | None, Query(description="Any of these")] = None,
        assignee: Annotated[str | None, Query(min_length=1, max_length=100, description="A name, `me` or `nobody`")] = None,
        received_from: Annotated[Moment | None, Query(description="Received at or after")] = None,
        received_before: Annotated[Moment | None, Query(description="Received before: the age of what waits")] = None,
        min_priority: Annotated[float | None, Query(ge=0, le=1)] = None,
        external_id: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    ) -> None:
        self.status, self.setting, self.assignee = status, setting, assignee
        self.received_from, self.received_before = received_from, received_before
        self.min_priority, self.external_id = min_priority, external_id

    def filter(self, actor: Actor) -> WorklistFilter:
        """The filter, `me` being the actor."""
        assignee = None if self.assignee is None else actor.principal.id if self.assignee == ME else self.assignee.replace("\x00", "").casefold()
        return WorklistFilter(
            statuses=frozenset(self.status or ()),
            settings=frozenset(self.setting or ()),
            assignee=assignee,
            received_from=_within(self.received_from),
            received_before=_within(self.received_before),
            min_priority=self.min_priority,
            external_id=self.external_id,
        )


def _within(at: datetime | None) -> datetime | None:
    """A time that stays one in every zone; those of the first and last days of the calendar don't."""
    if at is None:
        return None
    return at if 1 < at.year < 9999 else at.replace(year=min(max(at.year, 2), 9998))


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["encounters"])

    @routes.post(PATH, status_code=201, response_model=EncounterOut, responses=problems(400, 401, 403, 413, 415, 422, 500, 503))
    def submit_encounter(who: Who, body: Annotated[EncounterRequest, Body()], key: Key = None) -> Response:
        """Take in an encounter with its notes; codes are suggested at once and kept as they were suggested.

        The same request with the same `Idempotency-Key` gives the same encounter again, with `Idempotency-Replayed: true`.
        """
        done = state.workflow.submit.submit(who, mapping.submission(body, key or ""))
        response = answer(done.chart, status=201)
        response.headers["Location"] = f"{PATH}/{done.chart.id}"
        if done.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    @routes.get(PATH, responses=problems(401, 403, 422, 500, 503))
    def list_encounters(
        who: Who,
        narrowing: Annotated[Narrowing, Depends()],
        order: Annotated[Order, Query(description="Most worth reviewing first, or longest waiting first")] = Order.PRIORITY,
        cursor: Cursor = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> WorklistOut:
        """List the encounters that the caller may see."""
        page = state.workflow.worklist.page(who, narrowing.filter(who), order, after=read_cursor(cursor, order), limit=limit)
        return WorklistOut(encounters=[mapping.row(r) for r in page.rows], next=write_cursor(page.next, order))

    @routes.get("/v1/worklist/counts", responses=problems(401, 403, 422, 500, 503))
    def count_encounters(who: Who, narrowing: Annotated[Narrowing, Depends()]) -> CountsOut:
        """Count the encounters that the caller may see, by status."""
        return CountsOut(counts=dict(state.workflow.worklist.counts(who, narrowing.filter(who))))

    @routes.get(f"{PATH}/{{encounter_id}}", response_model=EncounterOut, responses=problems(401, 403, 404, 422, 500, 503))
    def read_encounter(who: Who, encounter_id: EncounterId) -> Response:
        """Read an encounter's chart; `ETag` is what a write has to bring in `If-Match`."""
        return answer(state.workflow.review.read(who, encounter_id))

    writes = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 500, 503)

    @routes.post(f"{PATH}/{{encounter_id}}/notes", status_code=201, response_model=EncounterOut, responses=writes)
    def add_note(request: Request, who: Who, encounter_id: EncounterId, body: Annotated[NoteIn, Body()], if_match: IfMatch = None) -> Response:
        """Add a note; codes are suggested for it."""
        note, submit = mapping.titled_note(body), state.workflow.submit
        return changed(state, request, who, encounter_id, if_match, lambda r: submit.add_note(who, encounter_id, note, revision=r), status=201)

    @routes.put(f"{PATH}/{{encounter_id}}/notes/{{number}}", response_model=EncounterOut, responses=writes)
    def correct_note(
        request: Request, who: Who, encounter_id: EncounterId, number: Number, body: Annotated[NoteIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Put a new version of a note in the place of the last; earlier versions and what was suggested for them stay."""
        note, submit = mapping.titled_note(body), state.workflow.submit
        return changed(state, request, who, encounter_id, if_match, lambda r: submit.correct_note(who, encounter_id, number, note, revision=r))

    return routes
