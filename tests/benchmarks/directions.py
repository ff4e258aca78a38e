"""Directions of learning, measured: `python -m tests.benchmarks.directions --examples train.jsonl [--only NAME,NAME]`.

All by cross-validation on the documents given, each document scored by parts that never saw it. A direction adds columns to the rows of
the product, fits its ranker otherwise, or leaves out what the product took up. Figures are those of the ranking alone, before rules:
the highest micro F1 over all thresholds and MAP over the 100 best, with the difference to the product and its 95 % interval (bootstrap over
documents, each at its own best threshold).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from app import assembly
from app.classifier import phrases
from app.classifier.features import NAMES
from app.classifier.ranker import Ranker
from app.classifier.term_precision import PRECISION
from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE
from app.domain.note import TextSpan
from app.domain.support import category
from app.settings import Settings
from training import bootstrap, config, fit, metrics, note_store, progress, ranker
from training.build import terms_ready
from training.examples import TrainingExample, read_jsonl
from training.faults import Faults
from training.outcomes import SHOWN
from training.work import Work

_NEIGHBOURS = 15
# A classifier of a code learns from so many documents that have it.
_CLASSIFIED_FROM = 5
_SEEDS = 3
_RISING = ("coverage", "exact", "tightness", "learned_best", "marked_precision", "marked_coverage", "code_precision", "term_precision")


@dataclass(frozen=True)
class Corpus:
    """Documents with their folds, shape (documents,), what reading found, and the rows of the product."""

    examples: Sequence[TrainingExample]
    analyses: Sequence[NoteAnalysis]
    folds: np.ndarray
    rows: fit.Rows
    settings: config.FitConfig

    @property
    def row_folds(self) -> np.ndarray:
        """The fold of each row."""
        return self.folds[self.rows.document]

    def by_document(self) -> Iterator[tuple[int, slice]]:
        """Each document with its rows."""
        starts = np.searchsorted(self.rows.document, np.arange(len(self.examples) + 1))
        yield from ((i, slice(a, b)) for i, (a, b) in enumerate(pairwise(starts.tolist())))


Trained = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]
"""Rows and truth to a scorer of rows."""


def plain(settings: config.FitConfig, seed: int = 0, rising: Sequence[int] = ()) -> Trained:
    """The ranker of the product; features at `rising` may only raise the score."""

    def trained(rows: np.ndarray, truth: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        return Ranker(ranker.fit(rows, truth, settings.ranker, settings.seed + seed, rising=rising))

    return trained


def several(settings: config.FitConfig) -> Trained:
    """The mean of rankers of several seeds."""

    def trained(rows: np.ndarray, truth: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        scorers = [plain(settings, seed)(rows, truth) for seed in range(_SEEDS)]
        return lambda asked: np.mean([scorer(asked) for scorer in scorers], axis=0)

    return trained


def cross_fitted(corpus: Corpus, rows: np.ndarray, trained: Trained) -> np.ndarray:
    """Scores of all rows, each by a ranker fitted without the fold of its document."""
    score = np.empty(len(rows))
    for fold in range(corpus.settings.folds):
        held_out = corpus.row_folds == fold
        score[held_out] = trained(rows[~held_out], corpus.rows.truth[~held_out])(rows[held_out])
    return score


def said_words(analysis: NoteAnalysis) -> list[str]:
    """The stems of a note; denied, suspected and others' words are different words."""
    words = analysis.words
    affirmed = (analysis.assertion_of(TextSpan(b, e)).affirmed for b, e in zip(words.begins, words.ends, strict=True))
    return [stem if stated else f"-{stem}" for stem, stated in zip(words.stems, affirmed, strict=True) if stem]


def pairs_of(words: list[str]) -> list[str]:
    """Words and pairs of neighbours."""
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def pieces_of(words: list[str]) -> list[str]:
    """Three to five characters in a row, of each word by itself."""
    return [word[i : i + n] for word in (f"{w} " for w in words) for n in (3, 4, 5) for i in range(len(word) - n + 1)]


def weighed(corpus: Corpus, grams: Callable[[list[str]], list[str]]) -> sparse.csr_matrix:
    """Documents x n-grams of two documents or more, tf-idf, each of length one. No label is looked at."""
    return TfidfVectorizer(analyzer=grams, min_df=2, sublinear_tf=True, dtype=np.float32).fit_transform([said_words(a) for a in corpus.analyses])


def labels_of(corpus: Corpus) -> tuple[sparse.csr_matrix, dict[CodeRef, int]]:
    """Documents x codes, and the column of each code."""
    ids: dict[CodeRef, int] = {}
    places = [(i, ids.setdefault(ref, len(ids))) for i, e in enumerate(corpus.examples) for ref in e.labels]
    rows, columns = zip(*places, strict=True)
    return sparse.csr_matrix((np.ones(len(places), np.float32), (rows, columns)), shape=(len(corpus.examples), len(ids))), ids


def looked_up(corpus: Corpus, labels: sparse.csr_matrix, ids: Mapping[CodeRef, int], scores: np.ndarray) -> np.ndarray:
    """The score of each row by document and code, and its rank in the document; scores of shape (documents, codes). Shape (rows, 2).

    -1 where no document of another fold has the code: that any has it would tell of the document itself.
    """
    out = np.full((len(corpus.rows.truth), 2), -1.0, np.float32)
    place = np.array([ids.get(ref, -1) for ref in corpus.rows.refs])
    elsewhere = np.array([labels[corpus.folds != fold].sum(axis=0) for fold in range(corpus.settings.folds)]).reshape(corpus.settings.folds, -1) > 0
    known = np.flatnonzero(place >= 0)
    known = known[elsewhere[corpus.row_folds[known], place[known]]]
    own = np.where(elsewhere[corpus.folds], scores, -np.inf)
    ranks = np.empty(scores.shape, np.int32)
    np.put_along_axis(ranks, np.argsort(-own, axis=1), np.arange(scores.shape[1])[None, :], axis=1)
    for column, values in enumerate((scores, ranks)):
        out[known, column] = values[corpus.rows.document[known], place[known]]
    return out


def nearest_notes(corpus: Corpus) -> np.ndarray:
    """The share of the nearest labelled notes that have the code, weighed by their likeness."""
    words, (labels, ids) = weighed(corpus, pairs_of), labels_of(corpus)
    likeness = (words @ words.T).toarray()
    likeness[corpus.folds[:, None] == corpus.folds[None, :]] = 0
    least = np.sort(likeness, axis=1)[:, -_NEIGHBOURS][:, None]
    likeness[likeness < least] = 0
    return looked_up(corpus, labels, ids, np.asarray(labels.T @ likeness.T).T / np.maximum(likeness.sum(axis=1, keepdims=True), 1e-9))


def linear_classifier(corpus: Corpus) -> np.ndarray:
    """The score of a linear classifier of the whole document, one a code (ridge regression on words and characters)."""
    grams = sparse.hstack([weighed(corpus, pairs_of), weighed(corpus, pieces_of)]).tocsr()
    labels, ids = labels_of(corpus)
    scores = np.full(labels.shape, -1.0, np.float32)
    for fold in range(corpus.settings.folds):
        others, held_out = np.flatnonzero(corpus.folds != fold), np.flatnonzero(corpus.folds == fold)
        chosen = np.flatnonzero(np.asarray(labels[others].sum(axis=0)).ravel() >= _CLASSIFIED_FROM)
        # As many equations as documents rather than as n-grams.
        model = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3).fit(grams[others], labels[others][:, chosen].toarray())
        scores[np.ix_(held_out, chosen)] = model.predict(grams[held_out])
    return looked_up(corpus, labels, ids, scores)


def category_phrases(corpus: Corpus) -> np.ndarray:
    """Phrases that announce the category of the code: the best one's probability, documents and words, and the sum of all."""

    def heading(ref: CodeRef) -> CodeRef:
        return CodeRef(ref.system, category(ref))

    counts = phrases.count(corpus.analyses, [{heading(ref) for ref in e.labels} for e in corpus.examples])
    c = corpus.settings.phrases
    tables = [
        counts.table(corpus.folds != fold, min_documents=c.min_documents, min_odds=c.min_odds, shrink=c.shrink)
        for fold in range(corpus.settings.folds)
    ]
    sources = [phrases.PhraseSource(table, min_odds=c.min_odds) for table in tables]
    out = np.zeros((len(corpus.rows.truth), 4), np.float32)
    for i, rows in corpus.by_document():
        found = {c.ref: c.matches for c in sources[int(corpus.folds[i])].candidates(corpus.analyses[i], ANYWHERE)}
        for row in range(rows.start, rows.stop):
            matches = found.get(heading(corpus.rows.refs[row]))
            if matches is not None:
                best = matches[0]
                out[row] = best.coverage, np.log1p(best.support), best.words, sum(m.coverage for m in matches)
    return out


def second_pass(corpus: Corpus, first: np.ndarray) -> np.ndarray:
    """What the first scores, log odds, say of the set: probability, rank, the best of the category, and how codes that go together speak for it."""
    labels, ids = labels_of(corpus)
    likely = 1 / (1 + np.exp(-first))
    out = np.zeros((len(first), 4), np.float32)
    lifts = []
    for fold in range(corpus.settings.folds):
        others = labels[corpus.folds != fold]
        counts = np.asarray(others.sum(axis=0)).ravel()
        together = (others.T @ others).tocoo()
        lift = np.log((together.data + 0.5) * others.shape[0] / (counts[together.row] * counts[together.col] + 0.5 * others.shape[0]))
        apart = (together.row != together.col) & (together.data >= 2)
        lifts.append(sparse.csr_matrix((lift[apart], (together.row[apart], together.col[apart])), shape=together.shape))
    for i, rows in corpus.by_document():
        refs, p = corpus.rows.refs[rows], likely[rows]
        said = np.zeros(len(ids))
        for ref, value in zip(refs, p.tolist(), strict=True):
            if ref in ids:
                said[ids[ref]] = value
        speaks = lifts[int(corpus.folds[i])] @ said
        best: dict[tuple[CodeSystem, str], list[float]] = {}
        for ref, value in zip(refs, p.tolist(), strict=True):
            best.setdefault((ref.system, category(ref)), []).append(value)
        ranks = np.empty(len(p))
        ranks[np.argsort(-p)] = np.arange(len(p))
        for k, (ref, value) in enumerate(zip(refs, p.tolist(), strict=True)):
            rivals = sorted(best[ref.system, category(ref)], reverse=True)
            rival = (rivals[1] if len(rivals) > 1 else 0.0) if rivals[0] == value else rivals[0]
            out[rows.start + k] = value, ranks[k], rival, speaks[ids[ref]] if ref in ids else 0.0
    return out


def sums(corpus: Corpus, score: np.ndarray, system: CodeSystem) -> np.ndarray:
    """As training.bootstrap.sums, at the best threshold: shape (documents, 5)."""
    of_system = np.array([ref.system is system for ref in corpus.rows.refs])
    wanted = np.array([sum(ref.system is system for ref in e.labels) for e in corpus.examples])
    s, truth, document = score[of_system], corpus.rows.truth[of_system], corpus.rows.document[of_system]
    threshold, _ = metrics.best_threshold(s, truth, int(wanted.sum()))
    said = s >= threshold
    order = np.lexsort((-s, document))
    ranks = np.arange(len(order)) - np.searchsorted(document[order], document[order])
    order = order[ranks < SHOWN]
    precision = np.zeros(len(wanted))
    starts = np.searchsorted(document[order], np.arange(len(wanted) + 1))
    for i, (a, b) in enumerate(pairwise(starts.tolist())):
        right = truth[order[a:b]]
        precision[i] = np.sum(np.cumsum(right)[right] / (np.flatnonzero(right) + 1)) / max(wanted[i], 1)
    hits = np.bincount(document[said & truth], minlength=len(wanted))
    return np.array([hits, np.bincount(document[said], minlength=len(wanted)), wanted, precision, wanted > 0], np.float64).T


def directions(corpus: Corpus, product: np.ndarray) -> Mapping[str, Callable[[], np.ndarray]]:
    """Name → scores of all rows; `product` are those of the product."""
    rows, usual = np.asarray(corpus.rows.features), plain(corpus.settings)

    def with_columns(made: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
        return lambda: cross_fitted(corpus, np.concatenate([rows, made()], axis=1), usual)

    others = [i for i, name in enumerate(NAMES) if name not in PRECISION]
    rising = [NAMES.index(name) for name in _RISING]
    return {
        "without how often terms were right": lambda: cross_fitted(corpus, rows[:, others], usual),
        "phrases of the category": with_columns(lambda: category_phrases(corpus)),
        "nearest labelled notes": with_columns(lambda: nearest_notes(corpus)),
        "linear classifier of the document": with_columns(lambda: linear_classifier(corpus)),
        "codes that go together, a second pass": with_columns(lambda: second_pass(corpus, product)),
        "what rises may only raise": lambda: cross_fitted(corpus, rows, plain(corpus.settings, rising=rising)),
        f"the mean of {_SEEDS} seeds": lambda: cross_fitted(corpus, rows, several(corpus.settings)),
    }


def main(arguments: list[str]) -> None:
    """Print a table in Markdown, a line for each direction as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, required=True)
    parser.add_argument("--only", help="Directions whose names hold one of these words, separated by commas.")
    given = parser.parse_args(arguments)
    settings, service = config.load(), Settings()
    examples = list(read_jsonl(given.examples, Faults()))
    terms = terms_ready(service, progress.quiet)
    tools = fit.Tools(assembly.note_reader(service, terms.knowledge), assembly.untrained_sources(service, terms), terms.catalog.find)
    work = Work()
    rows, folds, _, _ = fit.prepare(examples, tools, settings, step=progress.quiet, work=work)
    corpus = Corpus(examples, list(note_store.analyses(work.notes)), folds, rows, settings)
    product = cross_fitted(corpus, np.asarray(rows.features), plain(settings))
    systems = [s for s in CodeSystem if any(ref.system is s for e in examples for ref in e.labels)]
    print("| | " + " | ".join(f"{s} F1, difference | MAP, difference" for s in systems) + " |")
    print("|---|" + "---|---|" * len(systems))
    bases = {system: sums(corpus, product, system) for system in systems}
    print("| the product | " + " | ".join(_figures(bases[s])[i] for s in systems for i in (0, 1)) + " |", flush=True)
    for name, scored in directions(corpus, product).items():
        if given.only is not None and not any(word in name for word in given.only.split(",")):
            continue
        score, cells = scored(), []
        for system in systems:
            own = sums(corpus, score, system)
            found = bootstrap.differences(own, bases[system])
            cells += [f"{figure}, {d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})" for figure, d in zip(_figures(own), found, strict=True)]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _figures(rows: np.ndarray) -> tuple[str, str]:
    hits, said, wanted, precision, documents = rows.sum(axis=0)
    return f"{2 * hits / (said + wanted):.3f}", f"{precision / documents:.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
