from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from app.domain.statistics import Bin, calibration_error, kappa, wilson


@given(st.integers(1, 500), st.data())
def test_the_interval_is_that_of_wilson(total, data):
    right = data.draw(st.integers(0, total))
    found, expected = wilson(right, total), binomtest(right, total).proportion_ci(0.95, method="wilson")
    assert found.share == right / total
    assert math.isclose(found.low, expected.low, abs_tol=1e-9)
    assert math.isclose(found.high, expected.high, abs_tol=1e-9)
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_nothing_counted_has_no_share():
    assert wilson(0, 0) is None
    assert kappa([[0, 0], [0, 0]]) is None
    assert calibration_error([]) is None


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(st.integers(0, 30), min_size=n, max_size=n), min_size=n, max_size=n)))
def test_kappa_is_that_of_scikit_learn(table):
    first = [i for i, row in enumerate(table) for count in row for _ in range(count)]
    second = [j for row in table for j, count in enumerate(row) for _ in range(count)]
    found = kappa(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(first, second, labels=range(len(table))) if first else math.nan
    if found is None:
        assert not np.isfinite(expected)
    else:
        assert math.isclose(found, expected, abs_tol=1e-9)


def test_the_calibration_error_weighs_gaps_by_counts():
    assert calibration_error([Bin(0.5, 0.6, 30, 0.55, 15), Bin(0.9, 1.0, 10, 0.95, 10)]) == pytest.approx((30 * 0.05 + 10 * 0.05) / 40)
    assert calibration_error([Bin(0.9, 1.0, 10, 0.9, 9)]) == pytest.approx(0)
