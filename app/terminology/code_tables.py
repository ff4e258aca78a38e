"""Lists of codes as publishers hand them out: delimited tables with or without a header, and CMS's fixed records."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from app.domain.errors import DataFaults, Fault

_DELIMITERS = ("\t", ",", "|", ";")
# Copyright and column names before the first code.
_MOST_PREAMBLE = 40
_DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y")
_ADDED, _ENDED = re.compile(r"(?<![a-z])(?:add|start|begin)"), re.compile(r"(?<![a-z])(?:term|end)")
# Columns of CMS's "HCPCS record layout": code, record (3 begins a code, 4 goes on with its description, 7 and 8 are
# modifiers), long and short description, added, terminated.
_FIXED_CODE, _FIXED_RECORD, _FIXED_LONG, _FIXED_SHORT = slice(0, 5), slice(10, 11), slice(11, 91), slice(91, 119)
_FIXED_ADDED, _FIXED_ENDED = slice(268, 276), slice(284, 292)
_FIXED = re.compile(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2})[\d ]{5}[3478]")


class TableRow(NamedTuple):
    """A code of a table. `descriptions`: the longest first; dates None where the table has none."""

    code: str
    descriptions: tuple[str, ...]
    added: date | None
    ended: date | None
    line: int


@dataclass(frozen=True, slots=True)
class _Columns:
    code: int
    descriptions: tuple[int, ...]
    added: int | None
    ended: int | None
    several: bool


def read_table(path: Path, shape: re.Pattern[str], what: str) -> list[TableRow]:
    """The rows of a list of codes of that shape. Raises DataFaults with every fault.

    A code stands once, except in AMA's clinician descriptors, which give several for a code.
    """
    text = _text(path)
    if _FIXED.match(text.lstrip("\ufeff\r\n")):
        return _read_fixed(path, text, shape)
    lines = [(number, line) for number, line in _lines(text, _delimiter(text, shape)) if any(cell.strip() for cell in line)]
    first = next((i for i, (_, line) in enumerate(lines[:_MOST_PREAMBLE]) if any(shape.fullmatch(cell.strip()) for cell in line)), None)
    if first is None:
        raise DataFaults([Fault(str(path), 1, f"no {what} code in the first lines: a table of codes and descriptions is wanted")])
    header = [cell.strip().casefold() for cell in lines[first - 1][1]] if first else []
    columns = _columns(header, [line for _, line in lines[first:]], shape)
    if columns is None:
        raise DataFaults([Fault(str(path), lines[first][0], "no column of descriptions beside the codes")])
    return _rows(path, lines[first:], columns, shape, what)


def _rows(path: Path, lines: Sequence[tuple[int, list[str]]], columns: _Columns, shape: re.Pattern[str], what: str) -> list[TableRow]:
    faults: list[Fault] = []
    rows: list[TableRow] = []
    seen: dict[str, int] = {}
    width = max(columns.code, *columns.descriptions) + 1
    for number, line in lines:
        if len(line) < min(width, columns.code + 2):
            faults.append(Fault(str(path), number, f"{len(line)} columns where the code and a description are wanted"))
            continue
        code = line[columns.code].strip()
        descriptions = tuple(d for d in (" ".join(line[c].split()) for c in columns.descriptions if c < len(line)) if d)
        if not shape.fullmatch(code):
            faults.append(Fault(str(path), number, f"{code[:20]!r} is not a {what} code"))
        elif not descriptions:
            faults.append(Fault(str(path), number, f"{code} has no description"))
        elif seen.setdefault(code, number) != number and not columns.several:
            faults.append(Fault(str(path), number, f"{code} stands twice, first in line {seen[code]}"))
        else:
            dates: list[date | None] = []
            for column in (columns.added, columns.ended):
                value = line[column].strip() if column is not None and column < len(line) else ""
                dates.append(_date(value))
                if value and dates[-1] is None:
                    faults.append(Fault(str(path), number, f"{code}: {value[:20]!r} is not a date like 2026-01-01"))
            rows.append(TableRow(code, descriptions, dates[0], dates[1], number))
    if faults:
        raise DataFaults(sorted(faults))
    return rows


def _columns(header: Sequence[str], lines: Sequence[Sequence[str]], shape: re.Pattern[str]) -> _Columns | None:
    """Which column is what: the codes by their shape, the rest by the header, else the longest texts are the descriptions."""
    width = Counter(map(len, lines)).most_common(1)[0][0]
    sample = [line for line in lines if len(line) >= width]
    names = header[:width] if len(header) >= width else [""] * width
    # A concept number may have the shape of a code, but is not called one.
    code = max(range(width), key=lambda c: sum(bool(shape.fullmatch(line[c].strip())) for line in sample) * (2 if "code" in names[c] else 1))
    named = {i: name for i, name in enumerate(names) if i != code}
    length = {c: sum(len(line[c]) for line in sample) / len(sample) for c in range(width) if c != code}
    spoken = [i for i, name in named.items() if "desc" in name and " id" not in name] or sorted(length, key=lambda c: -length[c])[:1]
    if not spoken:
        return None
    return _Columns(
        code,
        tuple(sorted(spoken, key=lambda c: -length[c])),
        next((i for i, name in named.items() if _ADDED.search(name)), None),
        next((i for i, name in named.items() if _ENDED.search(name)), None),
        any("clinician" in name for name in header),
    )


def _read_fixed(path: Path, text: str, shape: re.Pattern[str]) -> list[TableRow]:
    faults: list[Fault] = []
    rows: list[TableRow] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or line[_FIXED_RECORD] in {"7", "8"}:
            continue
        code, record = line[_FIXED_CODE], line[_FIXED_RECORD]
        long = " ".join(line[_FIXED_LONG].split())
        if not shape.fullmatch(code) or record not in {"3", "4"} or not long:
            faults.append(Fault(str(path), number, "not a record of the HCPCS layout: code, record 3 or 4, description"))
        elif record == "4":
            if not rows or rows[-1].code != code:
                faults.append(Fault(str(path), number, f"{code} goes on with a description that has not begun"))
            else:
                rows[-1] = rows[-1]._replace(descriptions=(f"{rows[-1].descriptions[0]} {long}", *rows[-1].descriptions[1:]))
        elif seen.setdefault(code, number) != number:
            faults.append(Fault(str(path), number, f"{code} stands twice, first in line {seen[code]}"))
        else:
            short = " ".join(line[_FIXED_SHORT].split())
            added, ended = _date(line[_FIXED_ADDED].strip()), _date(line[_FIXED_ENDED].strip())
            rows.append(TableRow(code, (long, short) if short else (long,), added, ended, number))
    if faults:
        raise DataFaults(sorted(faults))
    return rows


def _text(path: Path) -> str:
    """Licensed files come in UTF-8 or in Windows's Latin alphabet."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataFaults([Fault(str(path), 1, f"can't be read ({error.strerror})")]) from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataFaults([Fault(str(path), 1, "neither UTF-8 nor Windows-1252 text: save the file as UTF-8")])


def _delimiter(text: str, shape: re.Pattern[str]) -> str:
    """The delimiter that leaves most lines with a code as a cell of its own."""
    head = [line for line in text.splitlines()[: _MOST_PREAMBLE * 5] if line.strip()]
    return max(_DELIMITERS, key=lambda d: sum(d in line and any(shape.fullmatch(cell.strip(' "')) for cell in line.split(d)) for line in head))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells). In tab-separated lists a quotation mark is part of the text."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE) if delimiter == "\t" else csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        yield reader.line_num, cells


def _date(value: str) -> date | None:
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    return None
