"""Writes data files for a test and reads back the faults that a loader finds in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.errors import DataFaults

GOOD = {
    "phrasebook/a.yaml": "specialty: a\ncodes:\n  I10: {phrases: [hypertension, htn], support: [lisinopril], refine: {with chf: I11.0}}\n",
    "procedures/a.yaml": (
        "area: a\nprocedures:\n"
        '  "20610": {description: knee injection, phrases: [injection of the knee], laterality: side, modifiers: [RT], units: 2}\n'
    ),
    "abbreviations/a.yaml": "HTN: hypertension\nMS:\n  - {expansion: multiple sclerosis, context: [lesion]}\n  - {expansion: mitral stenosis}\n",
    "sections.yaml": "plan: [plan, assessment and plan]\n",
    "lexicon.yaml": "kidney: [kidney, renal]\n",
    "place-words.yaml": "trunk: [kidney, hip]\n",
    "deciding-words.yaml": "person: [family]\n",
}


def write_data(folder: Path, files: dict[str, str]) -> Path:
    """The good files with those of `files` in place of them."""
    for name, content in (GOOD | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def faults_of(folder: Path, load: Callable[[], object]) -> list[str]:
    """`file:line: message` of each fault, the file without the folder."""
    with pytest.raises(DataFaults) as caught:
        load()
    assert list(caught.value.faults) == sorted(caught.value.faults)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]
