import json

import pytest

from app.classifier import bundle_io
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.errors import BundleRefused
from tests.training import world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return world.bundle(tmp_path_factory.mktemp("models"))


def test_a_bundle_says_what_it_was_trained_on_with_figures_thresholds_and_limits(folder):
    card = (folder / "README.md").read_text()
    manifest = bundle_io.read_manifest(folder)
    for source, count in manifest.trained_on.items():
        assert f"| {source} | {count:,} |" in card
    for name, value in manifest.metrics.items():
        assert f"| {name} | {value:.4f} |" in card
    for system, threshold in manifest.thresholds.items():
        assert f"| {system} | {threshold:.4f} | {manifest.threshold(CodeSystem(system), Setting.UNKNOWN):.4f} |" in card
    assert manifest.releases["ICD-10-CM"] in card
    assert manifest.knowledge in card
    assert "no basis for billing without review" in card


def test_codes_are_counted_by_how_often_training_saw_them(folder):
    priors = bundle_io.read_parts(folder).priors
    card = (folder / "README.md").read_text()
    [row] = [line for line in card.splitlines() if line.startswith("| ICD-10-CM |") and line.count("|") == 7]
    numbers = [int(cell) for cell in row.strip("| ").split(" | ")[1:]]
    assert numbers[0] == sum(numbers[1:]) == sum(ref.system == "ICD-10-CM" for ref in priors)


def test_the_card_belongs_to_the_content_that_names_the_bundle(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    card = folder / "README.md"
    assert "README.md" in manifest["files"]
    assert manifest["bundle_id"] not in card.read_text()
    before = card.read_text()
    card.write_text(before.replace("0.5", "0.9"))
    try:
        with pytest.raises(BundleRefused, match=r"README\.md was changed"):
            bundle_io.read_manifest(folder)
    finally:
        card.write_text(before)
