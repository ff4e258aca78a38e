"""Makes what skops writes depend on its content alone.

skops names objects by their address in memory and stamps its files with the time, so that the same model gives another
file each time. A bundle is named by its bytes: here objects are numbered in the order in which they stand, and files
carry no time.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
_SCHEMA = "schema.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def stabilise(path: Path) -> None:
    """Rewrite a skops file in place."""
    with zipfile.ZipFile(path) as archive:
        schema = json.loads(archive.read(_SCHEMA))
        parts = {name: archive.read(name) for name in archive.namelist() if name != _SCHEMA}
    numbers: dict[str, int] = {}
    schema = _renumbered(schema, numbers)
    renamed = {_file(name, numbers): content for name, content in parts.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(renamed):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), renamed[name])
        archive.writestr(zipfile.ZipInfo(_SCHEMA, _NO_TIME), json.dumps(schema, indent=1))


def _renumbered(node: Json, numbers: dict[str, int]) -> Json:
    if isinstance(node, list):
        return [_renumbered(item, numbers) for item in node]
    if not isinstance(node, dict):
        return node
    out: dict[str, Json] = {}
    for key, value in node.items():
        if key == "__id__":
            out[key] = _number(str(value), numbers)
        elif key == "file" and isinstance(value, str):
            out[key] = _file(value, numbers)
        else:
            out[key] = _renumbered(value, numbers)
    return out


def _file(name: str, numbers: dict[str, int]) -> str:
    stem, dot, ending = name.partition(".")
    return f"{_number(stem, numbers)}{dot}{ending}"


def _number(name: str, numbers: dict[str, int]) -> int:
    return numbers.setdefault(name, len(numbers) + 1)
