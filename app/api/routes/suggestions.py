"""POST /v1/suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body

from app.api.answers import FastJson
from app.api.documents import example, problems
from app.api.schemas import mapping
from app.api.schemas.request import SuggestionsRequest
from app.api.schemas.response import EXAMPLE, SuggestionsResponse
from app.api.state import ServiceState
from app.domain.suggestion import CodingDraft

PATH = "/v1/suggestions"


def router(state: ServiceState, on_draft: Callable[[CodingDraft], None]) -> APIRouter:
    """The route; `on_draft` is told of every draft, for the metrics."""
    routes = APIRouter(tags=["suggestions"])

    @routes.post(PATH, response_model=SuggestionsResponse, responses={**example(EXAMPLE), **problems(400, 413, 415, 422, 500, 503)})
    def suggest(body: Annotated[SuggestionsRequest, Body()]) -> FastJson:
        """Suggest codes for a note.

        `codes` are to be billed, `candidates` were seen and fall short of the bundle's threshold or of a rule, `suppressed`
        were kept back by the rule named. A note without anything to code gives empty lists.
        """
        service = state.suggest
        request = mapping.suggestion_request(body)
        draft = state.mark(service(request))
        on_draft(draft)
        return FastJson(mapping.suggestions_response(draft, request.note))

    return routes
