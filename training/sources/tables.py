"""Tables in CSV, plain or gz, read row by row, with the share of the file that has passed."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from app.domain.errors import DataFaults, Fault

# A field holds a whole note: more than Python's limit of 131,072 characters.
_LONGEST_FIELD = 50_000_000


def rows(path: Path, columns: Sequence[str], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Iterator[tuple[int, list[str], float]]:
    """(line on which the row ends, the values of `columns`, share of the file read) of each row; "" where a row is too short.

    Raises DataFaults where the file can't be read as such a table, or lacks a column.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open("rb") as raw:
            size = max(path.stat().st_size, 1)
            packed = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            with TextIOWrapper(packed, encoding=encoding, newline="") as text:
                table = csv.reader(text, delimiter=delimiter)
                heading = next(table, [])
                missing = [name for name in columns if name not in heading]
                if missing:
                    raise DataFaults([Fault(str(path), 1, f"has no column {', '.join(missing)}; it has {', '.join(heading) or 'none'}")])
                places = [heading.index(name) for name in columns]
                for row in table:
                    yield table.line_num, [row[i] if i < len(row) else "" for i in places], raw.tell() / size
    except (OSError, EOFError) as error:
        raise DataFaults([Fault(str(path), 0, getattr(error, "strerror", None) or str(error) or "can't be read")]) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataFaults([Fault(str(path), 0, f"can't be read as {encoding} CSV: {getattr(error, 'reason', error)}")]) from None


def located(folder: Path, name: str) -> Path:
    """`folder`/`name`.csv.gz or .csv. Raises DataFaults where neither is there."""
    for ending in (".csv.gz", ".csv"):
        path = folder / f"{name}{ending}"
        if path.is_file():
            return path
    raise DataFaults([Fault(str(folder / name), 0, "neither .csv.gz nor .csv is there")])
