"""What each part of learning is worth: `python -m tests.benchmarks.ablation --train A.jsonl --measure B.jsonl`.

Everything is learned on the one file and measured on the other, each time with one group of features left out. The figures are those of
the ranking alone, before rules: the highest micro F1 over all thresholds and MAP over the 100 best.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app import assembly
from app.classifier.features import NAMES, FeatureBuilder
from app.classifier.learned_words import LEARNED
from app.classifier.ranker import Ranker
from app.classifier.scorer import learned_sources
from app.classifier.shortlist import BriefLook, Cut, Shortlist
from app.classifier.term_precision import PRECISION
from app.domain.code import CodeRef, CodeSystem
from app.settings import Settings
from app.usecases.suggest_codes import merge
from training import config, fit, metrics, progress, ranker
from training.build import terms_ready
from training.examples import TrainingExample, read_jsonl
from training.faults import Faults
from training.found import Learned, priors_of
from training.work import Work

GROUPS: Mapping[str, Sequence[str]] = {
    "terms": ("coverage", "weight", "words", "exact", "tightness", "source", "worth", "breaks", "span_length"),
    "phrases": [name for name in LEARNED if name.startswith("learned")],
    "marked terms": [name for name in LEARNED if name.startswith("marked")],
    "how often terms were right": PRECISION,
    "denied words count too": ("worth_anywhere", "whole_anywhere", "marked_affirmed", "marked_presence"),
    "assertion": ("affirmed", "affirmed_matches", "presence", "temporality", "other_person", "marked_affirmed", "marked_presence"),
    "sections": ("section", "any_assessment", "any_complaint", "assessed", "fills_assessed", "only_history", "only_exam", "marked_section"),
    "rivals over the same words": ("rivals", "rival_gap", "inside_longer", "rank_here", "rank_note", "worth_share"),
    "category": ("category_rivals", "category_gap", "category_rank", "heading_of_candidate"),
    "traits of the code": ("system", "chapter", "code_length", "billable", "unspecified", "other_specified", "title_words"),
    "documents with the code": ("prior",),
}


def served(
    examples: Sequence[TrainingExample], train: Sequence[TrainingExample], learned: Learned, cut: Cut, tools: fit.Tools, settings: config.FitConfig
) -> fit.Rows:
    """Rows of documents that nothing was learned from, as the service computes them."""
    sources = learned_sources(learned.phrases, learned.marked, min_odds=settings.phrases.min_odds)
    priors = priors_of(train)
    shortlist = Shortlist(BriefLook(priors, learned.precision), cut)
    builder = FeatureBuilder(tools.find, priors, learned.precision)
    features, truth, document = [], [], []
    refs: list[CodeRef] = []
    for i, example in enumerate(examples):
        analysis = tools.reader.read(example.note)
        candidates = shortlist(merge(source.candidates(analysis, example.encounter) for source in (*tools.sources, *sources)))
        features.append(builder.rows(analysis, example.encounter, candidates))
        truth += [c.ref in example.labels for c in candidates]
        document += [i] * len(candidates)
        refs += [c.ref for c in candidates]
    return fit.Rows(np.concatenate(features), np.array(truth), np.array(document), np.ones(len(truth), np.float32), tuple(refs))


def figures(examples: Sequence[TrainingExample], rows: fit.Rows, score: np.ndarray, system: CodeSystem) -> tuple[float, float]:
    """Highest F1 and MAP of one system."""
    of_system = np.array([ref.system is system for ref in rows.refs])
    wanted = {e.id: {ref for ref in e.labels if ref.system is system} for e in examples}
    _, f1 = metrics.best_threshold(score[of_system], rows.truth[of_system], sum(map(len, wanted.values())))
    ranked: dict[str, list[CodeRef]] = {e.id: [] for e in examples}
    for i in np.lexsort((-score, rows.document)).tolist():
        ranked[examples[int(rows.document[i])].id].append(rows.refs[i]) if of_system[i] else None
    return f1, metrics.mean_average_precision({name: codes[:100] for name, codes in ranked.items()}, wanted, system)


def main(arguments: list[str]) -> None:
    """Print a table in Markdown, a line for each part left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--measure", type=Path, required=True)
    given = parser.parse_args(arguments)
    settings = config.load()
    train, measure = (list(read_jsonl(path, Faults())) for path in (given.train, given.measure))
    service = Settings()
    terms = terms_ready(service, progress.quiet)
    tools = fit.Tools(assembly.note_reader(service, terms.knowledge), assembly.untrained_sources(service, terms), terms.catalog.find)
    rows, _, learned, cuts = fit.prepare(train, tools, settings, step=progress.quiet, work=Work())
    unseen = served(measure, train, learned[-1], cuts[-1], tools, settings)
    systems = [s for s in CodeSystem if any(ref.system is s for e in measure for ref in e.labels)]
    print("| left out | " + " | ".join(f"{s} F1 | {s} MAP" for s in systems) + " |")
    print("|---|" + "---|---|" * len(systems))
    for name, without in {"nothing": (), **GROUPS}.items():
        kept = [i for i, feature in enumerate(NAMES) if feature not in without]
        score = Ranker(ranker.fit(rows.features[:, kept], rows.truth, settings.ranker, settings.seed))(unseen.features[:, kept])
        cells = [f"{value:.3f}" for system in systems for value in figures(measure, unseen, score, system)]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
