"""/v1/models: bundles, promotion, rollback and shadow."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path

from app.api.auth import Who
from app.api.documents import problems
from app.api.schemas import model_mapping as mapping
from app.api.schemas import models as m
from app.api.state import ServiceState

PATH = "/v1/models"
ONE = f"{PATH}/{{bundle_id}}"
BundleId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The id of a bundle")]


def router(state: ServiceState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["models"])
    reading = problems(401, 403, 404, 422, 500, 503)
    changing = problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503)

    @routes.get(PATH, responses=problems(401, 403, 422, 500, 503))
    def list_models(who: Who) -> m.ModelsOut:
        """List the bundles with what they were trained on, their figures and where they stand."""
        models = state.workflow.models.all(who)
        pointer = state.workflow.models.pointer(who)
        return m.ModelsOut(champion=pointer.champion, history=list(pointer.history), models=[mapping.model(each) for each in models])

    @routes.get(ONE, responses=reading)
    def read_model(who: Who, bundle_id: BundleId) -> m.ModelCardOut:
        """Read a bundle with its card, its comparison with the champion, and what it would have changed as a shadow."""
        models = state.workflow.models
        found = models.one(who, bundle_id)
        return mapping.card(found, models.card(who, bundle_id), models.shadow_report(who, bundle_id))

    @routes.post(f"{ONE}/promotion", responses=changing)
    def promote_model(who: Who, bundle_id: BundleId, body: Annotated[m.PromotionIn, Body()]) -> m.PromotedOut:
        """Have a bundle serve in the place of the champion that the body names.

        Refused where the gate found it worse or did not compare it with that champion, unless `override` gives a reason.
        """
        done = state.workflow.models.promote(who, bundle_id, champion=body.champion, override=body.override.strip())
        return m.PromotedOut(champion=done.champion, before=done.before)

    @routes.delete(f"{ONE}/promotion", responses=changing)
    def roll_back_model(who: Who, bundle_id: BundleId) -> m.PromotedOut:
        """Take back the promotion of the champion: the bundle before it serves again."""
        done = state.workflow.models.withdraw(who, bundle_id)
        return m.PromotedOut(champion=done.champion, before=done.before)

    @routes.put(f"{ONE}/shadow", responses=changing)
    def begin_shadow(who: Who, bundle_id: BundleId) -> m.ModelOut:
        """Have the bundle score live charts unseen, in the place of the one that did."""
        return mapping.model(state.workflow.models.shadow(who, bundle_id, on=True))

    @routes.delete(f"{ONE}/shadow", responses=changing)
    def end_shadow(who: Who, bundle_id: BundleId) -> m.ModelOut:
        """Have the bundle score live charts no more; what it said stays."""
        return mapping.model(state.workflow.models.shadow(who, bundle_id, on=False))

    return routes
