"""Figures of agreement and of the second-level audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.figures import Cell, Figure, FigureColumn, FigureFilter, FigureName, Unit
from app.domain.statistics import kappa, wilson
from app.usecases.dashboards.work import ALL
from app.usecases.records.figures import Audited, Crossed, Figures

_MOST_CODES = 500
_CODES, _AGREED = FigureColumn("codes", Unit.COUNT), FigureColumn("agreed", Unit.COUNT)
_ACCURACY, _LOW, _HIGH = (FigureColumn(name, Unit.SHARE) for name in ("accuracy", "from", "to"))


def agreement(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001  figures have one signature
    """Program and coder, coder and auditor."""
    model = figures.model_agreement(wanted)
    audits, crossed = figures.audit_agreement(wanted)
    columns = (
        FigureColumn("between", Unit.TEXT),
        FigureColumn("charts", Unit.COUNT),
        FigureColumn("both", Unit.COUNT),
        FigureColumn("only the first", Unit.COUNT),
        FigureColumn("only the second", Unit.COUNT),
        FigureColumn("neither", Unit.COUNT),
        FigureColumn("share of both", Unit.SHARE),
        FigureColumn("kappa", Unit.SCORE),
    )
    rows = (("program, coder", model.charts, *_crossed(model.codes)), ("coder, auditor", audits, *_crossed(crossed)))
    summary = (
        (FigureColumn("charts coded as suggested", Unit.SHARE), model.exact / model.charts if model.charts else None),
        (FigureColumn("suggested first and listed first", Unit.SHARE), model.first_kept / model.first_of if model.first_of else None),
    )
    about = (
        "Codes on the claim by both, by one, or by neither, over all codes that were weighed or added on these charts; kappa (Cohen) is "
        "the agreement beyond chance over them. Share of both: both / (both + only one). Coders see the suggestions, so the first row is "
        "no measure of the program's accuracy. Where the auditor coded blind, those codes count."
    )
    return Figure(FigureName.AGREEMENT, "Agreement", about, columns, rows, summary)


def accuracy(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Audited accuracy by coder."""
    found = figures.audited(wanted)
    columns = (
        FigureColumn("coder", Unit.TEXT),
        FigureColumn("sample", Unit.TEXT),
        FigureColumn("charts", Unit.COUNT),
        FigureColumn("charts without error", Unit.SHARE),
        _CODES,
        _AGREED,
        _ACCURACY,
        _LOW,
        _HIGH,
    )
    rows: list[tuple[Cell, ...]] = [(it.coder, it.kind.value, *_accuracy([it])) for it in found]
    kinds = sorted({it.kind for it in found})
    rows += [(ALL, kind.value, *_accuracy([it for it in found if it.kind is kind])) for kind in kinds]
    random = [it for it in found if it.kind == "random"]
    summary = (
        (FigureColumn("accuracy, random samples", Unit.SHARE), _accuracy(random)[4]),
        (FigureColumn("charts, random samples", Unit.COUNT), sum(it.charts for it in random)),
    )
    about = "Right marks over all marks of judged charts, with the 95 % interval (Wilson). Only random samples stand for all charts."
    return Figure(FigureName.ACCURACY, "Audited accuracy by coder", about, columns, tuple(rows), summary)


def accuracy_by_code(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Audited accuracy by code."""
    columns = (FigureColumn("system", Unit.TEXT), FigureColumn("code", Unit.TEXT), _CODES, _AGREED, _ACCURACY, _LOW, _HIGH)
    found = figures.audited_codes(wanted, limit=_MOST_CODES)
    rows = tuple((it.ref.system.value, it.ref.code, it.codes, it.agreed, *_interval(it.agreed, it.codes)) for it in found)
    about = f"Marks of judged charts by code, with the 95 % interval (Wilson). The {_MOST_CODES} most often judged codes."
    return Figure(FigureName.ACCURACY_BY_CODE, "Audited accuracy by code", about, columns, rows)


def errors(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Errors by category and grade."""
    found = {(it.category, it.grade): it.codes for it in figures.audit_errors(wanted)}
    columns = (FigureColumn("category", Unit.TEXT), *(FigureColumn(grade.value, Unit.COUNT) for grade in Grade))
    rows: list[tuple[Cell, ...]] = [
        (category.value.replace("_", " "), *(found.get((category, grade), 0) for grade in Grade)) for category in ErrorCategory
    ]
    about = "Wrong marks of judged charts. A mark with several errors counts once, as its worst."
    return Figure(
        FigureName.ERRORS, "Errors found in audits", about, columns, tuple(rows), ((FigureColumn("errors", Unit.COUNT), sum(found.values())),)
    )


def _crossed(it: Crossed) -> tuple[Cell, ...]:
    either = it.both + it.first + it.second
    return (*it, it.both / either if either else None, kappa([[it.both, it.first], [it.second, it.neither]]))


def _accuracy(found: Sequence[Audited]) -> tuple[int, float | None, int, int, float | None, float | None, float | None]:
    charts, codes, agreed = sum(it.charts for it in found), sum(it.codes for it in found), sum(it.agreed for it in found)
    return (charts, sum(it.flawless for it in found) / charts if charts else None, codes, agreed, *_interval(agreed, codes))


def _interval(right: int, total: int) -> tuple[float | None, float | None, float | None]:
    found = wilson(right, total)
    return (None, None, None) if found is None else (found.share, found.low, found.high)
