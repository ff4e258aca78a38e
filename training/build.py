"""From examples to a bundle on disk: fit with the service's own reader and retriever, and write what came out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app import assembly
from app.classifier import bundle_io
from app.domain.errors import BundleRefused, DataFaults, Fault, ReleaseRefused
from app.settings import Settings
from training import fit as fitting
from training.config import FitConfig
from training.examples import TrainingExample
from training.progress import Step
from training.work import Work, open_work


def terms_ready(settings: Settings, step: Step) -> assembly.Terms:
    """The terms for the data files as they are, compiled first where they are not. Raises DataFaults."""
    try:
        return assembly.open_terms(settings)
    except ReleaseRefused:
        assembly.compile_terms(settings, step)
        return assembly.open_terms(settings)


def build(
    folder: Path,
    examples: Sequence[TrainingExample],
    *,
    settings: Settings,
    terms: assembly.Terms,
    config: FitConfig,
    trained_on: Mapping[str, int],
    step: Step,
    keep_work: bool = False,
    state: Path | None = None,
) -> Path:
    """Fit on `examples` and write the bundle into `folder`/<bundle id>; returns that path.

    `trained_on`: source → number of documents. A run that was killed goes on where it was; `keep_work` leaves what it needs for
    that even when it is done, in `state`, by default the state directory. Raises DataFaults when there is too little to fit on.
    """
    _check(examples, config, ", ".join(trained_on))
    tools = fitting.Tools(assembly.note_reader(settings, terms.knowledge), assembly.untrained_sources(settings, terms), terms.catalog.find)
    work = work_for(examples, settings=settings, terms=terms, config=config, state=state)
    fitted = fitting.fit(examples, tools, config, step=step, work=work)
    releases = {system: release.name for system, release in terms.catalog.releases.items()}
    created = datetime.now(UTC).isoformat(timespec="seconds")
    points = fitted.points
    provenance = bundle_io.Provenance(releases, terms.digest, points.thresholds, trained_on, points.metrics, created, points.thresholds_unknown)
    path = bundle_io.write(folder, fitted.parts, provenance)
    try:
        bundle_io.read_manifest(path)
    except BundleRefused:
        # A bundle of this very content stood there and was damaged since.
        shutil.rmtree(path)
        path = bundle_io.write(folder, fitted.parts, provenance)
    if not keep_work:
        work.forget()
    return path


def work_for(
    examples: Sequence[TrainingExample], *, settings: Settings, terms: assembly.Terms, config: FitConfig, plan: str = "", state: Path | None = None
) -> Work:
    """What a killed fit on these documents has finished, or an empty start. `plan`: what else decides the outcome, of a run of several fits.

    `state`: where it is kept, by default the state directory.
    """
    return open_work(
        settings.state_dir if state is None else state,
        examples,
        config=config.model_dump_json() + plan,
        knowledge=f"{terms.digest}\x00{settings.scispacy_model}",
    )


def _check(examples: Sequence[TrainingExample], config: FitConfig, source: str) -> None:
    groups = len({e.group for e in examples if e.labels})
    if groups < config.folds:
        reason = f"a fit in {config.folds} folds needs at least as many documents with codes, and there are {groups}"
        raise DataFaults([Fault(source or "examples", 0, reason)])
