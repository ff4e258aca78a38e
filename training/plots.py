"""Plots as SVG text for a page that loads nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

_SIZE, _LEFT, _BOTTOM, _TOP = 300.0, 44.0, 40.0, 12.0
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_PLACES = tuple((tick, f"{tick:g}") for tick in _TICKS)


def reliability(table: Sequence[dict[str, float]]) -> str:
    """Confidence against the share that was right; a bar below or above the diagonal is over- or underconfident."""
    marks = [_line(((0, 0), (1, 1)), "diagonal")]
    for row in table:
        x, width = row["low"] + 0.012, row["high"] - row["low"] - 0.024
        right = f"{row['right']:.1%} right of {int(row['pairs']):,} pairs"
        tip = f"{row['low']:.1f} to {row['high']:.1f}: {right}, mean confidence {row['confidence']:.3f}"
        left, top = _at(x, row["right"])
        _, floor = _at(x, 0)
        height = max(floor - top, 0.8)
        place = f'x="{left:.1f}" y="{floor - height:.1f}" width="{width * _SIZE:.1f}" height="{height:.1f}" rx="2"'
        marks.append(f'<rect class="bar" {place}><title>{escape(tip)}</title></rect>')
        marks.append(_dot(row["confidence"], row["right"], tip))
    return _frame(marks, "confidence", "share right", "Reliability")


def precision_recall(curve: Sequence[Sequence[float]], threshold: float, here: tuple[float, float]) -> str:
    """Precision against recall over all thresholds; the dot is the bundle's own threshold. `here` is (recall, precision) there."""
    marks = [_line([(recall, precision) for _, precision, recall in curve], "curve")] if curve else []
    for t, precision, recall in curve[:: max(len(curve) // 30, 1)]:
        marks.append(_dot(recall, precision, f"from {t:.3f}: precision {precision:.3f}, recall {recall:.3f}", kind="hover"))
    tip = f"the bundle's threshold {threshold:.3f}: precision {here[1]:.3f}, recall {here[0]:.3f}"
    marks.append(_dot(*here, tip, kind="here"))
    return _frame(marks, "recall", "precision", "Precision and recall")


def learning(points: Sequence[tuple[int, float, float]]) -> str:
    """F1 (the line with dots filled) and MAP against the number of training documents, on a logarithmic axis."""
    least, most = math.log(points[0][0]), math.log(points[-1][0])
    places = [(math.log(n) - least) / (most - least) if most > least else 0.5 for n, _, _ in points]
    marks = []
    for number, (figure, kind) in enumerate((("F1", "curve"), ("MAP", "curve second")), 1):
        at = [(x, point[number]) for x, point in zip(places, points, strict=True)]
        marks.append(_line([(x, float(y)) for x, y in at], kind))
        tips = (f"{point[0]:,} documents: {figure} {point[number]:.3f}" for point in points)
        marks.extend(_dot(x, float(y), tip, kind="dot" if number == 1 else "ring") for (x, y), tip in zip(at, tips, strict=True))
    return _frame(
        marks, "training documents", "F1 (filled), MAP (open)", "Learning curve", [(x, f"{p[0]:,}") for x, p in zip(places, points, strict=True)]
    )


def _at(x: float, y: float) -> tuple[float, float]:
    return _LEFT + x * _SIZE, _TOP + (1 - y) * _SIZE


def _line(points: Sequence[tuple[float, float]], kind: str) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(*p) for p in points))
    return f'<polyline class="{kind}" points="{places}"/>'


def _dot(x: float, y: float, tip: str, *, kind: str = "dot") -> str:
    left, top = _at(x, y)
    radius = {"here": 5.5, "hover": 7}.get(kind, 3.5)
    return f'<circle class="{kind}" cx="{left:.1f}" cy="{top:.1f}" r="{radius}"><title>{escape(tip)}</title></circle>'


def _frame(marks: Sequence[str], across: str, up: str, name: str, places: Sequence[tuple[float, str]] = _PLACES) -> str:
    width, height = _LEFT + _SIZE + 12, _TOP + _SIZE + _BOTTOM
    out = [f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(name)}">']
    for place, label in places:
        x, floor = _at(place, 0)
        out.append(f'<text x="{x:.1f}" y="{floor + 16:.1f}" text-anchor="middle">{escape(label)}</text>')
    for tick in _TICKS:
        left, y = _at(0, tick)
        out.append(f'<line class="grid" x1="{left:.1f}" x2="{left + _SIZE:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text x="{left - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    middle, floor = _at(0.5, 0)
    out.append(f'<text class="axis" x="{middle:.1f}" y="{floor + 34:.1f}" text-anchor="middle">{escape(across)}</text>')
    _, half = _at(0, 0.5)
    out.append(f'<text class="axis" x="11" y="{half:.1f}" text-anchor="middle" transform="rotate(-90 11 {half:.1f})">{escape(up)}</text>')
    return "".join([*out, *marks, "</svg>"])
