"""The level of a visit as a table for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.domain.em.evaluation import Basis, EvaluationManagement, MdmElement, VisitLine
from app.domain.note import ClinicalNote

_SUPPORTS = 8
_BASIS = {
    Basis.STATED: "as the note states",
    Basis.DECISIONS: "by medical decision making: two of the three elements decide",
    Basis.TIME: "by time",
    Basis.SERVICE: "by the kind of service",
}


def print_visit(out: Console, em: EvaluationManagement, note: ClinicalNote) -> None:
    """What was chosen and why, then the elements with the words that support them, then what to check."""
    title = "Visit: the note does not support a level" if em.code is None else f"Visit: {em.code.code}{_modifiers(em.modifiers)} {_BASIS[em.basis]}"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("element", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("support", ratio=1, style="dim")
    family = "not told" if em.family is None else em.family.value.replace("_", " ")
    table.add_row("visit", family, Text(f"patient {em.status.value.replace('_', ' ')}"))
    for element in em.elements:
        table.add_row(element.element.value, element.level.words, Text(_supports(element)))
    table.add_row("decisions", em.decisions.words, Text(em.decisions_code))
    if em.time is not None:
        table.add_row("time", f"{em.time.minutes} min", Text(f'{em.time_code} "{note.quote(em.time.span)}"'.strip()))
    out.print(table)
    for line in _lines(em):
        out.print(Text(line))


def _lines(em: EvaluationManagement) -> Iterator[str]:
    yield from (f"lacks {missing}" for missing in em.missing)
    yield from (f"beside it: {_line(line)}" for line in em.further)
    yield from (f"other payers: {_line(line)}" for line in em.payers)
    yield from (f"check: {remark}" for remark in em.remarks)


def _line(line: VisitLine) -> str:
    return f"{line.ref.code}{_modifiers(line.modifiers)}{f' x{line.units}' if line.units > 1 else ''} ({line.why})"


def _modifiers(modifiers: tuple[str, ...]) -> str:
    return "".join(f"-{modifier}" for modifier in modifiers)


def _supports(element: MdmElement) -> str:
    shown = [f"{s.kind.value.replace('_', ' ')}: {s.name}" if s.kind.value != s.name else s.name for s in element.supports[:_SUPPORTS]]
    more = len(element.supports) - _SUPPORTS
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")
