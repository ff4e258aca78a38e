"""Gradient-boosted trees as plain arrays, walked in one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.ensemble._gradient_boosting import predict_stages
from sklearn.tree._tree import Tree

LEAF = -1


@dataclass(frozen=True, slots=True)
class Trees:
    """N nodes of T trees; the nodes of tree t are [starts[t], starts[t + 1]), its root the first.

    `feature`: int32[N], column that a node splits on. `threshold`: float64[N]; a row goes to `left` where its value is at most
    that, else to `right` (int32[N], counted from the root, LEAF for a leaf). `value`: float64[N], what a leaf adds to the log odds.
    """

    features: int
    starts: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float64]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        """Raises ValueError when a node leads out of its tree or back: scoring would read foreign memory or never end."""
        nodes = len(self.feature)
        sound = self.starts[0] == 0 and self.starts[-1] == nodes and (np.diff(self.starts) > 0).all()
        sound = sound and all(len(column) == nodes for column in (self.threshold, self.left, self.right, self.value))
        if not sound:
            raise ValueError("the trees of the ranker are not whole")
        inner = self.left != LEAF
        place = np.arange(nodes) - np.repeat(self.starts[:-1], np.diff(self.starts))
        size = np.repeat(np.diff(self.starts), np.diff(self.starts))
        for child in (self.left, self.right):
            if not ((child[inner] > place[inner]) & (child[inner] < size[inner])).all() or (child[~inner] != LEAF).any():
                raise ValueError("a node of the ranker leads out of its tree")
        if ((self.feature < 0) | (self.feature >= self.features)).any():
            raise ValueError("the ranker splits on a feature that there is not")


class Ranker:
    """Trees ready to score. Safe to share between threads; features must not be missing.

    scikit-learn walks the trees of its GradientBoostingClassifier in one compiled loop; these have the same shape.
    """

    def __init__(self, trees: Trees) -> None:
        bounds = zip(trees.starts[:-1].tolist(), trees.starts[1:].tolist(), strict=True)
        self._stages = np.array([[_tree(trees, begin, end)] for begin, end in bounds], dtype=object)

    def __call__(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Raw probabilities, shape (n,), of rows of shape (n, features)."""
        margin = np.zeros((len(rows), 1))
        predict_stages(self._stages, np.ascontiguousarray(rows, np.float32), 1.0, margin)
        probability: npt.NDArray[np.float64] = expit(margin.ravel())
        return probability


def _tree(trees: Trees, begin: int, end: int) -> SimpleNamespace:
    """One tree in the form that `predict_stages` reads."""
    tree = Tree(trees.features, np.array([1], np.intp), 1)
    own = np.zeros(end - begin, tree.__getstate__()["nodes"].dtype)
    own["left_child"], own["right_child"] = trees.left[begin:end], trees.right[begin:end]
    own["feature"], own["threshold"] = trees.feature[begin:end], trees.threshold[begin:end]
    values = trees.value[begin:end].reshape(-1, 1, 1).copy()
    tree.__setstate__({"max_depth": end - begin, "node_count": end - begin, "nodes": own, "values": values})
    return SimpleNamespace(tree_=tree)
