"""`chartcoder-train promote` and `rollback` on a small site: the same gate and audit trail as over REST."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from app import storage
from app.classifier import bundle_io
from app.domain.errors import BundleRefused
from app.domain.gate import Cost, Verdict
from app.domain.model_errors import GateRefused, ModelRefused, NothingBefore
from app.settings import Settings
from app.usecases.models.training import TrainModels
from tests.training import world
from tests.training.runs.site import OPERATOR, body_over, shelf_of, taught
from tests.training.runs.tiny import TinyBench
from training import gate_command
from training.progress import quiet


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bundle that knows the site, one that never bills three of its codes, and another as good as the first."""
    folder = tmp_path_factory.mktemp("made")
    forgotten = frozenset(world.WORDS[word] for word in ("gout", "cough", "asthma"))
    return taught(folder), taught(folder, never=forgotten), taught(folder, documents=41)


@pytest.fixture
def site(tmp_path, monkeypatch):
    settings = Settings(models_dir=tmp_path / "models", state_dir=tmp_path / "state")
    terms = SimpleNamespace(digest="k", catalog=SimpleNamespace(find=world.CODES.get))
    monkeypatch.setattr("app.assembly.open_terms", lambda _: terms)
    bench = TinyBench(settings.models_dir, settings.state_dir)
    monkeypatch.setattr("training.runs.bench.SiteBench", lambda _: bench)
    # The time of so few notes depends on what else the machine does.
    monkeypatch.setattr("training.runs.comparison.cost", lambda *_: Cost(1.0, 1.0, 1, 1))
    return SimpleNamespace(
        bench=bench,
        terms=terms,
        work=storage.ready(settings).work(),
        promote=partial(gate_command.promote, settings, step=quiet),
        rollback=partial(gate_command.rollback, settings),
    )


def trail(site):
    with site.work() as unit:
        return [(e.action, e.subject, json.loads(e.detail)) for e in unit.audit.events() if e.action.startswith("model.")]


def freeze(site):
    """Draw the frozen set, as the first run of a site does."""
    run = TrainModels(site.work, lambda: 1_790_000_000.0, shelf_of(site.bench)).request(OPERATOR)
    body = body_over(site.bench, site.work)

    def until_split(name, do):
        return do() if name in ("export", "split") else {"cancelled": True}

    body(run.id, until_split)


def test_without_held_out_charts_the_operator_decides_and_the_trail_says_so(site, made):
    first, second, _ = made
    assert site.promote(str(first), override="") == first.name
    assert site.promote(str(second), override="") == second.name
    assert shelf_of(site.bench).pointer().champion == second.name
    why = {"champion": first.name, "override": "no held-out charts to compare on", "overridden": 1}
    assert trail(site) == [
        ("model.promoted", first.name, {"champion": "", "override": "", "overridden": 0}),
        ("model.promoted", second.name, why),
    ]
    assert site.rollback() == first.name
    assert trail(site)[-1] == ("model.rolled_back", second.name, {"to": first.name})
    with pytest.raises(NothingBefore):
        site.rollback()
    assert shelf_of(site.bench).pointer().champion == first.name


def test_what_was_never_compared_is_compared_on_the_frozen_charts_and_refused_when_worse(site, made):
    first, worse, as_good = made
    site.promote(str(first), override="")
    freeze(site)
    with pytest.raises(GateRefused, match="ICD-10-CM"):
        site.promote(str(worse), override="")
    assert shelf_of(site.bench).pointer().champion == first.name
    with site.work() as unit:
        gate = unit.models.get(worse.name).gate
    assert (gate.verdict, gate.champion, gate.documents) == (Verdict.WORSE, first.name, 40)
    assert {c.charts for c in gate.compared} == {"frozen"}
    # The comparison is kept: it is not made again, and the answer is the same.
    site.bench.service = None
    with pytest.raises(GateRefused, match="ICD-10-CM"):
        site.promote(worse.name, override="")
    del site.bench.service
    assert site.promote(str(as_good), override="") == as_good.name
    assert site.promote(first.name, override="a specialty that the frozen charts lack") == first.name
    assert [action for action, _, _ in trail(site)] == ["model.promoted", "model.refused", "model.refused", "model.promoted", "model.promoted"]
    assert trail(site)[-1][2]["override"] == "a specialty that the frozen charts lack"


def test_a_champion_that_no_longer_fits_is_not_compared_with_and_the_trail_says_why(site, made):
    first, second, _ = made
    site.promote(str(first), override="")
    freeze(site)
    site.terms.digest = "another"
    site.bench.service = None
    manifest = bundle_io.read_manifest(second)
    anew = bundle_io.write(
        site.bench.models, bundle_io.read_parts(second), replace(world.provenance(), knowledge="another", trained_on=manifest.trained_on)
    )
    assert site.promote(anew.name, override="") == anew.name
    (action, subject, detail) = trail(site)[-1]
    assert (action, subject, detail["champion"], detail["override"], detail["overridden"]) == ("model.promoted", anew.name, first.name, "", 0)
    assert "other code releases or data files" in detail["unfit"]
    # And not back to what does not fit.
    with pytest.raises(ModelRefused, match="other code releases"):
        site.rollback()
    assert shelf_of(site.bench).pointer().champion == anew.name


def test_a_bundle_of_other_terms_is_refused_before_anything_changes(site, made):
    first, second, _ = made
    site.promote(str(first), override="")
    site.terms.digest = "another"
    with pytest.raises(BundleRefused, match="other code releases"):
        site.promote(str(second), override="it must be")
    assert shelf_of(site.bench).pointer().champion == first.name
    assert [entry.bundle_id for entry in shelf_of(site.bench).entries()] == [first.name]
