import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from app.classifier.ranker import Ranker


@pytest.mark.parametrize("leaves", [2, 24, None])
def test_the_ranker_gives_to_the_last_bit_what_scikit_learn_gives(leaves):
    draw = np.random.default_rng(5)
    rows = np.round(draw.normal(size=(600, 7)), 1).astype(np.float32)
    truth = rows[:, 0] * rows[:, 1] + draw.normal(size=600) > 0
    fitted = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=leaves, min_samples_leaf=5, random_state=0).fit(rows, truth)
    # Half of these lie on a threshold or between two that were seen.
    unseen = np.concatenate([rows, (rows + np.float32(0.05))])
    assert (Ranker(fitted)(unseen) == fitted.predict_proba(unseen)[:, 1]).all()
    assert Ranker(fitted)(unseen[:0]).shape == (0,)


def test_a_ranker_with_categories_is_refused_rather_than_misread():
    rows = np.arange(200, dtype=np.float32).reshape(-1, 1) % 4
    fitted = HistGradientBoostingClassifier(max_iter=2, categorical_features=[0], random_state=0).fit(rows, rows.ravel() % 2 == 0)
    with pytest.raises(ValueError, match="categories"):
        Ranker(fitted)
