import lightgbm
import numpy as np
import pytest

from app.classifier.ranker import LEAF, Ranker, Trees
from training import ranker
from training.config import RankerConfig


def data(seed=5):
    draw = np.random.default_rng(seed)
    rows = np.round(draw.normal(size=(600, 7)), 1).astype(np.float32)
    return rows, rows[:, 0] * rows[:, 1] + draw.normal(size=600) > 0


@pytest.mark.parametrize("leaves", [2, 24])
def test_the_ranker_gives_what_lightgbm_gives(leaves, monkeypatch):
    rows, truth = data()
    boosters = []
    real = lightgbm.train
    monkeypatch.setattr(lightgbm, "train", lambda *given, **named: boosters.append(real(*given, **named)) or boosters[-1])
    trees = ranker.fit(rows, truth, RankerConfig(iterations=30, leaves=leaves, min_leaf=5), seed=3)
    # Half of these lie on a threshold or between two that were seen.
    unseen = np.concatenate([rows, (rows + np.float32(0.05))])
    np.testing.assert_allclose(Ranker(trees)(unseen), boosters[0].predict(unseen), rtol=1e-9)
    assert Ranker(trees)(unseen[:0]).shape == (0,)


def test_the_same_rows_and_seed_give_the_same_trees():
    rows, truth = data()
    once, again = (ranker.fit(rows, truth, RankerConfig(iterations=20), seed=3) for _ in range(2))
    np.testing.assert_array_equal(once.threshold, again.threshold)
    np.testing.assert_array_equal(once.value, again.value)


def trees(**changed):
    columns = {
        "starts": np.array([0, 3]),
        "feature": np.array([1, 0, 0], np.int32),
        "threshold": np.zeros(3),
        "left": np.array([1, LEAF, LEAF], np.int32),
        "right": np.array([2, LEAF, LEAF], np.int32),
        "value": np.array([0.0, -1.0, 1.0]),
    }
    return Trees(features=2, **columns | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"left": np.array([0, LEAF, LEAF], np.int32)},
        {"right": np.array([9, LEAF, LEAF], np.int32)},
        {"feature": np.array([2, 0, 0], np.int32)},
        {"starts": np.array([0, 2])},
        {"value": np.zeros(2)},
    ],
)
def test_trees_that_lead_nowhere_or_in_a_circle_are_refused_rather_than_walked(changed):
    assert Ranker(trees())(np.array([[0, -1], [0, 1]], np.float32)).tolist() == pytest.approx([1 / (1 + np.e), 1 / (1 + 1 / np.e)])
    with pytest.raises(ValueError, match="ranker"):
        trees(**changed)
