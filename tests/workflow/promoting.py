"""A service whose bundles are real ones on disk, with the small world of tests/api/fakes.py around them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from app.classifier import bundle_io
from app.classifier.scorer import BundleScorer
from app.classifier.shelf import BundleShelf
from app.domain.errors import BundleRefused
from app.domain.rules.registry import CLAIM_RULES, CODE_RULES
from app.usecases.compose_claim import ComposeClaim
from app.usecases.level_visit import LevelVisit
from app.usecases.suggest_codes import SuggestCodes
from tests.api.fakes import CODES, FakeOpener, FakeSource, FakeTerminology, FakeVisits
from tests.training.world import LineReader

TERMS = "k"


def suggest_with(bundle: Path) -> SuggestCodes:
    """The use case with a bundle. Raises BundleRefused."""
    scorer = BundleScorer.open(bundle, CODES.get)
    if scorer.manifest.knowledge != TERMS:
        raise BundleRefused(bundle.name, "it was fitted with other code releases")
    return SuggestCodes(
        reader=LineReader(),
        sources=(FakeSource(),),
        visits=LevelVisit(FakeVisits()),
        scorer=scorer,
        terminology=FakeTerminology(),
        rules=CODE_RULES,
        compose=ComposeClaim(CLAIM_RULES),
        max_characters=20_000,
    )


@dataclass
class BundleOpener(FakeOpener):
    """Opens the active bundle of a folder."""

    models: Path = field(default_factory=Path)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.shelf = BundleShelf(self.models, lambda: TERMS)

    def open_suggestions(self) -> SuggestCodes:
        return suggest_with(bundle_io.active(self.models))

    def bundle_stamp(self) -> object:
        return bundle_io.stamp(self.models)


def tamper(bundle: Path, name: str = "ranker.npz") -> None:
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(bytes(content))


def copied(made: list[Path], models: Path) -> list[str]:
    for path in made:
        shutil.copytree(path, models / path.name)
    return [path.name for path in made]
