import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classifier import bundle_io, calibration
from app.classifier.features import NAMES, FeatureBuilder
from app.classifier.scorer import BundleScorer
from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan
from app.usecases.suggest_codes import merge
from tests.training import world
from training import fit as fitting
from training.config import ShortlistConfig
from training.progress import quiet
from training.work import Work


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40), st.integers(2, 6), st.integers(0, 9))
def test_a_group_stays_in_one_fold_and_folds_are_even(groups, folds, seed):
    found = fitting.fold_of_groups(groups, folds, seed)
    assert found.shape == (len(groups),)
    assert all(0 <= f < folds for f in found)
    of_group = {}
    for group, fold in zip(groups, found.tolist(), strict=True):
        assert of_group.setdefault(group, fold) == fold
    sizes = np.bincount(list(of_group.values()) or [0], minlength=folds)
    assert sizes.max() - sizes.min() <= 1


def test_folds_do_not_depend_on_the_order_of_the_documents():
    groups = ["a", "b", "c", "d", "e", "f"]
    forward, backward = fitting.fold_of_groups(groups, 3, 5), fitting.fold_of_groups(groups[::-1], 3, 5)
    assert forward.tolist() == backward[::-1].tolist()


def test_the_same_examples_give_the_same_bundle_id_whenever_it_is_built(tmp_path):
    first = world.bundle(tmp_path / "a", created="2026-01-01T00:00:00+00:00")
    second = world.bundle(tmp_path / "b", created="2027-12-31T00:00:00+00:00")
    other = world.bundle(tmp_path / "c", seed=2)
    assert first.name == second.name
    assert first.name != other.name


def test_fitting_learns_where_codes_are_stated(tmp_path):
    scorer = BundleScorer.open(world.bundle(tmp_path), world.CODES.get)
    examples = world.notes(30, seed=99)
    right = 0
    for example in examples:
        analysis = world.LineReader().read(example.note)
        candidates = merge(
            [world.WordSource().candidates(analysis, example.encounter), *(s.candidates(analysis, example.encounter) for s in scorer.sources)]
        )
        best = scorer.score(analysis, example.encounter, candidates)[:2]
        right += len({s.candidate.ref for s in best} & set(example.labels))
    assert right / 60 > 0.9


def test_training_and_serving_compute_identical_rows_for_the_same_note(tmp_path, monkeypatch):
    examples = world.notes(24)
    fitted_rows = []
    real = FeatureBuilder.rows

    def seen(self, analysis, encounter, candidates):
        rows = real(self, analysis, encounter, candidates)
        fitted_rows.append((analysis.note.text, tuple(c.ref for c in candidates), rows))
        return rows

    # Phrases, priors and the shortlist are out of fold while fitting; with them the same, nothing else may differ.
    off = {name: getattr(world.SMALL, name).model_copy(update={"enabled": False}) for name in ("phrases", "marked", "terms")}
    config = world.SMALL.model_copy(update={**off, "priors": False, "shortlist": ShortlistConfig(floor=0)})
    monkeypatch.setattr(FeatureBuilder, "rows", seen)
    fitted = fitting.fit(examples, world.tools(), config, step=quiet)
    path = bundle_io.write(tmp_path, fitted.parts, world.provenance())
    in_training, fitted_rows[:] = list(fitted_rows), []
    scorer = BundleScorer.open(path, world.CODES.get)
    for example in examples:
        analysis = world.LineReader().read(example.note)
        found = [world.WordSource().candidates(analysis, example.encounter), *(s.candidates(analysis, example.encounter) for s in scorer.sources)]
        scorer.score(analysis, example.encounter, merge(found))
    assert len(in_training) == len(fitted_rows) == len(examples)
    for (text, refs, trained), (same_text, same_refs, served) in zip(in_training, fitted_rows, strict=True):
        assert (text, refs) == (same_text, same_refs)
        assert trained.shape[1] == len(NAMES)
        np.testing.assert_array_equal(trained, served)


def test_a_document_s_own_labels_are_not_among_what_its_words_were_learned_from(monkeypatch):
    """A code that one document alone has can't be announced to it while fitting."""
    examples = world.notes(12)
    own = CodeRef(CodeSystem.ICD10CM, "Z99.9")
    examples[5] = dataclasses.replace(examples[5], labels={**examples[5].labels, own: ((TextSpan(0, 4),),)})
    seen = []
    real = FeatureBuilder.rows
    monkeypatch.setattr(FeatureBuilder, "rows", lambda self, analysis, encounter, found: seen.extend(found) or real(self, analysis, encounter, found))
    fitted = fitting.fit(examples, world.tools(), world.SMALL, step=quiet)
    assert own in fitted.parts.marked.codes
    in_own_fold = [c for c in seen if c.ref == own]
    folds = fitting.fold_of_groups([e.group for e in examples], world.SMALL.folds, world.SMALL.seed)
    assert len(in_own_fold) == np.count_nonzero(folds != folds[5])


def test_how_often_terms_were_right_is_counted_without_the_fold_of_the_document():
    examples = world.notes(12)
    folds = fitting.fold_of_groups([e.group for e in examples], world.SMALL.folds, world.SMALL.seed)
    # Gout is coded in the documents of the first fold alone, whatever they say.
    gout = world.WORDS["gout"]
    wanted = [{**{ref: () for ref in e.labels if ref != gout}, **({gout: ()} if fold == 0 else {})} for e, fold in zip(examples, folds, strict=True)]
    examples = [dataclasses.replace(e, labels=labels) for e, labels in zip(examples, wanted, strict=True)]
    _, _, learned, _ = fitting.prepare(examples, world.tools(), world.SMALL, step=quiet, work=Work())
    shares = [float(words.precision.code_precision[words.precision.codes.index(gout)]) for words in learned]
    held = [int(words.precision.code_held[words.precision.codes.index(gout)]) for words in learned]
    assert held[0] + held[1] == held[2] > 0
    assert shares[0] < shares[2] < shares[1]


def test_progress_of_every_step_ends_at_the_whole():
    shares = {}

    def step(name):
        def told(share):
            assert 0 <= share <= 1
            assert share >= shares.get(name, 0)
            shares[name] = share

        return told

    fitting.fit(world.notes(12), world.tools(), world.SMALL, step=step)
    assert shares
    assert set(shares.values()) == {1.0}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=80))
def test_calibration_rises_with_the_raw_score_and_stays_a_probability(pairs):
    raw, truth = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    calibrator = calibration.fit(np.full(len(pairs), "CPT"), raw, truth)
    out = calibrator(CodeSystem.CPT, np.linspace(0, 1, 200))
    assert ((out >= 0) & (out <= 1)).all()
    assert (np.diff(out) >= 0).all()


def test_a_system_with_enough_true_pairs_gets_a_curve_of_its_own():
    rng = np.random.default_rng(0)
    raw = rng.random(2000)
    systems = np.where(np.arange(2000) < 1000, "CPT", "HCPCS")
    truth = np.where(systems == "CPT", rng.random(2000) < raw, rng.random(2000) < raw * 0.02)
    calibrator = calibration.fit(systems, raw, truth)
    assert set(calibrator.curves) == {"", "CPT"}
    assert calibrator(CodeSystem.CPT, np.array([0.8]))[0] == pytest.approx(0.8, abs=0.12)
