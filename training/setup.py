"""From a checkout to a served bundle: compiles the terms and builds the default bundle where none fits them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app import assembly
from app.classifier import bundle_io
from app.domain.errors import BundleRefused, DataFaults, Fault
from app.settings import Settings
from app.terminology.chart_files import load_charts
from training import promote, synth
from training.build import build, terms_ready
from training.config import FitConfig
from training.examples import TrainingExample, from_chart
from training.progress import Step

DEFAULT = Path(__file__).with_name("configs") / "setup.toml"


class DefaultBundle(BaseModel):
    """How the default bundle is built: seed and count of the notes made by `training.synth`, and how it is fitted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    seed: Annotated[int, Field(ge=0)] = 7
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 300
    fit: FitConfig = FitConfig()


@dataclass(frozen=True, slots=True)
class SetUp:
    """What `setup` found or made. `built` is false when a bundle that fits was active already."""

    bundle: Path
    built: bool


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

    Each part is moved into place whole, the pointer to the bundle last. `rebuild` fits anew even where a bundle fits.
    Raises DataFaults.
    """
    terms = terms_ready(settings, step)
    if not rebuild:
        present = active_for(settings.models_dir, terms.digest)
        if present is not None:
            return SetUp(present, built=False)
    examples, trained_on = default_examples(settings, terms, config)
    bundle = build(settings.models_dir, examples, settings=settings, terms=terms, config=config.fit, trained_on=trained_on, step=step)
    promote.promote(settings.models_dir, bundle)
    return SetUp(bundle, built=True)


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
