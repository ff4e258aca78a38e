"""/v1/site-phrases: words that the site remembers for a code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas.site_phrases import SitePhraseIn, SitePhraseOut, SitePhrasesOut, phrase_out
from app.api.state import ServiceState
from app.domain.code import CodeRef, CodeSystem

PATH = "/v1/site-phrases"


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["review"])

    @routes.get(PATH, responses=problems(401, 403, 422, 500, 503))
    def list_site_phrases(who: Who) -> SitePhrasesOut:
        """List the words that the site remembers, each with its code, who added it and how often it was right."""
        return SitePhrasesOut(phrases=[phrase_out(phrase) for phrase in state.workflow.phrases.all(who)])

    @routes.post(PATH, status_code=201, responses=problems(400, 401, 403, 413, 415, 422, 500, 503))
    def remember_site_phrase(who: Who, body: Annotated[SitePhraseIn, Body()]) -> SitePhraseOut:
        """Remember words for a code: from now on they suggest it, for the whole site and without training.

        Words that are too short, too long or too common are refused with `phrase_refused`, and why. Words that are remembered for
        the code already are answered as they are.
        """
        ref = CodeRef(CodeSystem(body.system), body.code)
        return phrase_out(state.workflow.phrases.remember(who, ref, body.text, language=body.language))

    @routes.delete(f"{PATH}/{{phrase_id}}", status_code=204, responses=problems(401, 403, 404, 422, 500, 503))
    def forget_site_phrase(who: Who, phrase_id: Annotated[str, Path(max_length=64)]) -> None:
        """Forget a phrase: a coder's own, or any by a manager. Suggestions that were made stay as they are."""
        state.workflow.phrases.forget(who, phrase_id)

    return routes
