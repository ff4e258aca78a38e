"""What a fit is made on: files, the site's own decided encounters, and beside them the material of the default bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app import assembly
from app.domain.errors import DataFaults, Fault
from app.settings import Settings
from training import reading, setup
from training.decided import decided_examples
from training.examples import TrainingExample
from training.faults import Faults, OnFault
from training.progress import Step

DECIDED = "decided encounters"
# The foundation counts as much as so many documents of the site do: it carries the first charts and fades behind the next.
FOUNDATION_WORTH = 50


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents, and how many came from where."""

    examples: Sequence[TrainingExample]
    trained_on: Mapping[str, int]


def corpus(
    settings: Settings,
    terms: assembly.Terms,
    files: Mapping[str, Sequence[TrainingExample]],
    *,
    decided: bool,
    foundation: bool,
    on_fault: OnFault,
    step: Step,
) -> Corpus:
    """The documents of `files` (name → documents) with what else is asked for. Raises DataFaults and DatabaseRefused."""
    examples = [example for part in files.values() for example in part]
    trained_on = {name: len(part) for name, part in files.items()}
    if decided:
        faults = Faults()
        found = list(decided_examples(settings, faults, told=step("Reading finalised encounters"), on_fault=on_fault))
        reading.tell(faults)
        if not found:
            raise DataFaults([Fault(DECIDED, 0, "no encounter is finalised that still has its notes")])
        examples += found
        trained_on[DECIDED] = len(found)
    if foundation:
        own, counts = foundation_examples(settings, terms, beside=len(examples))
        examples = own + examples
        trained_on = {**counts, **trained_on}
    return Corpus(examples, trained_on)


def foundation_examples(settings: Settings, terms: assembly.Terms, *, beside: int) -> tuple[list[TrainingExample], dict[str, int]]:
    """The default bundle's own material as a foundation `beside` so many documents; with the number of each. Raises DataFaults."""
    examples, counts = setup.default_examples(settings, terms, setup.load())
    weight = FOUNDATION_WORTH / (FOUNDATION_WORTH + beside)
    return [replace(example, foundation=True, weight=weight) for example in examples], counts
