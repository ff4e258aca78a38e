"""The stage of a simulation: the service's own parts, and bundles that are fitted as `chartcoder-train fit` does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from app import assembly
from app.classifier import bundle_io
from app.settings import Settings
from app.usecases.suggest_codes import SuggestCodes
from training import build
from training.config import FitConfig
from training.corpus import foundation_examples
from training.examples import TrainingExample
from training.progress import Step
from training.simulation.site import Plan, Stage


@contextmanager
def stage_for(
    examples: Sequence[TrainingExample], plan: Plan, *, settings: Settings, terms: assembly.Terms, config: FitConfig
) -> Iterator[tuple[Stage, Path]]:
    """The stage for a simulation on these documents that begins with the active bundle, and the folder of what it has finished.

    Notes are read once for all fits. The folder goes when the block ends well, and stays for the next run when it raises.
    """
    begins_with = bundle_io.active(settings.models_dir)
    work = build.work_for(examples, settings=settings, terms=terms, config=config, plan=f"{asdict(plan)}{begins_with.name}")
    kept = work.place("simulation")
    reader = assembly.note_reader(settings, terms.knowledge)

    def service(bundle: Path) -> SuggestCodes:
        return assembly.suggest_codes(settings, terms, bundle=bundle, reader=reader)

    def fit(decided: Sequence[TrainingExample], step: Step) -> Path:
        everything, trained_on = list(decided), {"simulated charts": len(decided)}
        if plan.foundation:
            own, counts = foundation_examples(settings, terms, beside=len(decided))
            everything, trained_on = own + everything, {**counts, **trained_on}
        return build.build(kept / "bundles", everything, settings=settings, terms=terms, config=config, trained_on=trained_on, step=step)

    yield Stage(service, fit, begins_with), kept
    work.forget()
