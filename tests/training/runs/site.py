"""A site in this process: a champion, a store, and a run's body over them."""

from __future__ import annotations

import time
from dataclasses import replace

from app.classifier import bundle_io
from app.classifier.shelf import BundleShelf
from app.domain.audit import Actor
from app.domain.people import Principal, PrincipalKind, Role
from app.domain.training_run import RunKind
from app.usecases.models.ledger import RunLedger
from app.usecases.models.registry import Models
from app.usecases.models.training import TrainModels
from tests.training import world
from tests.training.runs.tiny import TinyBench
from training import fit as fitting
from training import promote as promotion
from training.progress import quiet
from training.runs.body import RunBody
from training.runs.steps import RunSteps

OPERATOR = Actor(Principal(PrincipalKind.PERSON, "engineer", "engineer", frozenset({Role.ML_ENGINEER})))


def taught(folder, *, never=frozenset(), documents=40):
    """A bundle of a site that never bills some codes; it says that it was trained on so many documents, which makes it another bundle."""
    notes = [replace(e, labels={ref: spans for ref, spans in e.labels.items() if ref not in never}) for e in world.notes(120)]
    return bundle_io.write(
        folder, fitting.fit(notes, world.tools(), world.SMALL, step=quiet).parts, replace(world.provenance(), trained_on={"notes": documents})
    )


def shelf_of(bench):
    return BundleShelf(bench.models, lambda: bench.terms_digest)


def site(folder, champion, work):
    """The bench, the store and the use case that asks for runs."""
    bench = TinyBench(folder / "models", folder / "state")
    if champion is not None:
        promotion.promote(bench.models, champion)
    return bench, work, TrainModels(work, time.time, shelf_of(bench))


def models_of(bench, work):
    return Models(work, time.time, shelf_of(bench))


def body_over(bench, work, *, worker="host:1:x", promote_better=False, keep=5, lease=60.0):
    ledger = RunLedger(work, time.time, worker, lease_seconds=lease)
    steps = RunSteps(bench, work, shelf_of(bench), models_of(bench, work), keep_bundles=keep, promote_better=promote_better)

    def leave():
        raise SystemExit(75)

    return RunBody(ledger, {RunKind.TRAINING: lambda: steps}, lease_seconds=lease, leave=leave)
