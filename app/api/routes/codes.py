"""GET /v1/codes and GET /v1/codes/{system}/{code}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.api.documents import example, problems
from app.api.schemas import mapping
from app.api.schemas.codes import SEARCH_EXAMPLE, DetailsResponse, SearchResponse
from app.api.schemas.request import IsoDate, SystemName
from app.api.state import ServiceState
from app.domain.code import CodeSystem

On = Annotated[IsoDate | None, Query(description="Date of service; the newest release when not given")]
Words = Annotated[str, Query(min_length=1, max_length=200, description="A code, the beginning of one, or words in any order")]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/v1", tags=["codes"])

    @routes.get("/codes", responses={**example(SEARCH_EXAMPLE), **problems(422, 500, 503)})
    def search_codes(q: Words, system: SystemName | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 10, on: On = None) -> SearchResponse:
        """Search codes by prefix, by words in any order, through abbreviations and typing errors; best first."""
        found = state.codes.search(q, system=None if system is None else CodeSystem(system), limit=limit, day=on)
        return mapping.search_response(found)

    @routes.get("/codes/{system}/{code}", responses=problems(404, 422, 500, 503))
    def show_code(system: SystemName, code: Annotated[str, Path(max_length=20, examples=["E11.9"])], on: On = None) -> DetailsResponse:
        """Show a code with its notes and its place in the classification."""
        return mapping.details_response(state.codes.show(code, system=CodeSystem(system), day=on))

    return routes
