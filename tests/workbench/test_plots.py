"""Plots are whole pictures that load and run nothing, whatever the figure holds."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from app.domain.figures import FigureFilter, FigureName
from app.usecases.dashboards.show import _MAKERS
from app.workbench.plots import THEMES, plot
from tests.charts import NOW, chart, finalized
from tests.usecases.fake_records import FakeWork

SVG = "{http://www.w3.org/2000/svg}"


def made(name, *, charts):
    work = FakeWork()
    with work() as w:
        for it in charts:
            w.charts.add(it)
        return _MAKERS[name](w.figures, FigureFilter(), datetime(2026, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("charts", [[], [finalized(), finalized(by="<b>"), chart(received_at=NOW)]], ids=["empty", "filled"])
@pytest.mark.parametrize("name", list(FigureName), ids=lambda n: n.value)
def test_every_figure_is_a_picture_with_title_and_description(name, charts, theme):
    figure = made(name, charts=charts)
    svg = plot(figure, theme).decode()
    root = ET.fromstring(svg)
    assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == [figure.title, figure.about]
    assert root.get("role") == "img"
    assert not list(root.iter(f"{SVG}script"))
    assert "<b>" not in svg
    assert not [value for node in root.iter() for key, value in node.attrib.items() if key.endswith("href")]
