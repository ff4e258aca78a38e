"""The paired comparison of two bundles on the same charts, as the gate is given it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Setting, Sex
from app.domain.gate import FEWEST_CHARTS, Calibrated, Compared, Cost
from training import bootstrap, figures
from training.answers import Answer, answer_all
from training.evaluate import systems_of
from training.examples import TrainingExample
from training.outcomes import outcome
from training.runs.bench import Service

ALL = "all"
_AGES = ((0, 17), (18, 39), (40, 64), (65, 150))
_BANDS = ((0, 0), (1, 2), (3, 9), (10, 49), (50, 10**9))
_WARM_UP = 2
Keep = tuple[Callable[[TrainingExample], bool], Callable[[CodeRef], bool]]


def answers_of(service: Service, examples: Sequence[TrainingExample], told: Callable[[float], None]) -> tuple[list[Answer], float]:
    """What a bundle says of the documents, and the processor time that it took, in milliseconds a note."""
    # The first notes pay for what is loaded on first use.
    answer_all(service, examples[:_WARM_UP], lambda _: None)
    begun = time.thread_time()
    answers = answer_all(service, examples, told)
    return answers, (time.thread_time() - begun) * 1000 / max(len(examples), 1)


def compared(
    charts: str,
    champion: Sequence[Answer],
    challenger: Sequence[Answer],
    *,
    chapter: Callable[[CodeRef], str],
    seen: Mapping[CodeRef, int],
    slices: bool,
) -> list[Compared]:
    """Every code system on a set of charts, and with `slices` each slice that has charts enough to be judged.

    `seen`: code → documents of the site that the challenger was trained on.
    """
    found = []
    for system in systems_of(challenger):
        found.append(_pair(charts, system, "", "", champion, challenger))
        if slices:
            for name, value, (of_document, of_code) in _slices(system, challenger, chapter, seen):
                ours, theirs = _only(challenger, of_document, of_code), _only(champion, of_document, of_code)
                if sum(any(ref.system is system for ref in a.example.labels) for a in ours) >= FEWEST_CHARTS:
                    found.append(_pair(charts, system, name, value, theirs, ours))
    return found


def calibrated(charts: str, champion: Sequence[Answer], challenger: Sequence[Answer]) -> list[Calibrated]:
    """The expected calibration error of both by code system."""
    found = []
    for system in systems_of(challenger):
        ours, theirs = (figures.calibration(outcome(answers, system))["ece"] for answers in (challenger, champion))
        found.append(Calibrated(charts, system.value, _labelled(challenger, system), theirs, ours))
    return found


def cost(champion: tuple[float, Path], challenger: tuple[float, Path]) -> Cost:
    """Milliseconds a note, and bytes of the folder, of both."""
    return Cost(champion[0], challenger[0], _bytes(champion[1]), _bytes(challenger[1]))


def _pair(charts: str, system: CodeSystem, name: str, value: str, champion: Sequence[Answer], challenger: Sequence[Answer]) -> Compared:
    ours, theirs = outcome(challenger, system), outcome(champion, system)
    difference, _ = bootstrap.differences(bootstrap.sums(ours), bootstrap.sums(theirs))
    f1 = [figures.at_threshold(each)["f1"] for each in (theirs, ours)]
    return Compared(charts, system.value, name, value, _labelled(challenger, system), int(ours.wanted.sum()), f1[0], f1[1], *map(float, difference))


def _slices(
    system: CodeSystem, answers: Sequence[Answer], chapter: Callable[[CodeRef], str], seen: Mapping[CodeRef, int]
) -> Iterator[tuple[str, str, Keep]]:
    for setting in Setting:
        yield "setting", setting.value, (lambda e, s=setting: e.encounter.setting is s, _any_code)  # type: ignore[misc]
    for sex in (Sex.FEMALE, Sex.MALE):
        yield "sex", sex.value, (lambda e, s=sex: e.encounter.sex is s, _any_code)  # type: ignore[misc]
    for low, high in _AGES:
        name = f"{low}-{high}" if high < 150 else f"{low} and over"
        yield "age", name, (lambda e, a=low, b=high: e.encounter.age is not None and a <= e.encounter.age <= b, _any_code)  # type: ignore[misc]
    for low, high in _BANDS:
        name = "never seen" if not high else f"seen {low}-{high}" if high < 10**9 else f"seen {low} or more"
        yield "frequency", name, (_any_document, lambda r, a=low, b=high: a <= seen.get(r, 0) <= b)  # type: ignore[misc]
    chapters = {chapter(ref) for a in answers for ref in a.example.labels if ref.system is system}
    for each in sorted(chapters - {""}):
        yield "chapter", each, (_any_document, lambda r, c=each: chapter(r) == c)  # type: ignore[misc]


def _only(answers: Sequence[Answer], of_document: Callable[[TrainingExample], bool], of_code: Callable[[CodeRef], bool]) -> list[Answer]:
    """The answers as if there were only these documents and codes."""
    return [
        replace(
            a,
            example=replace(a.example, labels={ref: pieces for ref, pieces in a.example.labels.items() if of_code(ref)}),
            said=tuple(s for s in a.said if of_code(s.ref)),
        )
        for a in answers
        if of_document(a.example)
    ]


def _labelled(answers: Sequence[Answer], system: CodeSystem) -> int:
    return sum(any(ref.system is system for ref in a.example.labels) for a in answers)


def _any_document(_: TrainingExample) -> bool:
    return True


def _any_code(_: CodeRef) -> bool:
    return True


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
