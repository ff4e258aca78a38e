"""/v1/audit-samples/{id}/items and /v1/audit-feedback: judging encounters of a sample, and what their coders say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import JSONResponse, Response

from app.api import errors
from app.api.auth import Who
from app.api.documents import problems
from app.api.revision import IfMatch, revision_of
from app.api.routes.audit_samples import ONE, SampleId
from app.api.schemas import audit_mapping as mapping
from app.api.schemas import audits as a
from app.api.state import ServiceState
from app.domain.access_errors import Forbidden
from app.domain.audit import Actor
from app.domain.audits.item import AuditItem, ItemState
from app.domain.errors import StaleWrite

ITEM, FEEDBACK_PATH = f"{ONE}/items/{{number}}", "/v1/audit-feedback"
Number = Annotated[int, Path(ge=1, le=100_000)]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["audit"])
    reads = problems(401, 403, 404, 409, 422, 500, 503)
    writes = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 500, 503)

    @routes.get(ITEM, response_model=a.AuditItemOut, responses=reads)
    def read_audit_item(who: Who, sample_id: SampleId, number: Number) -> JSONResponse:
        """Read an encounter of a sample: the record alone while the caller codes it blind, else program, coder and auditor side by side."""
        return _shown(state, who, sample_id, number)

    @routes.put(f"{ITEM}/codes", response_model=a.AuditItemOut, responses=writes)
    def put_blind_codes(
        request: Request, who: Who, sample_id: SampleId, number: Number, body: Annotated[a.BlindCodesIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Keep the auditor's blind codes as a draft, or hand them in."""
        lines, judge = mapping.lines(body.codes), state.workflow.judge
        return _changed(
            state, request, who, (sample_id, number), if_match,
            lambda r: judge.code_blind(who, sample_id, number, lines, hand_in=body.hand_in, revision=r),
        )  # fmt: skip

    @routes.post(f"{ITEM}/differences", responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503))
    def compare_codes(who: Who, sample_id: SampleId, number: Number, body: Annotated[a.CodesIn, Body()]) -> a.DifferencesOut:
        """Say where codes differ from the coder's, each as the error that it most likely is; nothing is kept."""
        found = state.workflow.judge.compare(who, sample_id, number, mapping.lines(body.codes))
        return a.DifferencesOut.model_validate({"differences": [mapping.difference(d) for d in found]})

    @routes.put(f"{ITEM}/judgement", response_model=a.AuditItemOut, responses=writes)
    def put_judgement(
        request: Request, who: Who, sample_id: SampleId, number: Number, body: Annotated[a.JudgementIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Judge the encounter: the right codes, and an error for every difference. The coder then sees it."""
        lines, said, judge = mapping.lines(body.codes), mapping.errors(body.errors), state.workflow.judge
        return _changed(
            state, request, who, (sample_id, number), if_match,
            lambda r: judge.judge(who, sample_id, number, lines, said, body.comment, revision=r),
        )  # fmt: skip

    @routes.put(f"{ITEM}/answer", response_model=a.AuditItemOut, responses=writes)
    def put_answer(
        request: Request, who: Who, sample_id: SampleId, number: Number, body: Annotated[a.AnswerIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """Acknowledge or dispute the judgement of an encounter that the caller finalised."""
        dispute, judge = body.answer == "disputed", state.workflow.judge
        return _changed(
            state, request, who, (sample_id, number), if_match,
            lambda r: judge.answer(who, sample_id, number, body.comment, dispute=dispute, revision=r),
        )  # fmt: skip

    @routes.put(f"{ITEM}/settlement", response_model=a.AuditItemOut, responses=writes)
    def put_settlement(
        request: Request, who: Who, sample_id: SampleId, number: Number, body: Annotated[a.SettlementIn, Body()], if_match: IfMatch = None
    ) -> Response:
        """End the matter, with a new judgement where the coder was right."""
        new = None if body.judgement is None else (mapping.lines(body.judgement.codes), mapping.errors(body.judgement.errors))
        judge = state.workflow.judge
        return _changed(
            state, request, who, (sample_id, number), if_match,
            lambda r: judge.settle(who, sample_id, number, body.comment, new, revision=r),
        )  # fmt: skip

    @routes.get(FEEDBACK_PATH, response_model=a.FeedbackOut, responses=problems(401, 403, 422, 500, 503))
    def list_feedback(who: Who, status: Annotated[list[ItemState] | None, Query(description="Any of these")] = None) -> JSONResponse:
        """List what audits said of encounters that the caller finalised, the last judged first."""
        found = state.workflow.judge.feedback(who, frozenset(status or ()))
        return JSONResponse({"items": [mapping.row(item, reader=who.principal.id) for item in found]})

    return routes


def _shown(state: ServiceState, who: Actor, sample_id: str, number: int) -> JSONResponse:
    found = state.workflow.judge.show(who, sample_id, number)
    return JSONResponse(mapping.view(found, reader=who.principal.id), headers=mapping.etag(found.item))


def _changed(
    state: ServiceState, request: Request, who: Actor, place: tuple[str, int], if_match: str | None, change: Callable[[int], AuditItem]
) -> Response:
    """The item after `change`; 412 with the present one when it was changed since."""
    try:
        change(revision_of(if_match))
        return _shown(state, who, *place)
    except StaleWrite as stale:
        try:
            found = state.workflow.judge.show(who, *place)
        except Forbidden:
            raise stale from None
        extra: dict[str, Any] = {"current": mapping.view(found, reader=who.principal.id)}
        return errors.domain_problem(request.scope, stale, headers=mapping.etag(found.item), extra=extra)
