"""The history of a simulated site as one picture: plain SVG that loads nothing and has no styles of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from training.figures import Figures
from training.simulation.site import Worklist

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 340.0, 260.0, 52.0, 34.0, 84.0
_INK, _SOFT, _GRID = "#222222", "#555555", "#dddddd"
_LINES = {Worklist.ARRIVAL: ("#1f5fa8", "", "as they arrive"), Worklist.VALUE: ("#b3480f", "6 4", "worth most first")}
_TEXT = 'font-family="sans-serif" font-size="12"'


class _Panel(NamedTuple):
    """An axis system: `left` edge, the largest values of both axes, and the step between lines."""

    left: float
    most_x: float
    most_y: float
    step: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x / self.most_x * _WIDTH, _TOP + (1 - y / self.most_y) * _HEIGHT


def draw(result: Figures, system: str) -> str:
    """F1 of a code system on held-out documents, and edits of its codes a chart, by the number of finalised charts."""
    histories = {w: result["histories"][w.value] for w in Worklist}
    most = max(row["finalized"] for row in histories[Worklist.ARRIVAL])
    places = sorted({row["finalized"] for row in histories[Worklist.ARRIVAL]})
    highest = max(row["systems"][system]["edits"]["total"] for rows in histories.values() for row in rows)
    f1 = _Panel(_LEFT, most, 1.0, 0.2)
    edits = _Panel(_LEFT + _WIDTH + _GAP, most, (highest // 2 + 1) * 2, 2)
    ceiling = result["on the labels"]["systems"][system]["f1"]
    marks = [*_axes(f1, places, f"F1 of {system}, held-out documents"), *_axes(edits, places, f"edits of {system} codes a chart")]
    left, y = f1.at(0, ceiling)
    marks.append(f'<line x1="{left:.1f}" x2="{left + _WIDTH:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_SOFT}" stroke-dasharray="2 4"/>')
    marks.append(_words(left + 6, y - 6, f"fitted on the labels: {ceiling:.3f}", anchor="start", colour=_SOFT))
    for worklist, rows in histories.items():
        points = [(row["finalized"], row["systems"][system]) for row in rows]
        marks += _line(f1, [(x, s["f1"]) for x, s in points], worklist, "F1", 3)
        marks += _line(edits, [(x, s["edits"]["total"]) for x, s in points], worklist, "edits", 2)
    width, height = edits.left + _WIDTH + 16, _TOP + _HEIGHT + 76
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="A simulated site">'
    return "".join([head, f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>', *marks, *_legend(), "</svg>\n"])


def _axes(panel: _Panel, places: Sequence[int], name: str) -> list[str]:
    marks = [_words(panel.left, _TOP - 14, name, anchor="start", colour=_INK)]
    for i in range(round(panel.most_y / panel.step) + 1):
        left, y = panel.at(0, i * panel.step)
        marks.append(f'<line x1="{left:.1f}" x2="{left + _WIDTH:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>')
        marks.append(_words(left - 8, y + 4, f"{i * panel.step:g}", anchor="end", colour=_SOFT))
    for place in places:
        x, floor = panel.at(place, 0)
        marks.append(_words(x, floor + 18, f"{place:,}", anchor="middle", colour=_SOFT))
    x, floor = panel.at(panel.most_x / 2, 0)
    return [*marks, _words(x, floor + 36, "finalised charts", anchor="middle", colour=_SOFT)]


def _line(panel: _Panel, points: Sequence[tuple[float, float]], worklist: Worklist, figure: str, digits: int) -> list[str]:
    colour, dashes, name = _LINES[worklist]
    at = [panel.at(*point) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dots = []
    for (x, y), (charts, value) in zip(at, points, strict=True):
        tip = escape(f"{name}, {charts:,.0f} charts: {figure} {value:.{digits}f}")
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{tip}</title></circle>')
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}"/>', *dots]


def _legend() -> list[str]:
    marks = []
    for number, (colour, dashes, name) in enumerate(_LINES.values()):
        x, y = _LEFT + number * 200, _TOP + _HEIGHT + 62
        marks.append(
            f'<line x1="{x}" x2="{x + 28}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}"/>'
        )
        marks.append(_words(x + 36, y, f"charts {name}", anchor="start", colour=_INK))
    return marks


def _words(x: float, y: float, text: str, *, anchor: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {_TEXT}>{escape(text)}</text>'
