import json
import shutil

import pytest

from app.classifier import bundle_io
from app.classifier.shelf import BundleShelf
from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.errors import BundleRefused, InputError
from app.domain.model import Pointer
from tests.training import world
from training import promote


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    return [world.bundle(folder, seed=seed) for seed in (1, 2, 3)]


@pytest.fixture
def models(tmp_path, made):
    for path in made:
        shutil.copytree(path, tmp_path / path.name)
    return tmp_path


def active(models):
    return bundle_io.active(models).name


def test_promotion_and_rollback_move_one_pointer_step_by_step(models, made):
    first, second, third = (p.name for p in made)
    for name in (first, second, third):
        assert promote.promote(models, models / name) == name
        assert active(models) == name
    assert promote.rollback(models) == second
    assert promote.rollback(models) == first
    with pytest.raises(BundleRefused, match="nothing to roll back"):
        promote.rollback(models)
    assert active(models) == first
    assert not list(models.glob("*.partial")) + list(models.glob(".*partial"))


def test_promoting_the_active_bundle_again_changes_nothing(models, made):
    promote.promote(models, models / made[0].name)
    promote.promote(models, models / made[1].name)
    promote.promote(models, models / made[1].name)
    assert promote.rollback(models) == made[0].name


def test_a_bundle_from_elsewhere_is_copied_in_whole(tmp_path, made):
    models = tmp_path / "models"
    assert promote.promote(models, made[0]) == made[0].name
    assert sorted(p.name for p in (models / made[0].name).iterdir()) == sorted(p.name for p in made[0].iterdir())
    assert sorted(p.name for p in models.iterdir()) == sorted([made[0].name, "active.json", ".promotion.lock"])


def test_a_bundle_of_before_thresholds_by_setting_is_read_and_has_the_same_for_both(tmp_path):
    folder = world.bundle(tmp_path)
    raw = json.loads((folder / "manifest.json").read_text())
    del raw["thresholds_unknown"]
    content = {k: v for k, v in raw.items() if k not in ("bundle_id", "created")}
    raw["bundle_id"] = bundle_io._identity(content)
    (folder / "manifest.json").write_text(json.dumps(raw))
    manifest = bundle_io.read_manifest(folder)
    assert manifest.threshold(CodeSystem.ICD10CM, Setting.UNKNOWN) == manifest.threshold(CodeSystem.ICD10CM, Setting.INPATIENT) == 0.5


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "README.md", "shortlist.npz", "ranker.npz", "phrases.npz", "marked.npz", "terms.npz", "calibration.json", "priors.json"],
)
@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_a_tampered_bundle_is_refused_and_the_active_one_stays(models, made, name, how):
    promote.promote(models, models / made[0].name)
    path = models / made[1].name / name
    content = path.read_bytes()
    middle = len(content) // 2
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:middle] + (b"" if how == "cut" else bytes([content[middle] ^ 1]) + content[middle + 1 :]))
    with pytest.raises(BundleRefused):
        bundle_io.read_manifest(models / made[1].name)
    with pytest.raises(BundleRefused):
        promote.promote(models, models / made[1].name)
    assert active(models) == made[0].name


def test_a_rollback_to_a_damaged_bundle_is_refused_and_the_active_one_stays(models, made):
    promote.promote(models, models / made[0].name)
    promote.promote(models, models / made[1].name)
    (models / made[0].name / "priors.json").write_text("{}")
    with pytest.raises(BundleRefused, match="priors"):
        promote.rollback(models)
    assert active(models) == made[1].name


def test_promotion_mends_a_pointer_that_can_not_be_read(models, made):
    (models / "active.json").write_text("{not json")
    with pytest.raises(BundleRefused):
        bundle_io.active(models)
    promote.promote(models, models / made[0].name)
    assert active(models) == made[0].name
    assert (models / "active.json.damaged").read_text() == "{not json"


def test_an_interrupted_promotion_leaves_the_pointer_as_it_was(models, made, monkeypatch):
    promote.promote(models, models / made[0].name)
    before = (models / "active.json").read_text()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        promote.promote(models, models / made[1].name)
    monkeypatch.undo()
    assert (models / "active.json").read_text() == before
    assert json.loads(before)["bundle_id"] == made[0].name


def test_the_list_tells_which_is_active_and_why_one_is_refused(models, made):
    promote.promote(models, models / made[0].name)
    (models / made[2].name / "priors.json").write_text("{}")
    listed = {b.bundle_id: b for b in BundleShelf(models).entries()}
    assert set(listed) == {p.name for p in made}
    assert BundleShelf(models).pointer() == Pointer(made[0].name)
    assert "priors.json" in listed[made[2].name].refused
    assert listed[made[1].name].manifest is not None
    assert BundleShelf(models / "none").entries() == []


def test_a_bundle_is_found_by_its_id_and_by_its_folder(models, made):
    assert promote.locate(models, made[0].name) == models / made[0].name
    assert promote.locate(models / "none", str(made[0])) == made[0]
    with pytest.raises(InputError, match="no bundle"):
        promote.locate(models, "0000")
