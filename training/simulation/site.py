"""The history of a simulated site: charts are coded, a bundle is trained when so many are finalised, and serves from then on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.domain.code import CodeRef
from app.domain.priority import in_random_slice, worth_of_review
from app.domain.suggestion import CodingDraft
from app.usecases.suggest_codes import SuggestCodes
from training.certificates.slices import Aim
from training.example_lines import line
from training.examples import TrainingExample, parse
from training.figures import Figures
from training.learning_curve import in_order
from training.progress import Step
from training.simulation import held_out
from training.simulation.coder import Edit, decide


class Worklist(StrEnum):
    """Which chart is coded next: the one that came first, or the one whose review is worth most (app/domain/priority.py)."""

    ARRIVAL = "arrival"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Plan:
    """`retrain`: numbers of finalised charts at which a bundle is trained, ascending. `error`: of the coder, in [0, 1)."""

    retrain: tuple[int, ...]
    error: float = 0.0
    seed: int = 1
    foundation: bool = False
    aim: Aim = field(default_factory=Aim)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a site has: how a bundle serves, how one is fitted on documents, and the bundle that it begins with."""

    service: Callable[[Path], SuggestCodes]
    fit: Callable[[Sequence[TrainingExample], Step], Path]
    bundle: Path


def simulate(
    examples: Sequence[TrainingExample], measured: Sequence[TrainingExample], plan: Plan, stage: Stage, kept: Path, *, step: Step
) -> Figures:
    """The history once with each worklist, and the fit on the labels themselves, all measured on `measured`.

    Charts arrive by time where every document has one, else in an order drawn from the seed. What was finished is kept in the
    folder `kept`, so that a run that was killed goes on with the round it was in. Raises DataFaults.
    """
    arrived = arrivals(examples, plan.seed)
    histories = {w.value: _History(w, arrived, measured, plan, stage, kept).run(step) for w in Worklist}
    return {
        "charts": len(arrived),
        "documents": len(measured),
        "plan": {"retrain": list(plan.retrain), "error": plan.error, "seed": plan.seed, "foundation": plan.foundation},
        "histories": histories,
        "on the labels": _on_labels(arrived[: plan.retrain[-1]], measured, plan, stage, kept, step),
    }


def arrivals(examples: Sequence[TrainingExample], seed: int) -> list[TrainingExample]:
    """The documents as they arrive."""
    if all(e.time is not None for e in examples):
        return sorted(examples, key=lambda e: (str(e.time), e.id))
    return in_order(examples, seed)


def _on_labels(examples: Sequence[TrainingExample], measured: Sequence[TrainingExample], plan: Plan, stage: Stage, kept: Path, step: Step) -> Figures:
    """What a fit on as many documents with their labels gives: what decisions without an error would teach, but for their words."""
    done = kept / "labels.json"
    if not done.is_file():
        bundle = stage.fit(examples, lambda name: step(f"On the labels: {name}"))
        _write(done, held_out.measure(stage.service(bundle), measured, plan.aim, step("On the labels: measuring")))
    found: Figures = json.loads(done.read_text(encoding="utf-8"))
    return found


class _History:
    """One history; each round is written to `kept` when it is finished."""

    def __init__(
        self, worklist: Worklist, arrived: Sequence[TrainingExample], measured: Sequence[TrainingExample], plan: Plan, stage: Stage, kept: Path
    ) -> None:
        self._worklist, self._measured, self._plan, self._stage, self._kept = worklist, measured, plan, stage, kept
        self._waiting = list(arrived)
        self._decided: list[TrainingExample] = []

    def run(self, step: Step) -> list[Figures]:
        """One row a bundle that served: figures on held-out documents, and what coders changed while it served."""
        rows: list[Figures] = []
        bundle = self._stage.bundle
        for number, stop in enumerate((*self._plan.retrain, None)):
            done = self._kept / f"{self._worklist}-{number}.json"
            if not done.is_file():
                _write(done, self._round(bundle, stop, step))
            row = json.loads(done.read_text(encoding="utf-8"))
            batch = [parse(text) for text in row.pop("decided")]
            names = {e.id for e in batch}
            self._waiting = [e for e in self._waiting if e.id not in names]
            self._decided += batch
            rows.append(row)
            if row["next"]:
                bundle = Path(row["next"])
        return [{name: value for name, value in row.items() if name != "next"} for row in rows]

    def _round(self, bundle: Path, stop: int | None, step: Step) -> Figures:
        name = f"{self._worklist}, {len(self._decided):,} charts"
        service = self._stage.service(bundle)
        figures = held_out.measure(service, self._measured, self._plan.aim, step(f"{name}: measuring"))
        row: Figures = {"finalized": len(self._decided), **figures, "while serving": None, "decided": [], "next": ""}
        if stop is None:
            return row
        decided, edits = self._code(service, stop - len(self._decided), step(f"{name}: coding"))
        built = self._stage.fit([*self._decided, *decided], lambda part: step(f"{name}: {part}"))
        while_serving = {"charts": len(decided), **held_out.edits_per_chart(edits)}
        return {**row, "while serving": while_serving, "decided": [line(e) for e in decided], "next": str(built)}

    def _code(self, service: SuggestCodes, count: int, told: Callable[[float], None]) -> tuple[list[TrainingExample], list[list[Edit]]]:
        """The next charts of the worklist, coded."""
        seen = Counter(ref for e in self._decided for ref in e.labels)
        of_value = self._worklist is Worklist.VALUE
        looked_at = self._waiting if of_value else self._waiting[:count]
        drafts: list[tuple[float, int, CodingDraft]] = []
        for place, example in enumerate(looked_at):
            draft = held_out.drafted(service, example)
            drafts.append((-_value(draft, example, seen) if of_value else 0.0, place, draft))
            told((place + 1) / len(looked_at))
        drafts.sort(key=lambda row: row[:2])
        plan = self._plan
        done = [decide(draft, looked_at[place], error=plan.error, seed=plan.seed) for _, place, draft in drafts[:count]]
        return [example for example, _ in done], [edits for _, edits in done]


def _value(draft: CodingDraft, example: TrainingExample, seen: Mapping[CodeRef, int]) -> float:
    return worth_of_review([draft], seen, random_slice=in_random_slice(example.id)).value


def _write(path: Path, row: Figures) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(row), encoding="utf-8")
    partial.replace(path)
