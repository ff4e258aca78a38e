"""Encounters that coders of the service finalised."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC

from app.domain.code import CodeRef
from app.domain.feedback import DecidedChart, DecidedCode, LabelOrigin
from app.domain.note import ClinicalNote, TextSpan
from training.code_shapes import as_billed
from training.decisions import Decided
from training.examples import TrainingExample
from training.faults import Faults

AUDITED_WEIGHT = 2.0
"""Two people agreed on an audited chart, or the better trained one decided."""
_TWICE = "charts with the notes of another that was finalised later"


def read(charts: Iterable[DecidedChart], faults: Faults) -> Iterator[TrainingExample]:
    """An example for each chart. Of charts with the same notes and encounter the first counts: give the latest first.

    Charts of one patient are one group; where nobody said of whom, those of one encounter of the sending system. A code that no system
    knows the shape of is a fault and costs its chart.
    """
    seen: set[bytes] = set()
    for number, chart in enumerate(charts, 1):
        e = chart.encounter
        name = "\x00".join((chart.text, e.setting, e.sex, str(e.age), str(e.service_date)))
        digest = hashlib.sha256(name.encode()).digest()
        if digest in seen:
            faults.left_out[_TWICE] += 1
            continue
        try:
            example = example_of(chart)
        except ValueError as error:
            faults.add("decided encounters", number, str(error))
            continue
        seen.add(digest)
        yield example


def example_of(chart: DecidedChart) -> TrainingExample:
    """The chart as an example. Raises ValueError for a code that looks like none of its system."""
    labels: dict[CodeRef, tuple[tuple[TextSpan, ...], ...]] = {}
    origins: dict[CodeRef, LabelOrigin] = {}
    for code in chart.codes:
        ref = as_billed(code.ref.system, code.ref.code)
        labels[ref], origins[ref] = _pieces(code), code.origin
    return TrainingExample(
        chart.chart_id,
        chart.person,
        ClinicalNote(chart.text),
        chart.encounter,
        labels,
        time=chart.at.astimezone(UTC).replace(tzinfo=None),
        weight=AUDITED_WEIGHT if chart.audited else 1.0,
        origins=origins,
        rejected={ref: rejection for ref, rejection in chart.rejected.items() if ref not in labels},
        decided=Decided(chart.chart_id, chart.version, chart.by, chart.audited, chart.bundles),
    )


def _pieces(code: DecidedCode) -> tuple[tuple[TextSpan, ...], ...]:
    return tuple((span,) for span in code.words)
