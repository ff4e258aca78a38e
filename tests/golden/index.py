"""Writes docs/teaching-charts.md: what each chart teaches. Run as `python -m tests.golden.index`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.golden.charts import GoldenChart, load

PAGE = Path(__file__).parents[2] / "docs" / "teaching-charts.md"
_HEAD = """# Teaching charts

Notes that we invented, each with the codes that someone proposes, what the rules find in them, and the claim that a coder would send.
They stand in `data/rules/charts`, are meant to be read, and are the golden test of the rules (`tests/golden`). What is expected was told
from the ICD-10-CM Official Guidelines, the tabular list and coding practice. `claim` lists the diagnoses in claim order; without it a
person has to decide first. No real patient is in them.
"""


def written(charts: Sequence[GoldenChart]) -> str:
    """The page."""
    parts = [_HEAD]
    for topic, group in groupby(charts, key=lambda chart: chart.topic):
        parts.append(f"\n## [{topic.replace('-', ' ').capitalize()}](../data/rules/charts/{topic}.yaml)\n\n")
        parts.append("| chart | it teaches | rules that speak |\n|---|---|---|\n")
        parts += [f"| `{chart.id}` | {chart.teaches} | {_speaking(chart)} |\n" for chart in group]
    return "".join(parts)


def _speaking(chart: GoldenChart) -> str:
    return ", ".join(sorted({f"`{rule}`" for rule, _ in chart.findings})) or "none"


if __name__ == "__main__":
    PAGE.write_text(written(load()), encoding="utf-8")
