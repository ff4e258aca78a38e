"""Fits a bundle: learned phrases, ranker, calibration and thresholds, all on cross-fitted predictions.

Every document is scored by parts that never saw it: phrases are learned without the fold of the document when its rows
are made, and the curve of calibration and the thresholds come from rankers fitted without it (stacking, Wolpert 1992,
doi:10.1016/S0893-6080(05)80023-1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from app.classifier import calibration, phrases
from app.classifier.bundle_io import FittedParts
from app.classifier.features import FeatureBuilder
from app.classifier.marked_terms import MarkedTable
from app.classifier.ranker import Ranker, Trees
from app.classifier.shortlist import Cut, Shortlist
from app.classifier.term_precision import TermPrecision
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.em.candidates import is_visit
from app.domain.encounter import Setting
from app.usecases.ports import CandidateSource, NoteReader
from app.usecases.suggest_codes import merge
from training import decisions, marked_terms, note_store, ranker, shortlist, term_precision
from training.config import FitConfig
from training.examples import TrainingExample
from training.found import Found, Learned, priors_of
from training.note_codec import ReadNote
from training.note_store import Column
from training.operating_points import OperatingPoints, operating_points
from training.reference import reference_of
from training.work import Arrays, Work, codes_named, joined

Step = Callable[[str], Callable[[float], None]]
"""Given the name of a step, returns what is told the share done."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What fitting uses of the service: the same reader, retriever and codes as serving does."""

    reader: NoteReader
    sources: Sequence[CandidateSource]
    find: Callable[[CodeRef], Code | None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs of (document, code): features (n, f), truth (n,), index of the document (n,), how much each counts (n,), code of each."""

    features: npt.NDArray[np.float32]
    truth: npt.NDArray[np.bool_]
    document: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float32]
    refs: tuple[CodeRef, ...]

    @classmethod
    def of(cls, arrays: Arrays) -> Rows:
        """The rows that `_rows` computed."""
        codes = codes_named(arrays["codes"])
        refs = tuple(codes[i] for i in arrays["code"].tolist())
        return cls(arrays["features"], np.asarray(arrays["truth"]), np.asarray(arrays["document"]), np.asarray(arrays["weight"]), refs)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted parts, and the thresholds and figures of the cross-fitted predictions."""

    parts: FittedParts
    points: OperatingPoints


def fit(examples: Sequence[TrainingExample], tools: Tools, config: FitConfig, *, step: Step, work: Work | None = None) -> Fitted:
    """Fit on `examples`. The same examples and config give the same parts; what `work` has of a run that was killed is not done again."""
    work = Work() if work is None else work
    rows, folds, learned, cuts = prepare(examples, tools, config, step=step, work=work)
    told = step("Fitting the ranker")
    trees = _cross_fitted(rows, folds, config, work, told)
    raw = np.empty(len(rows.truth))
    for fold in range(config.folds):
        held_out = np.flatnonzero(folds[rows.document] == fold)
        raw[held_out] = Ranker(trees[fold])(rows.features[held_out])
    real = _measured(examples, rows)
    refs = [rows.refs[i] for i in np.flatnonzero(real).tolist()]
    systems, truth = np.array([ref.system.value for ref in refs]), rows.truth[real]
    calibrator = calibration.fit(systems, raw[real], truth)
    confidence = calibrate(calibrator, systems, raw[real])
    unseen = _calibrated_unseen(systems, raw[real], truth, folds[rows.document[real]])
    points = operating_points(examples, rows.document[real], truth, refs, confidence, config.thresholds, unseen=unseen)
    suggested = points.suggested(systems, confidence, np.array([e.encounter.setting is Setting.UNKNOWN for e in examples])[rows.document[real]])
    of_real = sorted(set(rows.document[real].tolist()))
    analyses = note_store.analyses(work.notes).of(of_real)
    parts = FittedParts(
        cuts[-1],
        trees[-1],
        learned[-1].phrases,
        config.phrases.min_odds,
        learned[-1].marked,
        calibrator,
        priors_of(examples) if config.priors else {},
        reference_of(list(analyses), systems[suggested], confidence[suggested], truth[suggested]),
        learned[-1].precision,
    )
    return Fitted(parts, points)


def _measured(examples: Sequence[TrainingExample], rows: Rows) -> npt.NDArray[np.bool_]:
    """The rows of documents that say how often a score is right, shape (n,)."""
    real = np.array([e.measures for e in examples])[rows.document]
    # The first decided charts of a site are too few for a curve: till then those of the default bundle speak as well.
    if rows.truth[real].sum() < calibration.FEWEST_TRUE and any(e.foundation for e in examples):
        real = np.array([not e.synthetic for e in examples])[rows.document]
    return real if real.any() else np.ones(len(rows.truth), np.bool_)


class Prepared(NamedTuple):
    """All that stands before the ranker: rows, the fold of each document, and by fold what was learned without it, last what in all."""

    rows: Rows
    folds: npt.NDArray[np.int64]
    learned: list[Learned]
    cuts: list[Cut]


def prepare(examples: Sequence[TrainingExample], tools: Tools, config: FitConfig, *, step: Step, work: Work) -> Prepared:
    """Read the documents, learn words, and compute rows."""
    work.notes.read(examples, lambda example: _read(example, tools), step("Reading notes"))
    analyses, by_terms = note_store.analyses(work.notes), note_store.candidates(work.notes)
    folds = fold_of_groups([e.group for e in examples], config.folds, config.seed)
    learned = _learned(examples, analyses, by_terms, folds, config, work, step("Learning words"))
    found = Found(examples, analyses, by_terms, folds, learned, config)
    trees = shortlist.fitted(found, config, work, step("Learning what to weigh"))
    cuts = [Cut(of_fold, config.shortlist.floor) for of_fold in trees]
    told = step("Computing features")
    rows = Rows.of(work.arrays("rows", lambda: _rows(found, cuts, tools, told)))
    told(1.0)
    return Prepared(rows, folds, learned, cuts)


def fold_of_groups(groups: Sequence[str], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Fold in [0, folds) of each example, shape (examples,); a group stays together and the groups are dealt evenly."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[i]: place % folds for place, i in enumerate(order.tolist())}
    return np.array([fold[g] for g in groups], np.int64)


def _read(example: TrainingExample, tools: Tools) -> ReadNote:
    analysis = tools.reader.read(example.note)
    return analysis, merge(source.candidates(analysis, example.encounter) for source in tools.sources)


def _learned(
    examples: Sequence[TrainingExample],
    analyses: Column[NoteAnalysis],
    found: Column[list[Candidate]],
    folds: npt.NDArray[np.int64],
    config: FitConfig,
    work: Work,
    told: Callable[[float], None],
) -> list[Learned]:
    """For each fold what the other documents teach, and last what all teach."""
    # Of several labelings of one note the fullest counts, and made-up notes teach no words.
    fullest: dict[str, int] = {}
    for i, example in enumerate(examples):
        best = fullest.get(example.group)
        if example.measures and (best is None or len(example.labels) > len(examples[best].labels)):
            fullest[example.group] = i
    chosen = sorted(fullest.values())
    kept = chosen if config.phrases.enabled else []
    marked = chosen if config.marked.enabled else []
    # Counted when the first table is asked for: not at all where a run that was killed had made them.
    grams = cache(lambda: phrases.count((analyses[i] for i in kept), (examples[i].labels for i in kept), **_said(examples, kept)))
    terms = cache(lambda: marked_terms.count(analyses.of(marked), [examples[i].labels for i in marked], **_said(examples, marked)))

    def phrases_of(fold: int) -> phrases.PhraseTable:
        c = config.phrases
        return grams().table(folds[kept] != fold, min_documents=c.min_documents, min_odds=c.min_odds, shrink=c.shrink)

    def marked_of(fold: int) -> MarkedTable:
        return terms().table(folds[marked] != fold, shrink=config.marked.shrink, prior=config.marked.prior)

    judged = chosen if config.terms.enabled else []
    stood = cache(
        lambda: term_precision.count(analyses.of(judged), found.of(judged), [examples[i].labels for i in judged], **_said(examples, judged))
    )

    def precision_of(fold: int) -> TermPrecision:
        return stood().table(folds[judged] != fold, shrink=config.terms.shrink)

    out = []
    for fold in range(config.folds + 1):
        of_phrases = work.table(f"phrases-{fold}", phrases.PhraseTable, partial(phrases_of, fold))
        of_marked = work.table(f"marked-{fold}", MarkedTable, partial(marked_of, fold))
        of_terms = work.table(f"terms-{fold}", TermPrecision, partial(precision_of, fold))
        out.append(Learned(of_phrases, of_marked, of_terms))
        told((fold + 1) / (config.folds + 1))
    return out


class _Said(TypedDict):
    mute: list[Collection[CodeRef]]
    weights: list[float]


def _said(examples: Sequence[TrainingExample], places: Sequence[int]) -> _Said:
    """How much what each document says of words counts, and of which codes it says nothing."""
    return {"mute": [decisions.mute(examples[i].rejected) for i in places], "weights": [examples[i].weight for i in places]}


def _rows(found: Found, cuts: Sequence[Cut], tools: Tools, told: Callable[[float], None]) -> Arrays:
    config = found.config
    builders = [FeatureBuilder(tools.find, priors, words.precision) for priors, words in zip(found.priors, found.learned, strict=False)]
    features: list[npt.NDArray[np.float32]] = []
    truth: list[bool] = []
    document: list[int] = []
    weight: list[float] = []
    names: dict[str, int] = {}
    codes: list[int] = []
    for i, example in enumerate(found.examples):
        fold = int(found.folds[i])
        candidates = Shortlist(found.look(i), cuts[fold])(found.of(i))
        known = [k for k, c in enumerate(candidates) if not (example.synthetic and is_visit(c.ref))]
        features.append(builders[fold].rows(found.analyses[i], example.encounter, candidates)[known])
        truth.extend(candidates[k].ref in example.labels for k in known)
        document.extend([i] * len(known))
        weight.extend(example.weight * (config.rejection_weight if candidates[k].ref in example.rejected else 1.0) for k in known)
        codes.extend(names.setdefault("|".join(candidates[k].ref), len(names)) for k in known)
        told((i + 1) / len(found.examples))
    return {
        "features": joined(features),
        "truth": np.array(truth, np.bool_),
        "document": np.array(document, np.int64),
        "weight": np.array(weight, np.float32),
        "code": np.array(codes, np.int32),
        "codes": np.array(list(names) or [""], np.str_)[: len(names)],
    }


def _cross_fitted(rows: Rows, folds: npt.NDArray[np.int64], config: FitConfig, work: Work, told: Callable[[float], None]) -> list[Trees]:
    """For each fold the ranker of the other documents, and last that of all; two at a time."""
    row_folds, alike = folds[rows.document], bool((rows.weight == 1).all())

    def fitted(fold: int) -> Trees:
        kept, weights = ranker.thinned(np.flatnonzero(row_folds != fold), rows.truth, config.ranker.most_rows, config.seed)
        if not alike:
            weights = rows.weight[kept] if weights is None else weights * rows.weight[kept]
        return ranker.fit(rows.features[kept], rows.truth[kept], config.ranker, config.seed, weights=weights)

    def of_fold(fold: int) -> Trees:
        return work.table(f"trees-{fold}", Trees, lambda: fitted(fold))

    trees = []
    with ThreadPoolExecutor(2) as pool:
        for tree in pool.map(of_fold, range(config.folds + 1)):
            trees.append(tree)
            told(len(trees) / (config.folds + 1))
    return trees


def _calibrated_unseen(
    systems: npt.NDArray[np.str_], raw: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], fold: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Confidence by curves that were fitted on the other folds, all shape (n,): a curve measured on its own scores has no error to show."""
    confidence = np.empty(len(raw))
    for held_out in np.unique(fold):
        of_fold = fold == held_out
        others = calibration.fit(systems[~of_fold], raw[~of_fold], truth[~of_fold])
        confidence[of_fold] = calibrate(others, systems[of_fold], raw[of_fold])
    return confidence


def calibrate(calibrator: calibration.Calibrator, systems: npt.NDArray[np.str_], raw: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities of raw scores of mixed systems, all shape (n,)."""
    confidence = np.empty_like(raw)
    for system in CodeSystem:
        of_system = systems == system.value
        confidence[of_system] = calibrator(system, raw[of_system])
    return confidence
