"""Bundles and training runs as responses."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.api.schemas import models as m
from app.domain.gate import Gate
from app.domain.model import Model
from app.domain.training_run import RunLine, TrainingRun
from app.usecases.models.shadow import ShadowReport


def model(found: Model) -> m.ModelOut:
    """A bundle."""
    return m.ModelOut(**_model(found))


def card(found: Model, text: str, shadow: ShadowReport | None) -> m.ModelCardOut:
    """A bundle with its card."""
    gate = None if found.record is None else found.record.gate
    return m.ModelCardOut(
        **_model(found),
        card=text,
        gate=None if gate is None else comparison(gate),
        shadow=None if shadow is None else m.ShadowOut.model_validate(asdict(shadow)),
    )


def comparison(gate: Gate) -> m.GateOut:
    """What the gate said."""
    return m.GateOut.model_validate(asdict(gate))


def run(found: TrainingRun) -> m.RunOut:
    """A run."""
    return m.RunOut(**_run(found))


def run_log(found: TrainingRun, lines: list[RunLine]) -> m.RunLogOut:
    """A run with its log."""
    return m.RunLogOut(**_run(found), log=[m.RunLineOut(sequence=line.sequence, at=line.at, text=line.text) for line in lines])


def _run(found: TrainingRun) -> dict[str, Any]:
    guarantee = None if found.guarantee is None else asdict(found.guarantee)
    return {name: getattr(found, name) for name in m.RunOut.model_fields} | {"guarantee": guarantee}


def _model(found: Model) -> dict[str, Any]:
    manifest, record = found.entry.manifest, found.record
    return {
        "bundle_id": found.entry.bundle_id,
        "state": found.state,
        "created": "" if manifest is None else manifest.created,
        "releases": {} if manifest is None else dict(manifest.releases),
        "trained_on": {} if manifest is None else dict(manifest.trained_on),
        "metrics": {} if manifest is None else dict(manifest.metrics),
        "thresholds": {} if manifest is None else dict(manifest.thresholds),
        "bytes": found.entry.bytes,
        "refused": found.entry.refused,
        "run_id": "" if record is None else record.run_id,
        "trained_until": None if record is None else record.trained_until,
        "shadow_since": None if record is None else record.shadow_since,
        "verdict": None if record is None or record.gate is None else record.gate.verdict,
    }
