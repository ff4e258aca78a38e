"""Figures as plots: SVG by pygal, which is a resource of its own, so that its inner style needs no exception in the pages' policy."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

import pygal
from pygal.style import Style

from app.domain.figures import Cell, Figure, FigureName

# pygal puts itself into every import that follows, to find map plugins in the way of Python 2.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]

_MOST_BARS = 20
_SVG = re.compile(r"<svg\b[^>]*>")
# pygal says where it is from and carries settings for its script, which is left out here.
_BESIDE = re.compile(r"<title>[^<]*</title>|<!--.*?-->|<script\b.*?</script>", re.DOTALL)
_THEMES = MappingProxyType(
    {
        "light": ("#18212e", "#556171", "#d9dfe7", ("#0b5cad", "#a66a00", "#17703c", "#a3211a")),
        "dark": ("#e7ecf3", "#a3b0c0", "#2a3543", ("#79b8ff", "#ffc069", "#6fd197", "#ff9b92")),
    }
)
THEMES = frozenset(_THEMES)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plot's kind and what stands where: labels and one list of numbers for each series."""

    kind: type[pygal.graph.graph.Graph]
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Cell, ...]], ...]
    shares: bool = False
    stacked: bool = False


def plot(figure: Figure, theme: str) -> bytes:
    """The figure as SVG in a theme of THEMES, with title and description. The table beside it holds every number."""
    ink, soft, line, colors = _THEMES[theme]
    shown = _SHAPES[figure.name](figure)
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=soft,
        foreground_strong=ink,
        foreground_subtle=line,
        guide_stroke_color=line,
        major_guide_stroke_color=line,
        colors=colors,
        opacity=".9",
        font_family="Inter, Segoe UI, Helvetica Neue, Arial, sans-serif",
        label_font_size=15,
        major_label_font_size=15,
        legend_font_size=15,
        no_data_font_size=16,
    )
    chart = shown.kind(
        style=style,
        width=720,
        height=330,
        js=(),
        show_legend=len(shown.series) > 1,
        legend_at_bottom=True,
        margin=8,
        truncate_label=18,
        x_label_rotation=30 if sum(map(len, shown.labels)) > 70 else 0,
        show_minor_x_labels=len(shown.labels) <= 31,
        no_data_text="Nothing counted yet",
        dots_size=3,
        include_x_axis=True,
        disable_xml_declaration=True,
        **({"range": (0, 1), "y_labels": (0, 0.25, 0.5, 0.75, 1), "value_formatter": _percent} if shown.shares else {"value_formatter": _plain}),
    )
    chart.x_labels = shown.labels
    if len(shown.labels) > 31:
        chart.x_labels_major = shown.labels[:: -(-len(shown.labels) // 8)]
    for name, values in shown.series:
        chart.add(name, list(values))
    return _described(str(chart.render(is_unicode=True)), figure).encode()


def _described(svg: str, figure: Figure) -> str:
    """The SVG with a title and a description for screen readers."""
    words = f'<title id="title">{escape(figure.title)}</title><desc id="about">{escape(figure.about)}</desc>'
    opened = _SVG.search(svg)
    assert opened is not None
    head = opened.group()[:-1] + ' role="img" aria-labelledby="title about">'
    return f"{svg[: opened.start()]}{head}{words}{_BESIDE.sub('', svg[opened.end() :])}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _column(figure: Figure, name: str) -> tuple[Cell, ...]:
    place = [c.name for c in figure.columns].index(name)
    return tuple(row[place] for row in figure.rows)


def _labels(figure: Figure, name: str) -> tuple[str, ...]:
    return tuple(map(str, _column(figure, name)))


def _series(figure: Figure, *names: str) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    return tuple((name, _column(figure, name)) for name in names)


def _first(plotted: _Plot) -> _Plot:
    series = tuple((name, values[:_MOST_BARS]) for name, values in plotted.series)
    return _Plot(plotted.kind, plotted.labels[:_MOST_BARS], series, plotted.shares)


def _calibration(figure: Figure) -> _Plot:
    series = _series(figure, "mean confidence", "accepted share")
    return _Plot(pygal.Bar, _labels(figure, "confidence"), series, shares=True)


def _agreement(figure: Figure) -> _Plot:
    return _Plot(pygal.StackedBar, _labels(figure, "between"), _series(figure, "both", "only the first", "only the second"))


_SHAPES: Mapping[FigureName, Callable[[Figure], _Plot]] = MappingProxyType(
    {
        FigureName.THROUGHPUT: lambda f: _Plot(pygal.Bar, _labels(f, "day"), _series(f, "charts")),
        FigureName.EFFORT: lambda f: _Plot(pygal.Bar, _labels(f, "coder"), _series(f, "median seconds")),
        FigureName.ACCEPTANCE: lambda f: _first(_Plot(pygal.Bar, _labels(f, "code"), _series(f, "accepted share"), shares=True)),
        FigureName.BANDS: lambda f: _Plot(pygal.Bar, _labels(f, "confidence"), _series(f, "accepted share"), shares=True),
        FigureName.CALIBRATION: _calibration,
        FigureName.BACKLOG: lambda f: _Plot(pygal.StackedBar, _labels(f, "age"), _series(f, *(c.name for c in f.columns[1:]))),
        FigureName.AGREEMENT: _agreement,
        FigureName.ACCURACY: lambda f: _first(
            _Plot(pygal.Bar, tuple(f"{row[0]}, {row[1]}" for row in f.rows), _series(f, "accuracy", "charts without error"), shares=True)
        ),
        FigureName.ACCURACY_BY_CODE: lambda f: _first(_Plot(pygal.Bar, _labels(f, "code"), _series(f, "accuracy"), shares=True)),
        FigureName.ERRORS: lambda f: _Plot(pygal.StackedBar, _labels(f, "category"), _series(f, *(c.name for c in f.columns[1:]))),
    }
)
