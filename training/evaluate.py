"""Measures a bundle on labelled documents, through the same code that serves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app import assembly
from app.classifier import bundle_io
from app.domain.bundle import BundleManifest
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import DataFaults, Fault
from app.settings import Settings
from training import agreement, bootstrap, figures, mistakes
from training.answers import Answer, answer_all
from training.examples import TrainingExample
from training.figures import Figures
from training.outcomes import label_counts, outcome
from training.progress import Step

SCHEMA = 1


def evaluate(
    settings: Settings, terms: assembly.Terms, bundle: Path, examples: Sequence[TrainingExample], *, against: Path | None = None, step: Step
) -> Figures:
    """The figures as plain values (see docs/evaluation.md), for every code system that has a label in the examples.

    `against` is a second bundle, compared with the first on the same documents. Raises BundleRefused, and DataFaults
    when no document has a label.
    """
    if not any(e.labels for e in examples):
        raise DataFaults([Fault("examples", 0, "no document has a code: there is nothing to measure against")])
    manifest, answers = _answers(settings, terms, bundle, examples, step("Coding the documents"))
    trained = {ref: round(math.expm1(value)) for ref, value in bundle_io.read_parts(bundle).priors.items()}
    result = measure(answers, manifest, trained=trained, terms=terms)
    if against is not None:
        other, theirs = _answers(settings, terms, against, examples, step("Coding with the other bundle"))
        result["against"] = {"bundle": other.bundle_id, "systems": compare(answers, theirs)}
    return result


def measure(answers: Sequence[Answer], manifest: BundleManifest, *, trained: Mapping[CodeRef, int], terms: assembly.Terms | None = None) -> Figures:
    """The figures of answers. `trained`: code → training documents that had it."""
    systems = systems_of(answers)
    faults = Counter(a.fault for a in answers if a.fault)
    return {
        "schema": SCHEMA,
        "bundle": manifest.bundle_id,
        "releases": dict(manifest.releases),
        "trained_on": dict(manifest.trained_on),
        "documents": len(answers),
        "unanswered": dict(faults),
        "whole_charts_right": agreement.whole_charts(answers, systems),
        "systems": {system.value: of_system(answers, system, manifest, trained, terms) for system in systems},
    }


def of_system(
    answers: Sequence[Answer], system: CodeSystem, manifest: BundleManifest, trained: Mapping[CodeRef, int], terms: assembly.Terms | None
) -> Figures:
    """The figures of one code system."""

    def title(ref: CodeRef) -> str:
        code = None if terms is None else terms.catalog.find(ref)
        return "" if code is None else code.title

    def chapter(ref: CodeRef) -> str:
        code = None if terms is None else terms.catalog.find(ref)
        return "" if code is None else code.chapter

    o, labels = outcome(answers, system), label_counts(answers, system)
    f1, mean_precision = bootstrap.resampled(bootstrap.sums(o))
    [(commonest, _)] = Counter(a.example.encounter.setting for a in answers).most_common(1)
    return {
        "threshold": manifest.threshold(system, commonest),
        **figures.at_threshold(o),
        "f1_interval": list(bootstrap.interval(f1)),
        "macro": figures.macro(o, labels),
        "category": agreement.categories(answers, system),
        **figures.ranking(o),
        "map_interval": list(bootstrap.interval(mean_precision)),
        **figures.thresholds(o),
        **figures.calibration(o),
        **figures.ceiling(o),
        "by_training_frequency": figures.by_frequency(o, labels, trained),
        "by_chapter": figures.by_chapter(o, labels, chapter),
        "by_setting": figures.by_setting(o),
        "evidence": agreement.evidence(answers, system),
        "exact_match": figures.exact_match(o),
        "first_listed": agreement.first_listed(answers, system),
        "curve": figures.curve(o),
        "missed_because": mistakes.reasons(answers, system),
        "wrong": mistakes.wrong(answers, system, title),
        "missed": mistakes.missed(answers, system, title),
        "confused": mistakes.confusions(answers, system),
    }


def compare(ours: Sequence[Answer], theirs: Sequence[Answer]) -> Figures:
    """Ours minus theirs on the same documents, by code system: F1 and MAP with intervals and p, and documents exactly right."""
    out: Figures = {}
    for system in systems_of(ours):
        first, second = outcome(ours, system), outcome(theirs, system)
        f1, mean_precision = bootstrap.differences(bootstrap.sums(first), bootstrap.sums(second))
        out[system.value] = {
            "f1": figures.at_threshold(second)["f1"],
            "map": figures.ranking(second)["map"],
            "f1_difference": f1._asdict(),
            "map_difference": mean_precision._asdict(),
            "exact_match": figures.exact_match(second),
            "exact_match_discordant": bootstrap.discordant(figures.exact(first), figures.exact(second))._asdict(),
        }
    return out


def systems_of(answers: Sequence[Answer]) -> list[CodeSystem]:
    """The code systems that have a label, in their usual order."""
    labelled = {ref.system for a in answers for ref in a.example.labels}
    return [system for system in CodeSystem if system in labelled]


def _answers(
    settings: Settings, terms: assembly.Terms, bundle: Path, examples: Sequence[TrainingExample], told: Callable[[float], None]
) -> tuple[BundleManifest, list[Answer]]:
    service = assembly.suggest_codes(settings, terms, bundle=bundle)
    return service.bundle, answer_all(service, examples, told)
