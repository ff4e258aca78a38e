"""Documents to measure on that training has seen: of the same patient, or with nearly the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.domain.errors import DataFaults, Fault
from training.examples import TrainingExample, read_jsonl
from training.faults import Faults, OnFault, OnLeak
from training.figures import Figures
from training.near_duplicates import TextIndex

_SHOWN = 200


class Leak(NamedTuple):
    """A document to measure on, the training document behind it, and how: "same patient" or "nearly the same text" with its share."""

    document: str
    trained: str
    kind: str
    share: float


def checked(
    paths: Sequence[Path], measured: Sequence[TrainingExample], on_leak: OnLeak, told: Callable[[float], None]
) -> tuple[list[TrainingExample], Figures]:
    """The documents to measure on, and the figures of the check. `paths`: files of training documents, read one document at a time.

    Raises DataFaults for bad lines, and as `kept` does.
    """
    faults = Faults()
    trained = (example for path in paths for example in read_jsonl(path, faults))
    found, count = leaks(trained, measured, told)
    faults.settle(OnFault.STOP)
    return kept(measured, found, on_leak), figures(found, count, on_leak)


def leaks(trained: Iterable[TrainingExample], measured: Sequence[TrainingExample], told: Callable[[float], None]) -> tuple[list[Leak], int]:
    """One leak a document at most, in the order of `measured`, and the number of training documents, which are not kept."""
    index, patients, count = TextIndex(), dict[str, str](), 0
    for number, example in enumerate(trained):
        count += 1
        # Two files may name different documents alike.
        index.add(f"{number}:{example.id}", example.note.text)
        patients.setdefault(example.group, example.id)
    found = []
    for number, example in enumerate(measured, 1):
        similar = index.similar(example.note.text)
        if similar:
            found.append(Leak(example.id, similar[0].name.partition(":")[2], "nearly the same text", similar[0].share))
        elif example.group != example.id and example.group in patients:
            found.append(Leak(example.id, patients[example.group], "same patient", 1.0))
        told(number / len(measured))
    return found, count


def kept(measured: Sequence[TrainingExample], found: Sequence[Leak], on_leak: OnLeak) -> list[TrainingExample]:
    """The documents to measure on. Raises DataFaults where there are leaks and they are refused, or none is left."""
    if on_leak is OnLeak.REPORT or not found:
        return list(measured)
    if on_leak is OnLeak.REFUSE:
        faults = [Fault("examples", 0, f"{leak.document!r} is in training as {leak.trained!r}: {leak.kind} ({leak.share:.2f})") for leak in found]
        what = f"training has seen {len(found):,} of these documents, and figures on them would flatter: --leaks leave-out or report, or split anew"
        raise DataFaults([Fault("examples", 0, what), *faults])
    leaked = {leak.document for leak in found}
    rest = [example for example in measured if example.id not in leaked]
    if not rest:
        raise DataFaults([Fault("examples", 0, "training has seen every document: nothing is left to measure on")])
    return rest


def figures(found: Sequence[Leak], trained: int, on_leak: OnLeak) -> Figures:
    """For the report: the number of training documents compared with, of leaks, what was done about them, and the first pairs."""
    return {
        "training_documents": trained,
        "documents": len(found),
        "done": on_leak.value,
        "pairs": [leak._asdict() for leak in found[:_SHOWN]],
    }
