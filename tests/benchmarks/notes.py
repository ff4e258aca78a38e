"""Notes of a given size, made of our own charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from app.domain.encounter import Encounter
from app.domain.knowledge import Chart
from app.domain.note import ClinicalNote
from app.terminology.chart_files import load_charts
from app.usecases.suggest_codes import SuggestionRequest


@dataclass(frozen=True, slots=True)
class Sample:
    """A note with the encounter of the chart it begins with; without a date, which the loaded release might not cover."""

    text: str
    encounter: Encounter

    @property
    def request(self) -> SuggestionRequest:
        return SuggestionRequest(ClinicalNote(self.text), self.encounter)


def charts(data_dir: Path) -> tuple[Chart, ...]:
    """Our charts; their labels don't matter here."""
    return load_charts(data_dir / "charts", lambda _: True)


def notes_of_tokens(found: Sequence[Chart], tokenizer: Callable[[str], Any], *, tokens: int, count: int) -> list[Sample]:
    """`count` notes of `tokens` tokens each: long charts are cut, short ones joined; begins anew when the charts run out."""

    def samples() -> Iterator[Sample]:
        text, encounter = "", Encounter()
        for chart in cycle(found):
            encounter = encounter if text else Encounter(chart.encounter.setting, chart.encounter.sex, chart.encounter.age)
            text = f"{text}\n\n{chart.text}".lstrip()
            doc = tokenizer(text)
            if len(doc) >= tokens:
                yield Sample(text[: doc[tokens - 1].idx + len(doc[tokens - 1])], encounter)
                text = ""

    return list(islice(samples(), count))


def note_of_characters(found: Sequence[Chart], characters: int, *, begin: int = 0) -> Sample:
    """One long note from `begin` on in all charts one after the other, again and again."""
    everything = "\n\n".join(chart.text for chart in found)
    repeated = everything * (1 + (begin + characters) // len(everything))
    return Sample(repeated[begin : begin + characters], Encounter())
