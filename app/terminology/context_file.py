"""The cues of assertion, from `data/context.yaml` (format: docs/data-files.md)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import yaml

from app.domain.assertion import Axis, Experiencer, Presence, Temporality
from app.domain.errors import DataFaults, Fault
from app.domain.knowledge import ContextRule, CueDirection
from app.terminology import yaml_lines as y

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
    seen: dict[tuple[str, str, bool], tuple[int, ContextRule]] = {}
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


def _group(node: yaml.Node, language: str, log: y.FaultLog, seen: dict[tuple[str, str, bool], tuple[int, ContextRule]]) -> list[ContextRule]:
    parts = y.fields(node, log, "a group", required=("direction", "cues"), optional=("says", "reach", "ends", "closing"))
    direction = CueDirection(y.one_of(parts.get("direction"), log, "direction", tuple(CueDirection), CueDirection.NONE))
    reaches = direction not in {CueDirection.END, CueDirection.NONE}
    says = y.one_of(parts.get("says"), log, "says", tuple(VALUES), "")
    if reaches and "says" not in parts:
        log.add(node, f"a group of the direction {direction} needs the field 'says'")
    if not reaches and "says" in parts:
        log.add(parts["says"], f"cues of the direction {direction} say nothing: leave 'says' out")
    if direction is not CueDirection.END and "ends" in parts:
        log.add(parts["ends"], "only cues of the direction end have the field 'ends'")
    ends: set[Axis] = set()
    for name, place in y.texts(parts.get("ends"), log, "ends"):
        if name in VALUES:
            ends.add(VALUES[name])
        else:
            log.add(place, f"ends: {name!r} must be one of {', '.join(VALUES)}")
    reach = y.whole_number(parts.get("reach"), log, "reach", low=1, high=_LONGEST_REACH)
    closing = y.one_of(parts.get("closing"), log, "closing", ("true", "false"), "false") == "true"
    rules: list[ContextRule] = []
    for cue, place in y.texts(parts.get("cues"), log, "cues"):
        for wording in wordings(cue):
            line = place.start_mark.line + 1
            rule = ContextRule(wording, direction, VALUES.get(says), reach, frozenset(ends), closing, language)
            # A cue may say one thing at the end of a statement ("cough: denied") and another before words ("denied cough").
            first, other = seen.setdefault((language, wording, closing), (line, rule))
            if not wording or "|" in wording:
                log.add(place, f"cue {cue!r}: choices are written (one|another)")
            elif wording != wording.lower():
                log.add(place, f"cue {wording!r} must be in lower case")
            elif other != rule:
                log.add(place, f"cue {wording!r} stands twice with two meanings, first in line {first}")
            elif other is rule:
                rules.append(rule)
    return rules
