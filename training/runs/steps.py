"""The steps of a training run. Each can be done again from its beginning without doing anything twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.code import CodeRef
from app.domain.gate import Calibrated, Compared, Cost, Gate, Verdict, judge
from app.domain.model import ModelRecord
from app.domain.people import COMMAND_LINE
from app.domain.training_run import RunStep, TrainingRun
from app.usecases.models.registry import Models
from app.usecases.models.shelf import Shelf
from app.usecases.records.unit_of_work import Work
from training import promote as promotion
from training.answers import Answer
from training.examples import TrainingExample
from training.found import priors_of
from training.progress import Step
from training.runs import comparison
from training.runs.bench import Bench
from training.runs.held_out import FROZEN, RECENT
from training.runs.material import Material

Outcome = Mapping[str, Any]
Say = Callable[[str], None]


class RunSteps:
    """Does the steps of runs on one site."""

    def __init__(self, bench: Bench, work: Work, shelf: Shelf, models: Models, *, keep_bundles: int, promote_better: bool) -> None:
        self._bench, self._work, self._shelf, self._models = bench, work, shelf, models
        self._keep, self._promote_better = keep_bundles, promote_better
        self._material: tuple[str, Material] | None = None

    def do(self, name: RunStep, run: TrainingRun, before: Mapping[RunStep, Outcome], step: Step, say: Say) -> Outcome:
        """One step after those `before`; what it left for others is small and plain. Raises what the domain raises, and OSError."""
        material = self._of(run)
        if name is RunStep.EXPORT:
            outcome = self._export(material, run, step, say)
        elif name is RunStep.SPLIT:
            outcome = self._split(material, say)
        elif name is RunStep.PREPARE:
            outcome = self._prepare(material, run, step)
        elif name is RunStep.FIT:
            outcome = self._fit(material, run, step, say)
        else:
            bundle = str(before[RunStep.FIT]["bundle"])
            if name is RunStep.EVALUATE:
                outcome = self._evaluate(material, run, bundle, step, say)
            elif name is RunStep.GATE:
                outcome = self._gate(material, run, bundle, step, say)
            else:
                outcome = self._register(material, run, bundle, say)
        return outcome

    def result(self, run: TrainingRun, before: Mapping[RunStep, Outcome]) -> tuple[str, dict[str, object]]:  # noqa: ARG002  of one shape with other kinds
        """The bundle that was made or compared, and what came out."""
        divided, gate, register = before[RunStep.SPLIT], before[RunStep.GATE], before[RunStep.REGISTER]
        return str(before[RunStep.FIT]["bundle"]), {
            "charts": {name: divided[name] for name in ("train", "frozen", "recent")},
            "trained_on": before[RunStep.PREPARE].get("trained_on", {}),
            "champion": gate.get("champion"),
            "verdict": gate.get("verdict"),
            "reasons": gate.get("reasons", []),
            "promoted": register["promoted"],
            "removed": register["removed"],
        }

    def forget(self, run: TrainingRun) -> None:
        """Remove what a run that has ended kept: it holds the notes of patients."""
        self._of(run).forget()
        self._material = None

    def _of(self, run: TrainingRun) -> Material:
        if self._material is None or self._material[0] != run.id:
            self._material = run.id, Material(self._bench, run)
        return self._material[1]

    def _export(self, material: Material, run: TrainingRun, step: Step, say: Say) -> Outcome:
        if run.compare:
            self._shelf.check(run.compare)
        documents, digest = material.export(step("Reading finalised encounters"))
        say(f"{documents:,} documents of finalised encounters")
        return {"documents": documents, "digest": digest}

    def _split(self, material: Material, say: Say) -> Outcome:
        s = material.split()
        say(f"{len(s.train):,} charts to train on, {len(s.frozen):,} frozen, {len(s.recent):,} newest held out")
        if s.changed or s.gone:
            say(f"of the frozen charts {s.changed:,} were decided anew and {s.gone:,} have no words any more")
        return {"train": len(s.train), "frozen": len(s.frozen), "recent": len(s.recent)}

    def _prepare(self, material: Material, run: TrainingRun, step: Step) -> Outcome:
        if run.compare:
            return {"documents": 0}
        examples, trained_on = material.training()
        self._bench.prepare(material.folder, examples, step)
        return {"documents": len(examples), "trained_on": trained_on}

    def _fit(self, material: Material, run: TrainingRun, step: Step, say: Say) -> Outcome:
        if run.compare:
            return {"bundle": run.compare}
        examples, trained_on = material.training()
        bundle = self._bench.build(material.folder, material.folder / "bundle", examples, trained_on, step).name
        say(f"bundle {bundle}")
        return {"bundle": bundle}

    def _evaluate(self, material: Material, run: TrainingRun, bundle: str, step: Step, say: Say) -> Outcome:
        champion = self._shelf.pointer().champion
        if champion is None or champion == bundle:
            say("no bundle serves yet" if champion is None else "the bundle that serves came out again: there is nothing to compare")
            return material.write("figures.json", {"champion": champion, "documents": 0, "compared": [], "calibration": [], "cost": None})
        unfit = self._models.unfit(champion)
        if unfit:
            say(f"{champion}, which was promoted last, can't be compared with and stands in nobody's way. {unfit}")
            return material.write("figures.json", {"champion": None, "documents": 0, "compared": [], "calibration": [], "cost": None})
        folders = [self._bench.models / champion, self._folder(material, run, bundle)]
        frozen, recent = material.held_out()
        after = max((t for t in (self._trained_until(champion), self._trained_until(bundle) if run.compare else None) if t is not None), default=None)
        # What either was trained on can't tell them apart.
        recent = [e for e in recent if after is None or e.time is None or e.time > after.replace(tzinfo=None)]
        documents = [*frozen, *recent]
        told = step("Coding the held-out charts")
        (theirs, slow), (ours, fast) = (self._coded(folder, documents, half, told) for half, folder in enumerate(folders))
        say(f"{len(documents):,} documents coded by {champion} and by {bundle}")
        seen = {} if run.compare else _counts(material.training()[0])
        told = step("Comparing")
        compared: list[Compared] = []
        calibration: list[Calibrated] = []
        sets = ((comparison.ALL, 0, len(documents)), (FROZEN, 0, len(frozen)), (RECENT, len(frozen), len(documents)))
        for number, (name, begin, end) in enumerate(sets):
            pair = theirs[begin:end], ours[begin:end]
            if pair[0]:
                compared += comparison.compared(name, *pair, chapter=self._bench.chapter, seen=seen, slices=name == comparison.ALL)
                calibration += comparison.calibrated(name, *pair)
            told((number + 1) / len(sets))
        figures = {
            "champion": champion,
            "documents": len(documents),
            "compared": [asdict(c) for c in compared],
            "calibration": [asdict(c) for c in calibration],
            "cost": asdict(comparison.cost((slow, folders[0]), (fast, folders[1]))) if documents else None,
        }
        material.write("figures.json", figures)
        return {"champion": champion, "documents": len(documents)}

    def _coded(self, folder: Path, documents: Sequence[TrainingExample], half: int, told: Callable[[float], None]) -> tuple[list[Answer], float]:
        if not documents:
            return [], 0.0
        return comparison.answers_of(self._bench.service(folder), documents, lambda share: told((half + share) / 2))

    def _gate(self, material: Material, run: TrainingRun, bundle: str, step: Step, say: Say) -> Outcome:
        figures = material.read("figures.json")
        if figures is None:
            self._evaluate(material, run, bundle, step, say)
            figures = material.read("figures.json") or {}
        champion = figures["champion"]
        if champion is None or champion == bundle:
            return {"gate": False}
        gate = judge(
            champion,
            bundle,
            [Compared(**c) for c in figures["compared"]],
            [Calibrated(**c) for c in figures["calibration"]],
            None if figures["cost"] is None else Cost(**figures["cost"]),
            documents=figures["documents"],
        )
        material.write("gate.json", {"gate": asdict(gate)})
        say(f"{gate.verdict.value.replace('_', ' ')}{': ' if gate.reasons else ''}{'; '.join(gate.reasons)}")
        return {"gate": True, "verdict": gate.verdict.value, "reasons": list(gate.reasons), "champion": champion}

    def _register(self, material: Material, run: TrainingRun, bundle: str, say: Say) -> Outcome:
        gate = self._judged(material, run, bundle, say)
        if not run.compare:
            promotion.bring(self._bench.models, self._folder(material, run, bundle))
        now = run.requested_at
        with self._work() as work:
            known = work.models.get(bundle)
            record = known or ModelRecord(bundle, now)
            if not run.compare and not record.run_id:
                record = replace(record, run_id=run.id, trained_until=_newest(material))
            work.models.put(replace(record, gate=gate if gate is not None else record.gate))
        removed = self._prune(bundle, say)
        promoted = False
        if self._promote_better and gate is not None and gate.verdict is Verdict.BETTER and self._shelf.pointer().champion == gate.champion:
            self._models.promote_by_policy(bundle, champion=gate.champion)
            say(f"{bundle} serves from now on: it is better than {gate.champion}")
            promoted = True
        return {"promoted": promoted, "removed": removed}

    def _judged(self, material: Material, run: TrainingRun, bundle: str, say: Say) -> Gate | None:
        kept = material.read("gate.json")
        if kept is None:
            self._gate(material, run, bundle, lambda _: lambda _: None, say)
            kept = material.read("gate.json")
        return None if kept is None else _gate_of(kept["gate"])

    def _prune(self, bundle: str, say: Say) -> list[str]:
        with self._work() as work:
            records = work.models.all()
        shadows = {r.bundle_id for r in records.values() if r.shadow_since is not None}
        removed = self._shelf.prune({bundle, *shadows}, newest=self._keep)
        for each in removed:
            say(f"removed bundle {each}: the policy keeps {self._keep} beside the champion and the one before it")
        if removed:
            with self._work() as work:
                for each in removed:
                    work.audit.add(AuditEntry(self._models.now(), Actor(COMMAND_LINE), Action.MODEL_REMOVED, each, {"by": bundle}))
        return removed

    def _folder(self, material: Material, run: TrainingRun, bundle: str) -> Path:
        if run.compare:
            self._shelf.check(bundle)
            return self._bench.models / bundle
        folder = material.folder / "bundle" / bundle
        return folder if (folder / "manifest.json").is_file() else self._bench.models / bundle

    def _trained_until(self, bundle: str) -> datetime | None:
        with self._work() as work:
            record = work.models.get(bundle)
        return None if record is None else record.trained_until


def _newest(material: Material) -> datetime | None:
    """When the newest chart that was trained on was finalised."""
    times = [e.time for e in material.training()[0] if e.decided is not None and e.time is not None]
    return max(times).replace(tzinfo=UTC) if times else None


def _counts(examples: Sequence[TrainingExample]) -> dict[CodeRef, int]:
    return {ref: round(math.expm1(value)) for ref, value in priors_of([e for e in examples if e.measures]).items()}


def _gate_of(raw: Mapping[str, Any]) -> Gate:
    return Gate(
        raw["champion"],
        raw["challenger"],
        Verdict(raw["verdict"]),
        tuple(raw["reasons"]),
        raw["documents"],
        tuple(Compared(**c) for c in raw["compared"]),
        tuple(Calibrated(**c) for c in raw["calibration"]),
        None if raw["cost"] is None else Cost(**raw["cost"]),
    )
