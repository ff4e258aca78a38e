"""What a run uses of its site: the decided charts, the foundation, the tools of fitting, and the service with a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.domain.bundle import BundleManifest
from app.domain.code import CodeRef, CodeSystem
from app.domain.suggestion import CodingDraft
from app.settings import Settings
from app.usecases.suggest_codes import SuggestionRequest
from training.config import FitConfig
from training.examples import TrainingExample
from training.progress import Step


class Service(Protocol):
    """The use case that suggests, with one bundle."""

    @property
    def bundle(self) -> BundleManifest:
        """The bundle."""
        ...

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft for a note."""
        ...


class Bench(Protocol):
    """A site as runs see it."""

    @property
    def models(self) -> Path:
        """Where bundles stand."""
        ...

    @property
    def state(self) -> Path:
        """Where run-time state lives."""
        ...

    def decided(self, until: datetime, told: Callable[[float], None]) -> Sequence[TrainingExample]:
        """The charts finalised before. Raises DatabaseRefused."""
        ...

    def foundation(self, beside: int) -> tuple[Sequence[TrainingExample], Mapping[str, int]]:
        """The default bundle's own material beside so many documents, with the number of each source."""
        ...

    def prepare(self, run: Path, examples: Sequence[TrainingExample], step: Step) -> None:
        """Read the notes and compute the features, all that stands before the ranker; what was done before is not done again.

        `run`: the folder of the run, where all of it is kept.
        """
        ...

    def build(self, run: Path, folder: Path, examples: Sequence[TrainingExample], trained_on: Mapping[str, int], step: Step) -> Path:
        """Fit and write a bundle into `folder`; its path. Raises DataFaults."""
        ...

    def service(self, bundle: Path) -> Service:
        """The use case with a bundle. Raises BundleRefused."""
        ...

    def chapter(self, ref: CodeRef) -> str:
        """The chapter of a code; "" for a system without."""
        ...


class SiteBench:
    """The site of the settings. What is heavy is opened when it is first used and kept for the next step."""

    def __init__(self, settings: Settings) -> None:
        from app import assembly
        from training import config, setup
        from training.build import terms_ready
        from training.progress import quiet

        self._settings = settings
        self._terms = terms_ready(settings, quiet)
        # Without a chart of the site the default bundle must come out again; with charts they are fitted as any documents are.
        self._alone, self._beside = setup.load().fit, config.load(config.SITE)
        self._reader = assembly.note_reader(settings, self._terms.knowledge)

    @property
    def models(self) -> Path:
        """Where bundles stand."""
        return self._settings.models_dir

    @property
    def state(self) -> Path:
        """Where run-time state lives."""
        return self._settings.state_dir

    @property
    def terms_digest(self) -> str:
        """The digest of the compiled knowledge."""
        return self._terms.digest

    @property
    def releases(self) -> Mapping[CodeSystem, str]:
        """Code system → name of the release in use."""
        return {system: release.name for system, release in self._terms.catalog.releases.items()}

    def decided(self, until: datetime, told: Callable[[float], None]) -> Sequence[TrainingExample]:
        """The charts finalised before."""
        from training.decided import decided_examples
        from training.faults import Faults

        return list(decided_examples(self._settings, Faults(), until=until, told=told))

    def foundation(self, beside: int) -> tuple[Sequence[TrainingExample], Mapping[str, int]]:
        """The default bundle's own material."""
        from training import corpus, setup

        if not beside:
            return setup.default_examples(self._settings, self._terms, setup.load())
        return corpus.foundation_examples(self._settings, self._terms, beside=beside)

    def prepare(self, run: Path, examples: Sequence[TrainingExample], step: Step) -> None:
        """Read the notes and compute the features."""
        from app import assembly
        from training import fit
        from training.build import work_for

        tools = fit.Tools(self._reader, assembly.untrained_sources(self._settings, self._terms), self._terms.catalog.find)
        config = self._config(examples)
        work = work_for(examples, settings=self._settings, terms=self._terms, config=config, state=run)
        fit.prepare(examples, tools, config, step=step, work=work)

    def build(self, run: Path, folder: Path, examples: Sequence[TrainingExample], trained_on: Mapping[str, int], step: Step) -> Path:
        """Fit and write a bundle."""
        from training.build import build

        config = self._config(examples)
        return build(
            folder, examples, settings=self._settings, terms=self._terms, config=config, trained_on=trained_on, step=step, keep_work=True, state=run
        )

    def service(self, bundle: Path) -> Service:
        """The use case with a bundle."""
        from app import assembly

        return assembly.suggest_codes(self._settings, self._terms, bundle=bundle, reader=self._reader)

    def chapter(self, ref: CodeRef) -> str:
        """The chapter of a code."""
        code = self._terms.catalog.find(ref)
        return "" if code is None else code.chapter

    def _config(self, examples: Sequence[TrainingExample]) -> FitConfig:
        return self._beside if any(e.decided for e in examples) else self._alone
