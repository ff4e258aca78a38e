"""From a checkout to a served bundle: compiles the terms and builds the default bundle where none fits them."""

from __future__ import annotations

import json
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app import assembly, storage
from app.classifier import bundle_io
from app.classifier.shelf import BundleShelf
from app.domain.errors import BundleRefused, DataFaults, Fault
from app.domain.model_errors import RunUnderway
from app.settings import Settings
from app.terminology.chart_files import load_charts
from app.usecases.models.registry import OPERATOR, Models
from app.usecases.models.training import TrainModels
from app.usecases.records.unit_of_work import Work
from training import promote, synth
from training.build import build, terms_ready
from training.config import FitConfig
from training.examples import TrainingExample, from_chart
from training.progress import Step

_WHY = "is damaged, or was fitted with other code releases or data files"
_REBUILT = "setup --rebuild: the default bundle was fitted anew"
_SOURCES = ("charts", "synthetic notes")
DEFAULT = Path(__file__).with_name("configs") / "setup.toml"


class DefaultBundle(BaseModel):
    """How the default bundle is built: seed and count of the notes made by `training.synth`, and how it is fitted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    seed: Annotated[int, Field(ge=0)] = 7
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 300
    fit: FitConfig = FitConfig()


@dataclass(frozen=True, slots=True)
class SetUp:
    """What `setup` found or made. `built` is false when a bundle that fits was active already.

    `replaced`: the bundle that served and no longer does, "" for none; `own`: it was the site's own and not a default bundle. `serving`: the
    bundle that goes on serving in spite of the one that was built, "" when that serves. `run_id`: the training run that is to bring the site's own
    model back, "" for none.
    """

    bundle: Path
    built: bool
    replaced: str = ""
    own: bool = False
    serving: str = ""
    run_id: str = ""


def load(path: Path = DEFAULT) -> DefaultBundle:
    """Read a TOML file. Raises DataFaults."""
    try:
        return DefaultBundle.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataFaults([Fault(str(path), 0, error.strerror or "can't be opened")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFaults([Fault(str(path), 1, f"not TOML: {error}")]) from None
    except ValidationError as error:
        raise DataFaults([Fault(str(path), 1, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in error.errors()]) from None


def set_up(settings: Settings, *, rebuild: bool, config: DefaultBundle, step: Step) -> SetUp:
    """Bring releases, terms and an active bundle to the state of the data files. Safe to repeat and to interrupt.

    Each part is moved into place whole, the pointer to the bundle last. `rebuild` fits anew even where a bundle fits. A bundle of the
    site's own that can serve goes on serving; one that can't is replaced through the registry, with its audit event, and a training run is
    asked for. Raises DataFaults, and DatabaseRefused where a bundle is to be replaced and that can't be recorded: it serves on then.
    """
    terms = terms_ready(settings, step)
    present = active_for(settings.models_dir, terms.digest)
    if present is not None and not rebuild:
        return SetUp(present, built=False)
    shelf = BundleShelf(settings.models_dir, lambda: terms.digest)
    champion = shelf.pointer().champion
    # Before minutes of fitting: without the database no bundle is replaced.
    work = None if champion is None or (present is not None and is_own(present)) else storage.ready(settings).work()
    examples, trained_on = default_examples(settings, terms, config)
    bundle = build(settings.models_dir, examples, settings=settings, terms=terms, config=config.fit, trained_on=trained_on, step=step)
    if present is not None and is_own(present):
        return SetUp(bundle, built=True, serving=present.name)
    if champion is None or work is None:
        # Nothing served: there is nothing to replace, and the database need not be there yet.
        promote.promote(settings.models_dir, bundle)
        return SetUp(bundle, built=True)
    own = is_own(settings.models_dir / champion)
    Models(work, time.time, shelf).promote(
        OPERATOR, bundle.name, champion=champion, override=_REBUILT if present is not None else f"setup: the bundle that served {_WHY}"
    )
    run_id = _train_again(work, shelf) if own else ""
    return SetUp(bundle, built=True, replaced="" if champion == bundle.name else champion, own=own, run_id=run_id)


def told(done: SetUp) -> list[str]:
    """What was done, in lines for a person, with what is to be done now."""
    name = done.bundle.name
    if not done.built:
        return [f"Ready: active bundle {name}"]
    if done.serving:
        return [
            f"Built the default bundle {name}. {done.serving}, which is of this site's own, goes on serving.",
            f"To have the default bundle serve in its place: chartcoder-train promote {name}",
        ]
    lines = [f"Built and activated bundle {name}"]
    if done.replaced:
        lines.append(f"It serves in the place of {done.replaced}; the audit trail says so.")
    if done.own:
        lines.append(f"{done.replaced} {_WHY}.")
        lines.append("That was this site's own model. Its decided charts stay, and a training run makes it anew from them:")
        lines.append(
            f"run {done.run_id} waits for a worker (chartcoder worker). Then look at its comparison and promote what it made (docs/models.md)."
            if done.run_id
            else 'ask for one with "Train now" at /training-runs or POST /v1/training-runs, and fit again what was trained on files (docs/models.md).'
        )
    return lines


def _train_again(work: Work, shelf: BundleShelf) -> str:
    """Ask for the run that makes the site's own model anew; "" where no chart was finalised or a run is open: that one trains with what is new."""
    with work() as unit:
        if not unit.runs.finalized_since(None):
            return ""
    try:
        return TrainModels(work, time.time, shelf).request(OPERATOR).id
    except RunUnderway:
        return ""


def is_own(folder: Path) -> bool:
    """True for a bundle that was fitted on anything but the default bundle's material. One whose manifest can't be read is taken to be so."""
    try:
        raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return not set(raw["trained_on"]) <= set(_SOURCES)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def active_for(models: Path, digest: str) -> Path | None:
    """The active bundle if it is whole and was fitted with the terms of this digest."""
    try:
        folder = bundle_io.active(models)
        return folder if bundle_io.read_manifest(folder).knowledge == digest else None
    except BundleRefused:
        return None


def default_examples(settings: Settings, terms: assembly.Terms, config: DefaultBundle) -> tuple[list[TrainingExample], dict[str, int]]:
    """Our charts, each for a claim and for all it mentions, and synthetic notes; with the number of each. Raises DataFaults."""
    procedures = {p.ref for p in terms.knowledge.procedures}
    charts = load_charts(settings.data_dir / "charts", lambda code: assembly.is_billable(terms.catalog, code), procedures=procedures)
    examples = [example for chart in charts for example in from_chart(chart)]
    made = list(synth.generate(terms.knowledge, seed=config.seed, count=config.count))
    return examples + made, {"charts": len(charts), "synthetic notes": len(made)}
