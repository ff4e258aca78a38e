import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.code import CodeRef, CodeSystem
from training import bootstrap, metrics

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def arrays(pairs):
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs], bool)


def ref(code):
    return CodeRef(CodeSystem.ICD10CM, code)


def test_micro_figures_by_hand():
    assert metrics.precision_recall_f1(3, 4, 6) == pytest.approx((0.75, 0.5, 0.6))
    assert metrics.precision_recall_f1(0, 0, 5) == (0, 0, 0)
    assert metrics.precision_recall_f1(0, 5, 0) == (0, 0, 0)


def test_the_best_threshold_by_hand_lies_between_the_last_taken_and_the_next():
    confidence, truth = np.array([0.9, 0.8, 0.6, 0.3]), np.array([True, False, True, False])
    threshold, f1 = metrics.best_threshold(confidence, truth, 3)
    assert f1 == pytest.approx(4 / 6)
    assert threshold == pytest.approx(0.45)


@given(PAIRS, st.integers(0, 20))
def test_no_threshold_beats_the_best_one(pairs, missed):
    confidence, truth = arrays(pairs)
    wanted = int(truth.sum()) + missed
    _, best = metrics.best_threshold(confidence, truth, wanted)
    for threshold in confidence:
        said = confidence >= threshold
        f1 = 2 * (truth & said).sum() / max(said.sum() + wanted, 1)
        assert f1 <= best + 1e-9


def test_average_precision_by_hand():
    ranked = {"a": [ref("A00.0"), ref("B00.0"), ref("C00.0")], "b": []}
    wanted = {"a": {ref("A00.0"), ref("C00.0")}, "b": {ref("Z00.00")}, "c": set()}
    assert metrics.mean_average_precision(ranked, wanted, CodeSystem.ICD10CM) == pytest.approx((1 + 2 / 3) / 2 / 2)


def test_calibration_error_and_brier_by_hand():
    confidence, truth = np.array([0.9, 0.9, 0.1, 0.1]), np.array([True, True, False, True])
    assert metrics.expected_calibration_error(confidence, truth, bins=10) == pytest.approx((0.1 + 0.4) / 2)
    assert metrics.brier_score(confidence, truth) == pytest.approx((0.01 + 0.01 + 0.01 + 0.81) / 4)
    assert metrics.expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0
    assert metrics.brier_score(np.zeros(0), np.zeros(0, bool)) == 0


@given(PAIRS)
def test_the_reliability_table_holds_every_pair_once(pairs):
    confidence, truth = arrays(pairs)
    table = metrics.reliability(confidence, truth)
    assert sum(row["pairs"] for row in table) == len(pairs)
    assert sum(row["pairs"] * row["right"] for row in table) == pytest.approx(truth.sum())
    assert all(row["low"] - 1e-9 <= row["confidence"] <= row["high"] + 1e-9 for row in table)


def test_coverage_at_a_precision_by_hand():
    confidence, truth = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    at = metrics.coverage_at_precision(confidence, truth, 4, 0.7)
    assert at == {"threshold": 0.6, "precision": 0.75, "recall": 0.75, "reported": 4}
    assert metrics.coverage_at_precision(confidence, truth, 4, 0.9)["reported"] == 2
    assert metrics.coverage_at_precision(np.array([0.5]), np.array([False]), 4, 0.9)["reported"] == 0
    assert metrics.coverage_at_precision(np.zeros(0), np.zeros(0, bool), 4, 0.9)["reported"] == 0


@given(PAIRS, st.floats(0.05, 1))
def test_what_is_reported_keeps_the_precision_and_takes_all_equals_with_it(pairs, precision):
    confidence, truth = arrays(pairs)
    at = metrics.coverage_at_precision(confidence, truth, max(int(truth.sum()), 1), precision)
    if at["reported"]:
        said = confidence >= at["threshold"]
        assert said.sum() == at["reported"]
        assert truth[said].mean() >= precision - 1e-9


def rows(documents=60, seed=0, lift=0.0):
    rng = np.random.default_rng(seed)
    hits = rng.integers(0, 4, documents).astype(float)
    return np.stack([hits, hits + rng.integers(0, 3, documents), hits + 2, np.clip(hits / 4 + lift, 0, 1), np.ones(documents)], axis=1)


def test_the_interval_holds_the_figure_and_shrinks_with_documents():
    for documents in (50, 800):
        r = rows(documents)
        f1, mean = bootstrap.resampled(r, resamples=400)
        hits, said, wanted, precision, labelled = r.sum(axis=0)
        assert bootstrap.interval(f1).low < 2 * hits / (said + wanted) < bootstrap.interval(f1).high
        assert bootstrap.interval(mean).low < precision / labelled < bootstrap.interval(mean).high
    wide, narrow = (bootstrap.interval(bootstrap.resampled(rows(n), resamples=300)[0]) for n in (50, 800))
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2


def test_the_same_seed_draws_the_same_resamples():
    first, second = bootstrap.resampled(rows()), bootstrap.resampled(rows())
    assert first[0].shape == (bootstrap.RESAMPLES,)
    assert (first[0] == second[0]).all()
    assert (bootstrap.resampled(rows(), seed=1)[0] != first[0]).any()


def test_a_bundle_does_not_differ_from_itself_and_a_better_one_does():
    _, same = bootstrap.differences(rows(), rows())
    assert same.mean == 0
    assert same.p == 1
    _, better = bootstrap.differences(rows(lift=0.2), rows())
    assert better.low > 0
    assert better.p < 0.01


@given(PAIRS, st.integers(0, 5), st.floats(0, 3))
def test_a_lenient_threshold_is_lower_the_more_is_given_up_and_the_best_where_nothing_is(pairs, missed, slack):
    confidence, truth = arrays(pairs)
    document = np.arange(len(truth)) % 3
    wanted = np.bincount(document, truth, minlength=3).astype(np.int64) + missed
    best = metrics.best_threshold(confidence, truth, int(wanted.sum()))
    _, exact = metrics.lenient_threshold(confidence, truth, document, wanted, 0.0)
    threshold, f1 = metrics.lenient_threshold(confidence, truth, document, wanted, slack)
    assert exact == pytest.approx(best[1])
    assert threshold <= best[0] + 1e-9
    assert f1 <= best[1] + 1e-9


def test_one_standard_error_by_hand():
    # Documents 0 and 1 with two labels each. At the best threshold, after the third pair, F1 is 2 * 3 / (3 + 4).
    confidence = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.1])
    truth = np.array([True, True, True, False, False, False])
    document, wanted = np.array([0, 0, 1, 1, 0, 1]), np.array([2, 2])
    best = 6 / 7
    error = np.sqrt((4 - best * 4) ** 2 + (2 - best * 3) ** 2) / 7
    assert best - error < 6 / 8 < best
    assert best - error > 6 / 9
    assert metrics.lenient_threshold(confidence, truth, document, wanted, 1.0) == pytest.approx((0.35, 6 / 8))


@given(PAIRS, st.integers(0, 5), st.floats(0, 3))
def test_a_sparing_threshold_has_the_fewest_edits_of_those_that_a_lenient_one_is_chosen_from(pairs, missed, slack):
    confidence, truth = arrays(pairs)
    document = np.arange(len(truth)) % 3
    wanted = np.bincount(document, truth, minlength=3).astype(np.int64) + missed
    given = confidence, truth, document, wanted, slack
    order = np.argsort(-confidence, kind="stable")
    edits = np.arange(1, len(order) + 1) - 2 * np.cumsum(truth[order])
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + wanted.sum())
    apart = {"near": np.arange(len(truth)), "labels": truth.astype(np.int64)}
    (lenient, _), (sparing, found) = metrics.lenient_threshold(*given), metrics.sparing_threshold(*given, **apart)
    assert sparing >= lenient - 1e-9
    within = np.flatnonzero(f1 >= metrics._good_enough(*given)[2])
    assert found == f1[within[np.argmin(edits[within])]]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=30), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_a_wrong_code_that_is_near_a_missed_one_is_one_edit_with_it(said, never_said):
    truth, near = np.array([t for t, _ in said], np.bool_), np.array([n for _, n in said], np.int64)
    labels = np.bincount(near[truth], minlength=4) + np.array(never_said)
    for end in range(len(said) + 1):
        right = np.bincount(near[:end][truth[:end]], minlength=4)
        wrong = np.bincount(near[:end][~truth[:end]], minlength=4)
        edits = np.maximum(wrong, labels - right).sum()
        assert labels.sum() + metrics._edits(truth[:end], near[:end], labels).sum() == edits


def test_near_codes_lower_a_sparing_threshold():
    # The second pair is wrong; where it is near a missed label it costs nothing, and the third, right, is worth the way there.
    confidence, truth = np.array([0.9, 0.6, 0.5, 0.4]), np.array([True, False, True, False])
    given = confidence, truth, np.array([0, 1, 0, 1]), np.array([2, 1]), 100.0
    near, labels = np.array([0, 1, 2, 3]), np.array([1, 1, 1, 0])
    assert metrics.sparing_threshold(*given, near=near, labels=labels)[0] == pytest.approx(0.45)
    assert metrics.sparing_threshold(*given, near=near, labels=np.array([1, 0, 1, 0]))[0] == pytest.approx(0.75)
