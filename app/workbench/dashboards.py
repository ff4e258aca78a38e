"""The dashboards: figures as plots with their tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from app.domain.encounter import Setting
from app.domain.errors import InvalidFilter
from app.domain.figures import Cell, Figure, FigureFilter, FigureName, Unit
from app.domain.people import Permission
from app.usecases.dashboards.show import ShowFigures
from app.workbench.pages import Pages
from app.workbench.plots import THEMES, plot

PATH = "/dashboards"
_DAYS = 90
_GROUPS: Mapping[str, tuple[FigureName, ...]] = {
    "Work": (FigureName.THROUGHPUT, FigureName.EFFORT, FigureName.BACKLOG),
    "Suggestions": (FigureName.BANDS, FigureName.CALIBRATION, FigureName.ACCEPTANCE),
    "Agreement and audits": (FigureName.AGREEMENT, FigureName.ACCURACY, FigureName.ACCURACY_BY_CODE, FigureName.ERRORS),
}
Given = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]


class Asked:
    """The filters as the form sends them: empty for any. Without days the last 90 are shown."""

    def __init__(self, coder: Given = "", setting: Given = "", bundle: Given = "", day_from: Given | None = None, day_to: Given = "") -> None:
        if day_from is None:
            day_from = (datetime.now(UTC).date() - timedelta(days=_DAYS)).isoformat()
        self.given = {"coder": coder, "setting": setting, "bundle": bundle, "day_from": day_from, "day_to": day_to}

    def filter(self) -> FigureFilter:
        """What is asked for. Raises InvalidFilter."""
        coder, setting, bundle, day_from, day_to = self.given.values()
        last = _day(day_to)
        return FigureFilter(
            coder.casefold() or None,
            Setting(setting) if setting in list(Setting) else None,
            bundle or None,
            _day(day_from),
            None if last is None else last + timedelta(days=1),
        )

    def csv_query(self) -> str:
        """The same question for the interface. Raises InvalidFilter."""
        f = self.filter()
        asked = {"coder": f.coder, "setting": f.setting, "bundle": f.bundle, "day_from": f.day_from, "day_before": f.day_before}
        return urlencode({name: str(value) for name, value in asked.items() if value is not None})


def router(pages: Pages, figures: Callable[[], ShowFigures]) -> APIRouter:
    """The routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH)
    def dashboards(request: Request, asked: Annotated[Asked, Depends()]) -> HTMLResponse:
        viewer = pages.need(request, Permission.DASHBOARDS)
        show, refused, csv_query = figures(), "", ""
        groups: dict[str, list[Figure]] = {}
        try:
            wanted, csv_query = asked.filter(), asked.csv_query()
            groups = {title: [show(viewer.actor, name, wanted) for name in names] for title, names in _GROUPS.items()}
        except InvalidFilter as error:
            refused = str(error)
        return pages.show(
            request, "dashboards.html", viewer, groups=groups, asked=asked.given, query=urlencode(asked.given), csv_query=csv_query,
            refused=refused, choices=show.choices(viewer.actor), settings=tuple(Setting), cell=cell, Unit=Unit,
        )  # fmt: skip

    @routes.get(f"{PATH}/{{figure}}.svg")
    def drawn(request: Request, figure: FigureName, asked: Annotated[Asked, Depends()], theme: Given = "light") -> Response:
        viewer = pages.need(request, Permission.DASHBOARDS)
        svg = plot(figures()(viewer.actor, figure, asked.filter()), theme if theme in THEMES else "light")
        return Response(svg, media_type="image/svg+xml")

    return routes


def cell(value: Cell, unit: Unit) -> str:
    """A number as people read it; a hyphen where nothing was counted or measured."""
    if value is None:
        return "-" if unit is not Unit.SECONDS else "not recorded"
    if isinstance(value, str):
        return value
    shapes = {Unit.SHARE: f"{100 * value:.1f} %", Unit.SCORE: f"{value:+.3f}", Unit.SECONDS: f"{value:,.0f} s", Unit.COUNT: f"{value:,.0f}"}
    return shapes.get(unit, f"{value:,.2f}")


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise InvalidFilter("A day is written as 2026-05-04") from error
