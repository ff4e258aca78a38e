"""Requests and responses about bundles and training runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.gate import Verdict
from app.domain.model import ModelState
from app.domain.training_run import RunKind, RunStatus, RunStep, RunTrigger

BundleId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", description="The id of a bundle: the first digits of the hash of its content")]


class ComparedOut(BaseModel):
    """F1 of champion and challenger on the same charts. `slice` and `value` are empty for all charts of the set."""

    charts: str
    system: str
    slice: str
    value: str
    documents: int
    labels: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    p: float


class CalibratedOut(BaseModel):
    """Expected calibration error of both."""

    charts: str
    system: str
    documents: int
    champion: float
    challenger: float


class CostOut(BaseModel):
    """Milliseconds of processor time a note, and bytes on disk."""

    champion_milliseconds: float
    challenger_milliseconds: float
    champion_bytes: int
    challenger_bytes: int


class GateOut(BaseModel):
    """What the gate says of a challenger against a champion."""

    champion: str
    challenger: str
    verdict: Verdict
    reasons: list[str]
    documents: int
    compared: list[ComparedOut]
    calibration: list[CalibratedOut]
    cost: CostOut | None


class ModelOut(BaseModel):
    """A bundle. What its manifest says is empty where it is damaged; `refused` says why it is."""

    bundle_id: str
    state: ModelState
    created: str
    releases: dict[str, str]
    trained_on: dict[str, int]
    metrics: dict[str, float]
    thresholds: dict[str, float]
    bytes: int
    refused: str
    run_id: str
    trained_until: datetime | None
    shadow_since: datetime | None
    verdict: Verdict | None


class ModelCardOut(ModelOut):
    """A bundle with its card (Markdown), its comparison with the champion, and what it would have changed as a shadow."""

    card: str
    gate: GateOut | None
    shadow: ShadowOut | None


class ShadowCodeOut(BaseModel):
    """A code that the shadow would have suggested in more or fewer notes, and of those in decided charts how often it was billed."""

    system: str
    code: str
    added: int
    removed: int
    added_right: int
    removed_right: int


class ShadowOut(BaseModel):
    """Live notes scored unseen. `same`: notes with the very same suggestions. `right` and `wrong` are of the notes of finalised charts."""

    notes: int
    same: int
    decided: int
    added: int
    removed: int
    added_right: int
    added_wrong: int
    removed_right: int
    removed_wrong: int
    codes: list[ShadowCodeOut]


class ModelsOut(BaseModel):
    """Bundles, newest first; the one that serves, and those that served before it, the last one last."""

    champion: str | None
    history: list[str]
    models: list[ModelOut]


class PromotionIn(BaseModel):
    """`champion`: the bundle that is to be replaced, null for none. `override`: why to promote though the gate refuses; it is recorded."""

    model_config = ConfigDict(extra="forbid")
    champion: BundleId | None
    override: Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f]*$")] = ""


class PromotedOut(BaseModel):
    """What serves now, in every process within seconds, and what served before."""

    champion: str
    before: str | None


class RunIn(BaseModel):
    """`compare`: only compare this bundle with the champion, and fit nothing."""

    model_config = ConfigDict(extra="forbid")
    compare: BundleId | None = None


class GuaranteeOut(BaseModel):
    """What a certification is to prove."""

    target: float
    confidence_level: float
    days: int
    simultaneous: bool


class RunOut(BaseModel):
    """A run. `share` of its step is done, in [0, 1]. `reason`: why it failed. `bundle_id`: what it made, or is to certify."""

    id: str
    kind: RunKind
    trigger: RunTrigger
    by: str
    requested_at: datetime
    compare: str
    guarantee: GuaranteeOut | None
    status: RunStatus
    step: RunStep | None
    share: float = Field(ge=0, le=1)
    lives: int
    cancel_requested: bool
    started_at: datetime | None
    ended_at: datetime | None
    bundle_id: str
    reason: str
    result: dict[str, Any]


class RunLineOut(BaseModel):
    """A line of the log."""

    sequence: int
    at: datetime
    text: str


class RunLogOut(RunOut):
    """A training run with its log."""

    log: list[RunLineOut]


class RunsOut(BaseModel):
    """The last runs, newest first."""

    runs: list[RunOut]


def field_names() -> frozenset[str]:
    """Every name that a request about bundles may hold."""
    return frozenset({*PromotionIn.model_fields, *RunIn.model_fields, "bundle_id", "run_id", "after"})
