"""The pages of bundles and training runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from app.domain.code import CodeSystem
from app.domain.gate import Gate, Verdict
from app.domain.model import ModelState
from app.domain.people import Permission
from app.domain.training_run import OPEN, STEPS, RunKind, RunStatus
from app.usecases.models.registry import Models, refusals
from app.usecases.models.training import TrainModels
from app.workbench.model_card import model_card
from app.workbench.pages import Pages

MODELS, RUNS = "/models", "/training-runs"
_TONES = {
    ModelState.CHAMPION: "good",
    ModelState.CHALLENGER: "accent",
    ModelState.SHADOW: "accent",
    ModelState.RETIRED: "",
    ModelState.REJECTED: "bad",
    ModelState.DAMAGED: "bad",
    Verdict.BETTER: "good",
    Verdict.AS_GOOD: "accent",
    Verdict.WORSE: "bad",
    Verdict.UNKNOWN: "warn",
}
RUN_TONES = {
    RunStatus.QUEUED: "",
    RunStatus.RUNNING: "accent",
    RunStatus.SUCCEEDED: "good",
    RunStatus.FAILED: "bad",
    RunStatus.CANCELLED: "warn",
}
BundleId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]


def router(pages: Pages, models: Callable[[], Models], training: Callable[[], TrainModels]) -> APIRouter:
    """The pages; `models` and `training` give the use cases, and raise Unavailable while the service opens."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(MODELS)
    def list_models(request: Request) -> HTMLResponse:
        """Every bundle."""
        viewer = pages.need(request, Permission.MODELS)
        found, pointer = models().all(viewer.actor), models().pointer(viewer.actor)
        serving = next((m for m in found if m.state is ModelState.CHAMPION), None)
        return pages.show(
            request, "models.html", viewer, models=found, serving=serving, pointer=pointer, tones=_TONES, systems=[s.value for s in CodeSystem]
        )

    @routes.get(f"{MODELS}/{{bundle_id}}")
    def read_model(request: Request, bundle_id: BundleId) -> HTMLResponse:
        """One bundle."""
        viewer = pages.need(request, Permission.MODELS)
        found, pointer = models().one(viewer.actor, bundle_id), models().pointer(viewer.actor)
        gate = None if found.record is None else found.record.gate
        return pages.show(
            request,
            "model.html",
            viewer,
            model=found,
            gate=gate,
            compared=[] if gate is None else _rows(gate),
            reasons=refusals(found.record, pointer.champion),
            pointer=pointer,
            card=model_card(models().card(viewer.actor, bundle_id)),
            shadow=models().shadow_report(viewer.actor, bundle_id),
            tones=_TONES,
            may_promote=viewer.may(Permission.PROMOTE),
            may_train=viewer.may(Permission.TRAIN),
        )

    @routes.get(RUNS)
    def list_runs(request: Request) -> HTMLResponse:
        """The last runs."""
        viewer = pages.need(request, Permission.MODELS)
        runs = training().all(viewer.actor)
        return pages.show(
            request,
            "training_runs.html",
            viewer,
            runs=runs,
            tones=RUN_TONES,
            may_train=viewer.may(Permission.TRAIN),
            under_way=any(run.status in OPEN and run.kind is RunKind.TRAINING for run in runs),
        )

    @routes.get(f"{RUNS}/{{run_id}}")
    def read_run(request: Request, run_id: RunId) -> HTMLResponse:
        """One run with its log."""
        viewer = pages.need(request, Permission.MODELS)
        run, lines = training().one(viewer.actor, run_id)
        return pages.show(
            request,
            "training_run.html",
            viewer,
            run=run,
            lines=lines,
            steps=STEPS[run.kind],
            tones=RUN_TONES,
            under_way=run.status in OPEN,
            may_cancel=viewer.may(Permission.TRAIN if run.kind is RunKind.TRAINING else Permission.CERTIFY),
        )

    return routes


def _rows(gate: Gate) -> list[dict[str, object]]:
    """The comparisons as rows of a table, with the width and place of the difference in hundredths of the whole width."""
    names = {"all": "all held-out", "frozen": "frozen", "recent": "decided since"}
    return [
        {
            "what": f"{c.slice}: {c.value}" if c.slice else "all charts",
            "charts": names.get(c.charts, c.charts),
            "whole": not c.slice,
            "tone": "good" if c.low > 0 else "bad" if c.high < 0 else "",
            "of": c,
        }
        for c in gate.compared
    ]
