"""The cues of assertion, from `data/context.yaml` (format: docs/data-files.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import yaml

from app.domain.assertion import Axis, Experiencer, Presence, Temporality
from app.domain.errors import DataFaults, Fault
from app.domain.knowledge import ContextRule, CueDirection
from app.terminology import yaml_lines as y

FILE = "context.yaml"
LANGUAGES = ("en", "es")
VALUES: dict[str, Axis] = {
    axis.value: axis
    for axis in (
        Presence.ABSENT,
        Presence.POSSIBLE,
        Presence.CONDITIONAL,
        Temporality.HISTORICAL,
        Temporality.HYPOTHETICAL,
        Temporality.PLANNED,
        Experiencer.OTHER,
    )
}
_LONGEST_REACH = 60
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def wordings(cue: str) -> tuple[str, ...]:
    """Every wording of a cue with choices: "no (sign|signs|) of" has three."""
    pieces = _CHOICE.split(cue)
    slots = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return tuple(dict.fromkeys(" ".join("".join(choice).split()) for choice in product(*slots)))


def load_context(path: Path) -> tuple[ContextRule, ...]:
    """The rules of a file, one for each wording of a cue. Raises DataFaults with every fault of the file."""
    log = y.FaultLog(str(path))
    if not path.is_file():
        raise DataFaults([Fault(str(path), 1, "the file is missing")])
    rules: list[ContextRule] = []
    seen: Seen = {}
    for document in y.documents(path, log):
        for language, key, groups in y.pairs(document, log, "the file"):
            if language not in LANGUAGES:
                log.add(key, f"{language!r} is not a language with cues; choose from {', '.join(LANGUAGES)}")
            elif not isinstance(groups, yaml.SequenceNode):
                log.add(groups, f"{language} must be a list of groups of cues")
            else:
                for group in groups.value:
                    rules += _group(group, language, log, seen)
    if log.faults:
        raise DataFaults(log.faults)
    return tuple(rules)


Seen = dict[tuple[str, str, bool], tuple[int, ContextRule]]
"""By language, cue and `closing`: the line where a cue stood first, and its rule."""


def _group(node: yaml.Node, language: str, log: y.FaultLog, seen: Seen) -> list[ContextRule]:
    parts = y.fields(node, log, "a group", required=("direction", "cues"), optional=("says", "reach", "ends", "closing"))
    direction = CueDirection(y.one_of(parts.get("direction"), log, "direction", tuple(CueDirection), CueDirection.NONE))
    says = y.one_of(parts.get("says"), log, "says", tuple(VALUES), "")
    reaches = direction not in {CueDirection.END, CueDirection.NONE}
    if reaches != ("says" in parts):
        log.add(node, f"cues of the direction {direction} {'need' if reaches else 'do without'} the field 'says'")
    if direction is not CueDirection.END and "ends" in parts:
        log.add(parts["ends"], "only cues of the direction end have the field 'ends'")
    rule = ContextRule(
        "",
        direction,
        VALUES.get(says),
        y.whole_number(parts.get("reach"), log, "reach", low=1, high=_LONGEST_REACH),
        _values(parts.get("ends"), log),
        y.one_of(parts.get("closing"), log, "closing", ("true", "false"), "false") == "true",
        language,
    )
    return [found for cue, place in y.texts(parts.get("cues"), log, "cues") for found in _rules(cue, place, rule, log, seen)]


def _values(node: yaml.Node | None, log: y.FaultLog) -> frozenset[Axis]:
    names = y.texts(node, log, "ends")
    for name, place in names:
        if name not in VALUES:
            log.add(place, f"ends: {name!r} must be one of {', '.join(VALUES)}")
    return frozenset(VALUES[name] for name, _ in names if name in VALUES)


def _rules(cue: str, place: yaml.Node, group: ContextRule, log: y.FaultLog, seen: Seen) -> Iterator[ContextRule]:
    for wording in wordings(cue):
        rule = replace(group, cue=wording)
        # A cue may say one thing at the end of a statement ("cough: denied") and another before words ("denied cough").
        first, other = seen.setdefault((group.language, wording, group.closing), (place.start_mark.line + 1, rule))
        if not wording or "|" in wording:
            log.add(place, f"cue {cue!r}: choices are written (one|another)")
        elif wording != wording.lower():
            log.add(place, f"cue {wording!r} must be in lower case")
        elif other != rule:
            log.add(place, f"cue {wording!r} stands twice with two meanings, first in line {first}")
        elif other is rule:
            yield rule
