"""Fits the ranker: LightGBM's gradient boosting, handed on as plain trees. One thread, so that the same rows give the same trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from app.classifier.ranker import LEAF, Trees
from training.config import RankerConfig


def thinned(
    places: npt.NDArray[np.int64], truth: npt.NDArray[np.bool_], most: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32] | None]:
    """About `most` of the rows at `places`, in their order, and the weight of each: all true ones, and of the others as many as fit.

    No weights, and all rows, where there are no more than that. Of a hundred thousand documents nearly all rows are alike and
    false; each false row that is kept stands for those that are not.
    """
    true = truth[places]
    share = max(most - int(true.sum()), most // 10) / max(int((~true).sum()), 1)
    if share >= 1:
        return places, None
    kept = true | (np.random.default_rng(seed).random(len(places)) < share)
    return places[kept], np.where(true[kept], 1, 1 / share).astype(np.float32)


def fit(
    rows: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    config: RankerConfig,
    seed: int,
    *,
    weights: npt.NDArray[np.float32] | None = None,
    rising: Sequence[int] = (),
) -> Trees:
    """Trees that tell the log odds of `truth`, shape (n,), from `rows`, shape (n, features); `weights` of shape (n,) where rows count unequally.

    More of the features at `rising` never lowers the log odds.
    """
    options = {
        "objective": "binary",
        "learning_rate": config.learning_rate,
        "num_leaves": config.leaves,
        "min_data_in_leaf": config.min_leaf,
        "lambda_l2": config.l2,
        "feature_fraction": config.features,
        "bagging_fraction": config.rows,
        "bagging_freq": 1,
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    if rising:
        options["monotone_constraints"] = [int(i in rising) for i in range(rows.shape[1])]
    booster = lightgbm.train(options, lightgbm.Dataset(rows, truth.astype(np.float32), weight=weights, params=options), config.iterations)
    return _trees(booster.dump_model(), rows.shape[1])


def _trees(model: dict[str, Any], features: int) -> Trees:
    columns: list[tuple[int, float, int, int, float]] = []
    starts = [0]
    for tree in model["tree_info"]:
        nodes: list[tuple[int, float, int, int, float]] = []
        _walk(tree["tree_structure"], nodes)
        columns += nodes
        starts.append(len(columns))
    feature, threshold, left, right, value = zip(*columns, strict=True)
    return Trees(
        features, np.array(starts, np.int64), np.array(feature, np.int32), np.array(threshold), np.array(left, np.int32), np.array(right, np.int32),
        np.array(value),
    )  # fmt: skip


def _walk(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Append the node and all below it; returns its place."""
    place = len(nodes)
    if "split_feature" not in node:
        nodes.append((0, 0.0, LEAF, LEAF, float(node["leaf_value"])))
        return place
    nodes.append((0, 0.0, LEAF, LEAF, 0.0))
    left, right = _walk(node["left_child"], nodes), _walk(node["right_child"], nodes)
    nodes[place] = int(node["split_feature"]), float(node["threshold"]), left, right, 0.0
    return place
