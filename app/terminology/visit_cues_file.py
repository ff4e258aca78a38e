"""The cues of visits and of their level, from `data/evaluation-management.yaml` (format: docs/evaluation-management.md)."""

from __future__ import annotations

from pathlib import Path

import yaml

from app.domain.em.cues import GROUPS, VisitCues
from app.domain.errors import DataFaults, Fault
from app.terminology import yaml_lines as y
from app.terminology.context_file import wordings

FILE = "evaluation-management.yaml"


def load_visit_cues(path: Path) -> VisitCues:
    """The cues of a file. Raises DataFaults with every fault of it."""
    log = y.FaultLog(str(path))
    if not path.is_file():
        raise DataFaults([Fault(str(path), 1, "the file is missing")])
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    documents = y.documents(path, log)
    for document in documents:
        for group, node in y.fields(document, log, "the file", required=tuple(GROUPS)).items():
            found[group] = _group(group, node, log)
    if log.faults:
        raise DataFaults(log.faults)
    if not documents:
        raise DataFaults([Fault(str(path), 1, f"the file is empty; its fields are {', '.join(GROUPS)}")])
    return VisitCues(found)


def _group(group: str, node: yaml.Node, log: y.FaultLog) -> dict[str, tuple[str, ...]]:
    names = GROUPS[group]
    lists = y.fields(node, log, group, required=names) if names is not None else {name: value for name, _, value in y.pairs(node, log, group)}
    seen: dict[str, tuple[str, int]] = {}
    return {name: tuple(w for cue, place in y.texts(value, log, name) for w in _once(name, cue, place, log, seen)) for name, value in lists.items()}


def _once(name: str, cue: str, place: yaml.Node, log: y.FaultLog, seen: dict[str, tuple[str, int]]) -> list[str]:
    """The wordings of a cue; a wording has one name in a group."""
    kept: list[str] = []
    for wording in wordings(cue):
        owner, line = seen.setdefault(wording, (name, place.start_mark.line + 1))
        if not wording or "|" in wording:
            log.add(place, f"cue {cue!r}: choices are written (one|another)")
        elif wording != wording.lower():
            log.add(place, f"cue {wording!r} must be in lower case")
        elif owner != name:
            log.add(place, f"cue {wording!r} is {name} here and {owner} in line {line}: keep it in one")
        else:
            kept.append(wording)
    return kept
