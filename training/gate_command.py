"""`promote` and `rollback` on the machine itself: the same registry, gate and audit trail as over REST."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from app import assembly, storage
from app.classifier.shelf import BundleShelf
from app.domain.gate import Gate, judge
from app.domain.model import ModelRecord
from app.domain.model_errors import GateRefused
from app.settings import Settings
from app.usecases.models.registry import NOT_COMPARED, OPERATOR, Models, refusals
from app.usecases.records.unit_of_work import Work
from training import promote as promotion
from training.progress import Step
from training.runs import held_out


def promote(settings: Settings, name: str, *, override: str, step: Step) -> str:
    """Bring a bundle in and have it serve; its id.

    One that was never compared with the champion is compared now, where the site has a frozen set and the champion can be opened.
    Raises InputError, BundleRefused, DatabaseRefused and what `Models.promote` raises; the champion then keeps serving.
    """
    folder = promotion.locate(settings.models_dir, name)
    terms = assembly.open_terms(settings)
    # What the service would refuse must not become active.
    assembly.scorer(terms, folder)
    bundle_id = promotion.bring(settings.models_dir, folder)
    work, shelf = storage.ready(settings).work(), BundleShelf(settings.models_dir, lambda: terms.digest)
    models = Models(work, time.time, shelf)
    champion = shelf.pointer().champion
    reasons = _reasons(work, bundle_id, champion)
    if reasons == (NOT_COMPARED,) and champion is not None and not override and not models.unfit(champion):
        if held_out.exists(settings.state_dir):
            _compare(settings, work, champion, bundle_id, step)
        else:
            # Nothing was ever finalised here that could tell the two apart: who has the machine decides, and the trail says so.
            override = "no held-out charts to compare on"
    return models.promote(OPERATOR, bundle_id, champion=champion, override=override).champion


def rollback(settings: Settings) -> str:
    """Go back to the bundle that was active before; its id. Raises ModelNotFound, NothingBefore and ModelRefused."""
    terms = assembly.open_terms(settings)
    shelf = BundleShelf(settings.models_dir, lambda: terms.digest)
    current = shelf.pointer().champion
    if current is None:
        return promotion.rollback(settings.models_dir)
    return Models(storage.ready(settings).work(), time.time, shelf).withdraw(OPERATOR, current).champion


def _reasons(work: Work, bundle_id: str, champion: str | None) -> tuple[str, ...]:
    with work() as unit:
        return refusals(unit.models.get(bundle_id), champion)


def _compare(settings: Settings, work: Work, champion: str, bundle_id: str, step: Step) -> Gate:
    """Compare on the frozen charts and keep what came out. Raises GateRefused where no chart of the set has its words any more."""
    from training.runs import comparison
    from training.runs.bench import SiteBench

    bench, now = SiteBench(settings), datetime.now(UTC)
    site = list(bench.decided(now, step("Reading finalised encounters")))
    frozen = held_out.of_charts(site, held_out.split(settings.state_dir, site, now).frozen)
    if not frozen:
        raise GateRefused((NOT_COMPARED, "the frozen charts have no words any more"))
    folders = [settings.models_dir / champion, settings.models_dir / bundle_id]
    (theirs, slow), (ours, fast) = (comparison.answers_of(bench.service(f), frozen, step(f"Coding with {f.name}")) for f in folders)
    gate = judge(
        champion,
        bundle_id,
        comparison.compared(held_out.FROZEN, theirs, ours, chapter=bench.chapter, seen={}, slices=True),
        comparison.calibrated(held_out.FROZEN, theirs, ours),
        comparison.cost((slow, folders[0]), (fast, folders[1])),
        documents=len(frozen),
    )
    with work() as unit:
        known = unit.models.get(bundle_id)
        record = ModelRecord(bundle_id, now) if known is None else known
        unit.models.put(ModelRecord(bundle_id, record.registered_at, record.run_id, record.trained_until, gate, record.shadow_since))
    return gate
