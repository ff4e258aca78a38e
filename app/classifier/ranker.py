"""Scores rows with a fitted ranker, to the last bit as scikit-learn does, without its cost for each tree and call."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble._gradient_boosting import predict_stages
from sklearn.tree._tree import Tree

_LEAF = -1


class Ranker:
    """A gradient-boosted classifier of two classes without categories, ready to score. Safe to share between threads.

    HistGradientBoostingClassifier calls its predictor tree by tree from Python: 200 calls a note, with a pool of threads each.
    Its trees have the shape of those of GradientBoostingClassifier, which scikit-learn walks in one compiled loop; features
    must not be missing.
    """

    def __init__(self, fitted: HistGradientBoostingClassifier) -> None:
        stages = [[_tree(stage[0].nodes, fitted.n_features_in_)] for stage in fitted._predictors]  # noqa: SLF001  there is no public way to the trees
        self._stages = np.array(stages, dtype=object)
        self._baseline = float(fitted._baseline_prediction.item())  # noqa: SLF001  as above

    def __call__(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Raw probabilities, shape (n,), of rows of shape (n, features)."""
        margin = np.full((len(rows), 1), self._baseline)
        predict_stages(self._stages, np.ascontiguousarray(rows, np.float32), 1.0, margin)
        probability: npt.NDArray[np.float64] = expit(margin.ravel())
        return probability


def _tree(nodes: npt.NDArray[np.void], features: int) -> SimpleNamespace:
    """One tree in the form that `predict_stages` reads."""
    if nodes["is_categorical"].any():
        raise ValueError("the ranker splits on categories, which only scikit-learn's own predictor can follow")
    tree = Tree(features, np.array([1], np.intp), 1)
    leaf = nodes["is_leaf"].astype(np.bool_)
    own = np.zeros(len(nodes), tree.__getstate__()["nodes"].dtype)
    for side in ("left", "right"):
        own[f"{side}_child"] = np.where(leaf, _LEAF, nodes[side])
    own["feature"] = np.where(leaf, 0, nodes["feature_idx"])
    own["threshold"] = nodes["num_threshold"]
    state = {"max_depth": int(nodes["depth"].max()), "node_count": len(nodes), "nodes": own, "values": nodes["value"].reshape(-1, 1, 1).copy()}
    tree.__setstate__(state)
    return SimpleNamespace(tree_=tree)
