import numpy as np

from app.classifier.ranker import Ranker
from training import ranker
from training.config import RankerConfig


def made(count, seed=0):
    rng = np.random.default_rng(seed)
    rows = rng.random((count, 4)).astype(np.float32)
    return rows, rng.random(count) < 0.04 * rows[:, 0]


def test_few_rows_are_all_fitted_on_and_count_alike():
    _, truth = made(500)
    places = np.arange(0, 500, 2)
    kept, weights = ranker.thinned(places, truth, 1000, seed=1)
    assert kept is places
    assert weights is None


def test_of_many_rows_every_true_one_is_kept_and_the_false_ones_stand_for_those_left_out():
    _, truth = made(50_000)
    places = np.flatnonzero(np.arange(50_000) % 5 != 0)
    kept, weights = ranker.thinned(places, truth, 8000, seed=1)
    assert abs(len(kept) - 8000) < 300
    assert set(places[truth[places]]) <= set(kept)
    assert (np.diff(kept) > 0).all()
    assert (weights[truth[kept]] == 1).all()
    assert abs(weights.sum() / len(places) - 1) < 0.05
    assert (ranker.thinned(places, truth, 8000, seed=1)[0] == kept).all()


def test_a_ranker_of_a_sample_tells_the_same_odds():
    rows, truth = made(60_000)
    config = RankerConfig(iterations=30, features=1.0)
    fresh, _ = made(5000, seed=9)
    kept, weights = ranker.thinned(np.arange(len(rows)), truth, 10_000, seed=1)
    whole = Ranker(ranker.fit(rows, truth, config, 3))(fresh)
    sample = Ranker(ranker.fit(rows[kept], truth[kept], config, 3, weights=weights))(fresh)
    unweighed = Ranker(ranker.fit(rows[kept], truth[kept], config, 3))(fresh)
    assert abs(sample.mean() / whole.mean() - 1) < 0.1
    assert unweighed.mean() > 2 * whole.mean()
