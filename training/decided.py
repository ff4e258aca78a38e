"""The decided encounters of the service's own database, as examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from app import storage
from app.settings import Settings
from training.examples import TrainingExample
from training.faults import Faults, OnFault
from training.sources import decided as source


def decided_examples(
    settings: Settings,
    faults: Faults,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    told: Callable[[float], None],
    on_fault: OnFault = OnFault.SKIP,
) -> Iterator[TrainingExample]:
    """What was finalised in [since, until), the latest first. Raises DatabaseRefused, and DataFaults at the end where faults are to stop."""
    export = storage.export_decided(settings)
    for number, example in enumerate(source.read(export(since=since, until=until), faults)):
        yield example
        told(1 - 1 / (number + 2))
    for reason, count in export.left_out.items():
        faults.left_out[reason.value] += count
    told(1.0)
    faults.settle(on_fault)
