"""The coding rules on the codes of a chart, whoever chose them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.chart import ChartNote
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter
from app.domain.finding import Finding
from app.domain.note import ClinicalNote
from app.usecases.charts.finalize import ClaimChecker
from app.usecases.validate_codes import ChosenCode, Validation, ValidationRequest

# The form of the claim says this already.
_SAID = ("in-force",)


class ClaimRules:
    """What the form of a claim lacks, then what the coding rules find, then which of them had nothing to look at.

    The notes of a chart are read as one. Where there are several, findings come without the words they went by: places in
    the joined text are no places in a note.
    """

    def __init__(self, form: ClaimChecker, validate: Callable[[ValidationRequest], Validation]) -> None:
        self._form, self._validate = form, validate

    def check(self, encounter: Encounter, notes: Sequence[ChartNote], lines: Sequence[ChartLine]) -> tuple[Finding, ...]:
        """Findings on the codes to bill, in claim order."""
        formal = self._form.check(encounter, notes, lines)
        codes = tuple(ChosenCode(line.ref, line.modifiers, line.units) for line in lines)
        if not codes:
            return formal
        texts = [note.text for note in notes if note.text and note.text.strip()]
        note = ClinicalNote("\n\n".join(texts)) if texts else None
        found = [f for f in self._validate(ValidationRequest(codes, encounter, note)).findings if f.rule not in _SAID]
        return (*formal, *(found if len(texts) == 1 else (replace(f, evidence=()) for f in found)))
