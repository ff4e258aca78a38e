from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.assertion import Presence, Temporality
from app.domain.errors import DataFaults
from app.domain.knowledge import ContextRule, CueDirection
from app.terminology.context_file import load_context, wordings

DATA = Path(__file__).parents[2] / "data"


def written(folder: Path, text: str) -> Path:
    path = folder / "context.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_choices_in_a_cue_become_wordings() -> None:
    assert wordings("no (sign|signs|) of (any|)") == ("no sign of any", "no sign of", "no signs of any", "no signs of", "no of any", "no of")
    assert wordings("(-)") == ("(-)",)


def test_a_group_becomes_a_rule_for_each_wording(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "en:\n  - says: absent\n    direction: forward\n    reach: 4\n    cues: [no (x|y)]\n"
        "  - direction: end\n    ends: [planned]\n    cues: [for]\n"
        "es:\n  - says: absent\n    direction: backward\n    closing: true\n    cues: [negativo]\n",
    )
    assert load_context(path) == (
        ContextRule("no x", CueDirection.FORWARD, Presence.ABSENT, 4),
        ContextRule("no y", CueDirection.FORWARD, Presence.ABSENT, 4),
        ContextRule("for", CueDirection.END, ends=frozenset({Temporality.PLANNED})),
        ContextRule("negativo", CueDirection.BACKWARD, Presence.ABSENT, closing=True, language="es"),
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("en: 5\n", 1, "must be a list of groups"),
        ("fr:\n  - direction: none\n    cues: [ne]\n", 1, "'fr' is not a language with cues"),
        ("en:\n  - says: absent\n    direction: forwards\n    cues: [no]\n", 3, "it must be one of forward"),
        ("en:\n  - says: negated\n    direction: forward\n    cues: [no]\n", 2, "it must be one of absent"),
        ("en:\n  - direction: forward\n    cues: [no]\n", 2, "need the field 'says'"),
        ("en:\n  - says: absent\n    direction: end\n    cues: [but]\n", 2, "do without the field 'says'"),
        ("en:\n  - says: absent\n    direction: forward\n    ends: [absent]\n    cues: [no]\n", 4, "only cues of the direction end"),
        ("en:\n  - direction: end\n    ends: [never]\n    cues: [but]\n", 3, "'never' must be one of"),
        ("en:\n  - says: absent\n    direction: forward\n    reach: 0\n    cues: [no]\n", 4, "whole number from 1"),
        ("en:\n  - says: absent\n    direction: forward\n    cues:\n      - No\n", 5, "lower case"),
        ("en:\n  - says: absent\n    direction: forward\n    cues:\n      - a|b\n", 5, "choices are written"),
        (
            "en:\n  - says: absent\n    direction: forward\n    cues: [no]\n  - direction: none\n    cues:\n      - no\n",
            7,
            "two meanings, first in line 4",
        ),
        ("en:\n  - direction: none\n    cue: [no]\n", 3, "unknown field 'cue'"),
    ],
)
def test_faults_are_named_by_file_and_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DataFaults) as caught:
        load_context(path)
    assert any(fault.file == str(path) and fault.line == line and message in fault.message for fault in caught.value.faults), caught.value.faults


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataFaults, match="missing"):
        load_context(tmp_path / "none.yaml")


def test_our_cues_are_without_fault() -> None:
    assert len(load_context(DATA / "context.yaml")) > 1000
