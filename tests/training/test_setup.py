import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import assembly, storage
from app.classifier import bundle_io
from app.classifier.shelf import BundleShelf
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.errors import BundleRefused, DatabaseRefused, DataFaults
from app.domain.note import ClinicalNote
from app.usecases.suggest_codes import SuggestionRequest
from tests.charts import chart, finalized
from training import cli, promote, setup
from training.config import FitConfig, RankerConfig
from training.examples import TrainingExample
from training.progress import quiet

FEW = setup.DefaultBundle(seed=3, count=12, fit=FitConfig(folds=2, ranker=RankerConfig(iterations=15, leaves=8)))


@pytest.fixture(scope="module")
def small(settings, tmp_path_factory):
    """Settings whose charts are few and whose models folder is its own; codes and terms are those of the session."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(settings.data_dir, folder / "data", ignore=shutil.ignore_patterns("charts"))
    (folder / "data" / "charts").mkdir()
    shutil.copy(settings.data_dir / "charts" / "operative.yaml", folder / "data" / "charts")
    # A database of its own.
    (folder / "state").mkdir()
    for compiled in ("releases", "knowledge"):
        (folder / "state" / compiled).symlink_to(settings.state_dir / compiled)
    return settings.model_copy(update={"data_dir": folder / "data", "models_dir": folder / "models", "state_dir": folder / "state"})


@pytest.fixture(scope="module")
def built(small):
    return setup.set_up(small, rebuild=False, config=FEW, step=quiet)


def test_setup_builds_and_activates_a_bundle_that_serves(small, built, terms):
    assert built.built
    assert bundle_io.active(small.models_dir) == built.bundle
    manifest = bundle_io.read_manifest(built.bundle)
    assert manifest.knowledge == terms.digest
    assert manifest.trained_on["synthetic notes"] == FEW.count
    assert manifest.trained_on["charts"] > 0
    assert not any((small.state_dir / "training").glob("*/*")), "what was kept of the notes goes when the bundle is written"
    draft = assembly.suggest_codes(small, terms)(SuggestionRequest(ClinicalNote("Assessment: essential hypertension.")))
    assert "I10" in {s.ref.code for s in draft.suggestions}


def test_setup_again_builds_nothing(small, built):
    again = setup.set_up(small, rebuild=False, config=FEW, step=quiet)
    assert not again.built
    assert again.bundle == built.bundle


def test_rebuilding_gives_the_same_bundle(small, built):
    again = setup.set_up(small, rebuild=True, config=FEW, step=quiet)
    assert again.built
    assert again.bundle == built.bundle


def test_a_damaged_default_bundle_is_built_anew(small, built):
    (built.bundle / "priors.json").write_text("{}")
    again = setup.set_up(small, rebuild=False, config=FEW, step=quiet)
    assert again.built
    assert bundle_io.read_manifest(again.bundle).bundle_id == built.bundle.name


@pytest.fixture
def site(small, built, tmp_path, monkeypatch):
    """A site with a bundle of its own beside the default one, as `chartcoder-train setup` finds it: settings, and the bundle's name."""
    own = small.model_copy(update={"models_dir": tmp_path / "models", "state_dir": tmp_path / "state"})
    own.state_dir.mkdir()
    for compiled in ("releases", "knowledge"):
        (own.state_dir / compiled).symlink_to((small.state_dir / compiled).resolve())
    parts = bundle_io.read_parts(built.bundle)
    # The default bundle was fitted above: here it only comes to another site.
    monkeypatch.setattr(setup, "build", lambda models, *_, **__: Path(shutil.copytree(built.bundle, models / built.bundle.name)))

    def made(**changes):
        manifest = bundle_io.read_manifest(built.bundle)
        releases, thresholds = ({CodeSystem(system): value for system, value in of.items()} for of in (manifest.releases, manifest.thresholds))
        given = {"releases": releases, "knowledge": manifest.knowledge, "thresholds": thresholds, "metrics": {}, **changes}
        return bundle_io.write(own.models_dir, parts, bundle_io.Provenance(trained_on={"decided encounters": 300}, created="2026-01-01", **given))

    def trail():
        with storage.ready(own).work()() as work:
            return [(e.action, e.subject, json.loads(e.detail)) for e in work.audit.events()]

    return SimpleNamespace(settings=own, made=made, trail=trail)


def test_a_sites_own_bundle_that_can_serve_is_not_replaced_by_a_rebuild(site):
    own = site.made()
    promote.promote(site.settings.models_dir, own)
    done = setup.set_up(site.settings, rebuild=True, config=FEW, step=quiet)
    assert (done.built, done.serving) == (True, own.name)
    assert bundle_io.active(site.settings.models_dir) == own
    assert f"promote {done.bundle.name}" in setup.told(done)[-1]
    assert not (site.settings.state_dir / "chartcoder.db").exists()


def test_a_sites_own_bundle_that_no_longer_fits_is_replaced_with_an_audit_event_and_a_run_brings_it_back(site):
    own = site.made(knowledge="0" * 16)
    promote.promote(site.settings.models_dir, own)
    with storage.ready(site.settings).work()() as work:
        it = finalized()
        work.charts.add(chart(id=it.id))
        work.charts.save(chart(id=it.id), it)
    done = setup.set_up(site.settings, rebuild=False, config=FEW, step=quiet)
    assert (done.replaced, done.own, bundle_io.active(site.settings.models_dir)) == (own.name, True, done.bundle)
    (asked, _, _), (promoted, bundle, detail) = sorted(e for e in site.trail() if e[0] in ("model.promoted", "run.requested"))[::-1]
    assert (promoted, bundle, detail["champion"]) == ("model.promoted", done.bundle.name, own.name)
    assert "other code releases or data files" in detail["override"]
    assert asked == "run.requested"
    said = setup.told(done)
    assert own.name in said[1]
    assert done.run_id in said[-1]
    # The one before can be gone back to when its data files are back.
    assert BundleShelf(site.settings.models_dir).pointer().history == (own.name,)


def test_without_charts_no_run_is_asked_for_and_it_says_what_to_do(site):
    promote.promote(site.settings.models_dir, site.made(knowledge="0" * 16))
    done = setup.set_up(site.settings, rebuild=False, config=FEW, step=quiet)
    assert (done.own, done.run_id) == (True, "")
    assert "Train now" in setup.told(done)[-1]


def test_without_its_database_no_bundle_is_replaced(site):
    own = site.made(knowledge="0" * 16)
    promote.promote(site.settings.models_dir, own)
    away = site.settings.model_copy(update={"database_url": "postgresql://127.0.0.1:1/none"})
    with pytest.raises(DatabaseRefused):
        setup.set_up(away, rebuild=False, config=FEW, step=quiet)
    assert bundle_io.active(site.settings.models_dir) == own


def test_a_default_bundle_is_told_from_a_sites_own(site, built, tmp_path):
    assert not setup.is_own(built.bundle)
    assert setup.is_own(site.made())
    assert setup.is_own(tmp_path / "none")


def test_an_interrupted_setup_leaves_nothing_half_done(small, tmp_path, monkeypatch):
    fresh = small.model_copy(update={"models_dir": tmp_path / "models"})

    moved = Path.rename

    def interrupted(path, target):
        if fresh.models_dir in Path(target).parents:
            raise KeyboardInterrupt
        return moved(path, target)

    monkeypatch.setattr("pathlib.Path.rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setup.set_up(fresh, rebuild=False, config=FEW, step=quiet)
    assert list(fresh.models_dir.iterdir()) == []


def test_a_bundle_for_other_terms_does_not_fit(small, built):
    assert setup.active_for(small.models_dir, "0" * 16) is None
    assert setup.active_for(small.models_dir / "none", "0" * 16) is None


def test_the_size_of_the_synthetic_corpus_is_configured(tmp_path):
    assert setup.load().count > 0
    path = tmp_path / "s.toml"
    path.write_text("count = -1\nsize = 3\n")
    with pytest.raises(DataFaults) as caught:
        setup.load(path)
    assert len(caught.value.faults) == 2
    path.write_text("count = ")
    with pytest.raises(DataFaults, match="not TOML"):
        setup.load(path)


@pytest.fixture
def run(small, monkeypatch, capsys):
    """Runs the command with the small settings: (exit code, output, errors)."""
    for name in ("state_dir", "models_dir", "data_dir"):
        monkeypatch.setenv(f"CHARTCODER_{name.upper()}", str(getattr(small, name)))

    def call(*arguments):
        code = cli.run([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture(scope="module")
def corpus(small, terms, tmp_path_factory):
    from training.example_lines import write_jsonl

    examples, _ = setup.default_examples(small, terms, FEW)
    path = tmp_path_factory.mktemp("corpus") / "notes.jsonl"
    write_jsonl(path, examples)
    return path


@pytest.fixture(scope="module")
def fast_config(tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "fast.toml"
    path.write_text("folds = 2\n[ranker]\niterations = 12\nleaves = 6\n")
    return path


def test_fit_prints_a_bundle_that_evaluate_measures_and_promote_serves(run, corpus, fast_config, tmp_path, small, built):
    code, out, err = run("fit", "--examples", corpus, "--out", tmp_path / "bundles", "--config", fast_config)
    assert code == 0, err
    bundle = tmp_path / "bundles" / out.strip().rpartition("/")[2]
    assert bundle.is_dir()
    assert "Fitting the ranker" in err
    assert bundle_io.active(small.models_dir) == built.bundle
    code, out, err = run("evaluate", "--bundle", bundle, "--examples", corpus, "--json", "--report", tmp_path / "report", "--against", built.bundle)
    assert code == 0, err
    result = json.loads(out)
    assert result["bundle"] == bundle.name
    assert result["against"]["bundle"] == built.bundle.name
    assert (tmp_path / "report" / "report.html").is_file()
    code, out, err = run("promote", bundle)
    assert (code, out) == (0, f"Active: {bundle.name}\n"), err
    assert bundle_io.active(small.models_dir).name == bundle.name
    code, out, _ = run("list")
    assert code == 0
    assert f"* {bundle.name}" in out
    assert f"  {built.bundle.name}" in out
    assert run("rollback")[:2] == (0, f"Active: {built.bundle.name}\n")


def test_evaluate_without_json_prints_a_table_of_the_active_bundle(run, corpus, built):
    code, out, _ = run("evaluate", "--examples", corpus)
    assert code == 0
    assert f"Bundle {built.bundle.name}" in out
    assert "ICD-10-CM" in out


def test_synth_writes_a_file_that_can_be_fitted_on(run, tmp_path):
    from training.examples import read_jsonl

    code, out, err = run("synth", "--seed", 4, "--count", 7, "--out", tmp_path / "s.jsonl")
    assert (code, out) == (0, f"{tmp_path / 's.jsonl'}\n"), err
    assert len(list(read_jsonl(tmp_path / "s.jsonl"))) == 7


def test_help_answers_without_the_heavy_libraries():
    import subprocess
    import sys

    script = "import sys; from training.cli import run; run(['--help']); sys.exit(any(m in sys.modules for m in ('sklearn', 'spacy', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_bad_input_is_one_line_and_exit_code_two(run, tmp_path, corpus):
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "a"}\n{\n')
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    config = tmp_path / "c.toml"
    config.write_text("folds = 1\n")
    for arguments, reason in (
        (("fit", "--examples", tmp_path / "none.jsonl"), "No such file"),
        (("fit", "--examples", empty), "no document"),
        (("fit", "--examples", corpus, "--config", config), "folds"),
        (("fit", "--examples", corpus, "--config", tmp_path / "none.toml"), "No such file"),
        (("fit",), "--examples"),
        (("evaluate", "--bundle", "nothing", "--examples", corpus), "no bundle"),
        (("promote", "nothing"), "no bundle"),
        (("synth", "--count", 0, "--out", tmp_path / "s"), "--count"),
        (("nonsense",), "nonsense"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), arguments
        assert reason in err
        assert err.count("\n") == 1, err
        assert "Traceback" not in err
    code, _, err = run("fit", "--examples", broken)
    assert code == 2
    assert err.count(":1: ") == err.count(":2: ") == 1


def test_too_few_documents_are_refused_with_the_number_needed(run, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text('{"id": "a", "text": "gout", "codes": [{"system": "ICD-10-CM", "code": "M10.9"}]}\n{\n')
    code, _, err = run("fit", "--examples", few, "--on-fault", "skip")
    assert code == 2
    assert "1 fault" in err
    assert "5 folds" in err


def test_what_is_not_available_is_exit_code_one(run, tmp_path, monkeypatch, corpus):
    monkeypatch.setenv("CHARTCODER_MODELS_DIR", str(tmp_path))
    code, out, err = run("evaluate", "--examples", corpus)
    assert (code, out) == (1, "")
    assert "no bundle is active" in err
    assert run("rollback")[0] == 1
    code, out, err = run("list")
    assert (code, out) == (0, "")
    assert "No bundle yet" in err


def test_a_wrong_setting_is_bad_input(run, monkeypatch):
    monkeypatch.setenv("CHARTCODER_PORT", "many")
    code, _, err = run("list")
    assert code == 2
    assert "CHARTCODER_PORT" in err


def test_a_bundle_fitted_with_other_terms_is_not_promoted(run, built, small, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle_io, "read_manifest", _with_other_knowledge(bundle_io.read_manifest))
    code, _, err = run("promote", built.bundle)
    assert code == 1
    assert "other code releases or data files" in err


def _with_other_knowledge(real):
    from dataclasses import replace

    return lambda folder: replace(real(folder), knowledge="0" * 16)


def test_documents_without_a_code_can_not_be_measured(small, built, terms):
    from training.evaluate import evaluate

    example = TrainingExample("a", "a", ClinicalNote("Gout"), Encounter(), {})
    with pytest.raises(DataFaults, match="nothing to measure"):
        evaluate(small, terms, built.bundle, [example], step=quiet)
    with pytest.raises(BundleRefused):
        evaluate(
            small,
            terms,
            small.models_dir,
            [TrainingExample("a", "a", ClinicalNote("Gout"), Encounter(), {CodeRef(CodeSystem.ICD10CM, "M10.9"): ()})],
            step=quiet,
        )
