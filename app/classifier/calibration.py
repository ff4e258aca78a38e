"""Calibrated probabilities: isotonic regression on held-out predictions, per code system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from app.domain.code import CodeSystem

Floats = npt.NDArray[np.float64]
# Below this many true pairs a curve of its own would follow noise, and the system shares the curve of all.
FEWEST_TRUE = 100
_SMOOTH = 1e-4


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Piecewise linear curves, raw score → probability: `curves[system]` is (x, y), x ascending in [0, 1]; "" is for all systems."""

    curves: Mapping[str, tuple[Floats, Floats]]

    def __call__(self, system: CodeSystem, raw: Floats) -> Floats:
        """Probabilities of raw scores, both shape (n,), in [0, 1]; rising with the raw score, so that ranks are kept."""
        x, y = self.curves.get(system.value) or self.curves[""]
        return np.clip((1 - _SMOOTH) * np.interp(raw, x, y) + _SMOOTH * raw, 0.0, 1.0)


def fit(systems: npt.NDArray[np.str_], raw: Floats, truth: npt.NDArray[np.bool_]) -> Calibrator:
    """Curves from held-out raw scores, all arrays of shape (n,)."""
    curves = {"": _curve(raw, truth)}
    for system in np.unique(systems):
        of_system = systems == system
        if truth[of_system].sum() >= FEWEST_TRUE:
            curves[str(system)] = _curve(raw[of_system], truth[of_system])
    return Calibrator(curves)


def _curve(raw: Floats, truth: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    if not len(raw) or truth.all() or not truth.any():
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, truth.astype(np.float64))
    x, y = np.asarray(model.X_thresholds_, np.float64), np.asarray(model.y_thresholds_, np.float64)
    # Steps become slopes between the middles of the steps: no ties, and a smoother curve for unseen scores.
    keep = np.concatenate([[True], (np.diff(x) > 0)])
    return x[keep], y[keep]
