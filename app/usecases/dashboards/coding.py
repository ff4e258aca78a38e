"""Figures of suggestions: what coders make of them."""

from __future__ import annotations

from datetime import datetime

from app.domain.figures import Figure, FigureColumn, FigureFilter, FigureName, Unit
from app.domain.statistics import calibration_error, wilson
from app.usecases.records.figures import Figures

MOST_CODES = 500
_SHARE, _LOW, _HIGH = (FigureColumn(name, Unit.SHARE) for name in ("accepted share", "from", "to"))
_SUGGESTED, _ACCEPTED = FigureColumn("suggested", Unit.COUNT), FigureColumn("accepted", Unit.COUNT)


def acceptance(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001  figures have one signature
    """Acceptance by code."""
    found = figures.codes(wanted, limit=MOST_CODES)
    columns = (
        FigureColumn("system", Unit.TEXT),
        FigureColumn("code", Unit.TEXT),
        _SUGGESTED,
        _ACCEPTED,
        FigureColumn("replaced", Unit.COUNT),
        FigureColumn("added by coders", Unit.COUNT),
        _SHARE,
        _LOW,
        _HIGH,
    )
    rows = tuple(
        (it.ref.system.value, it.ref.code, it.suggested, it.accepted, it.replaced, it.added, *_share(it.accepted, it.suggested)) for it in found
    )
    bins = figures.bins(wanted)
    suggested, accepted = sum(b.count for b in bins), sum(b.right for b in bins)
    summary = ((_SUGGESTED, suggested), (_SHARE, accepted / suggested if suggested else None))
    about = (
        "Codes to bill that the program suggested, and how many of them stand in the last finalised set of their chart, "
        f"with the 95 % interval (Wilson). The {MOST_CODES} most frequent codes. Added: billed though the program had not suggested them to bill."
    )
    return Figure(FigureName.ACCEPTANCE, "Acceptance by code", about, columns, rows, summary)


def bands(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Acceptance by band of confidence."""
    found = figures.bins(wanted)
    columns = (FigureColumn("confidence", Unit.TEXT), _SUGGESTED, _ACCEPTED, _SHARE, _LOW, _HIGH)
    rows = tuple((f"{b.low:.1f} to {b.high:.1f}", b.count, b.right, *_share(b.right, b.count)) for b in found)
    about = "Suggested codes by the confidence that the program stated, and how many of them were accepted, with the 95 % interval (Wilson)."
    return Figure(FigureName.BANDS, "Acceptance by confidence", about, columns, rows)


def calibration(figures: Figures, wanted: FigureFilter, now: datetime) -> Figure:  # noqa: ARG001
    """Stated confidence beside the share of accepted codes."""
    found = figures.bins(wanted)
    columns = (
        FigureColumn("confidence", Unit.TEXT),
        FigureColumn("codes", Unit.COUNT),
        FigureColumn("mean confidence", Unit.SHARE),
        _SHARE,
        FigureColumn("gap", Unit.SCORE),
    )
    rows = tuple((f"{b.low:.1f} to {b.high:.1f}", b.count, b.confidence, b.right / b.count, b.right / b.count - b.confidence) for b in found)
    summary = (
        (FigureColumn("expected calibration error", Unit.SHARE), calibration_error(found)),
        (FigureColumn("codes", Unit.COUNT), sum(b.count for b in found)),
    )
    about = (
        "Is the program right as often as it says? Suggested codes only: each of them got a yes or no, most others were never looked at. "
        "Coders see the confidence before they decide, so this tells of their decisions, not of the truth."
    )
    return Figure(FigureName.CALIBRATION, "Calibration as seen in decisions", about, columns, rows, summary)


def _share(right: int, total: int) -> tuple[float | None, float | None, float | None]:
    found = wilson(right, total)
    return (None, None, None) if found is None else (found.share, found.low, found.high)
