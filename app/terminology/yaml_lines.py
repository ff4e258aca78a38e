"""YAML with line numbers, so that every fault in a data file can be named by file and line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from app.domain.errors import Fault


class FaultLog:
    """Collects faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def add(self, node: yaml.Node | int, message: str) -> None:
        """Note a fault at a node, or at a line that counts from 1."""
        line = node if isinstance(node, int) else node.start_mark.line + 1
        self.faults.append(Fault(self.file, line, message))


def documents(path: Path, log: FaultLog) -> list[yaml.Node]:
    """The documents of a file as nodes; a file that is not YAML gives one fault and no documents."""
    try:
        return list(yaml.compose_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except UnicodeDecodeError:
        log.add(1, "not UTF-8: save the file as UTF-8")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        log.add(line, f"not YAML: {error.problem or 'syntax error'}")
    except yaml.YAMLError as error:
        log.add(1, f"not YAML: {type(error).__name__}")
    return []


def pairs(node: yaml.Node, log: FaultLog, what: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """(key, key node, value node) of a mapping in order; a key that stands twice is a fault and is left out."""
    if not isinstance(node, yaml.MappingNode):
        log.add(node, f"{what} must be a mapping of names to values")
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            log.add(key, f"{what}: a name must be plain text")
        elif name in seen:
            log.add(key, f"{what}: {name} stands twice, first in line {seen[name]}")
        else:
            seen[name] = key.start_mark.line + 1
            yield name, key, value


def fields(node: yaml.Node, log: FaultLog, what: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
    """The fields of a mapping by name; unknown and missing ones are faults."""
    found: dict[str, yaml.Node] = {}
    for name, key, value in pairs(node, log, what):
        if name in required or name in optional:
            found[name] = value
        else:
            log.add(key, f"{what}: unknown field {name!r}; fields are {', '.join(required + optional)}")
    for name in required:
        if name not in found:
            log.add(node, f"{what}: field {name!r} is missing")
    return found


def text(node: yaml.Node | None, log: FaultLog, what: str) -> str:
    """A scalar as text, without what YAML would make of it; "" after a fault."""
    if node is None:
        return ""
    if isinstance(node, yaml.ScalarNode) and (node.value.strip() or node.style):
        return str(node.value).strip()
    log.add(node, f"{what} must be text")
    return ""


def texts(node: yaml.Node | None, log: FaultLog, what: str) -> tuple[tuple[str, yaml.Node], ...]:
    """A list of texts with their nodes."""
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        log.add(node, f"{what} must be a list: [one, another]")
        return ()
    found = ((text(item, log, what), item) for item in node.value)
    return tuple((value, item) for value, item in found if value)


def one_of(node: yaml.Node | None, log: FaultLog, what: str, allowed: tuple[str, ...], default: str) -> str:
    """A text from a closed list."""
    if node is None:
        return default
    value = text(node, log, what)
    if value in allowed:
        return value
    log.add(node, f"{what} is {value!r}; it must be one of {', '.join(allowed)}")
    return default


def whole_number(node: yaml.Node | None, log: FaultLog, what: str, *, low: int, high: int) -> int | None:
    """A whole number in [low, high], or None."""
    if node is None:
        return None
    value = text(node, log, what)
    if value.isdecimal() and low <= int(value) <= high:
        return int(value)
    log.add(node, f"{what} is {value!r}; it must be a whole number from {low} to {high}")
    return None


def day(node: yaml.Node | None, log: FaultLog, what: str) -> date | None:
    """A date as 2026-05-04, or None."""
    if node is None:
        return None
    value = text(node, log, what)
    try:
        return date.fromisoformat(value)
    except ValueError:
        log.add(node, f"{what} {value!r} is not a date like 2026-05-04")
        return None
