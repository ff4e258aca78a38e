"""Timings within this process: the stages of a suggestion, its cost against length and codes known, and search."""

from __future__ import annotations

import random
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.assembly import Terms
from app.domain.encounter import Encounter
from app.domain.knowledge import Chart
from app.domain.note import ClinicalNote
from app.terminology import term_index
from app.terminology.compiled import indexed_terms
from app.terminology.retriever import TermRetriever
from app.usecases.look_up_codes import LookUpCodes
from app.usecases.ports import CandidateSource, NoteReader, Scorer, WordReader
from app.usecases.suggest_codes import SuggestCodes, merge
from tests.benchmarks.notes import Sample, note_of_characters

Advance = Callable[[], None]
ROUNDS = 2


def bare_tokenizer() -> Callable[[str], Any]:
    """scispaCy's tokenizer and nothing else: what every other rate is measured by."""
    import spacy
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return combined_rule_tokenizer(spacy.blank("en"))


def percentile(seconds: Iterable[float], share: float) -> float:
    """The value that `share` of the values do not pass, in the unit given."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(work: Callable[[], object]) -> float:
    """Seconds of computing in this thread that `work` takes: what else runs on the machine does not count."""
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


def stages(
    samples: Sequence[Sample], reader: NoteReader, sources: Sequence[CandidateSource], scorer: Scorer, suggest: SuggestCodes, advance: Advance
) -> dict[str, float]:
    """Stage → seconds a note, the better of two rounds. The scorer's stage includes its features; the whole is measured by itself."""
    tokenizer = bare_tokenizer()
    for sample in samples[:20]:
        suggest(sample.request)
    analyses = [reader.read(sample.request.note) for sample in samples]
    found = [merge(source.candidates(analysis, sample.encounter) for source in sources) for analysis, sample in zip(analyses, samples, strict=True)]

    def suggest_all() -> None:
        # As in serving, no draft outlives its note.
        for sample in samples:
            suggest(sample.request)

    def retrieve() -> None:
        for analysis, sample in zip(analyses, samples, strict=True):
            merge(source.candidates(analysis, sample.encounter) for source in sources)

    def score() -> None:
        for analysis, sample, candidates in zip(analyses, samples, found, strict=True):
            scorer.score(analysis, sample.encounter, candidates)

    works: dict[str, Callable[[], object]] = {
        "bare scispaCy tokenizer": lambda: [tokenizer(sample.text) for sample in samples],
        "reading": lambda: [reader.read(ClinicalNote(sample.text)) for sample in samples],
        "retrieval": retrieve,
        "scoring": score,
        "whole suggestion": suggest_all,
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            best[name] = min(best[name], timed(work) / len(samples))
            advance()
    return best


def seconds_per_1k_characters(suggest: SuggestCodes, found: Sequence[Chart], characters: int, *, rounds: int) -> float:
    """Median over notes of that length that begin in different places, so that no luck with one place decides."""
    samples = [note_of_characters(found, characters, begin=7_001 * i) for i in range(rounds)]
    return statistics.median(timed(lambda sample=sample: suggest(sample.request)) for sample in samples) * 1000 / characters


def terms_by_codes(terms: Terms, words: WordReader, sizes: Sequence[int]) -> dict[int, Terms]:
    """Number of codes known → terms: for each of `sizes` those of codes spread evenly over all, and those of all of them."""
    every, codes = indexed_terms(terms.catalog, terms.knowledge)
    made: dict[int, Terms] = {}
    for size in sizes:
        chosen = [codes[i * len(codes) // size] for i in range(size)]
        refs = {code.ref for code in chosen}
        known = [term for term in every if term.ref in refs]
        made[size] = replace(terms, index=term_index.build(known, chosen, words, term_index.WordRoles.of(terms.knowledge)))
    return {**made, len(codes): terms}


def retrieval_seconds(terms: Terms, reader: NoteReader, samples: Sequence[Sample], *, rounds: int) -> float:
    """Median over rounds of the seconds a note."""
    retriever = TermRetriever(terms.index)
    analyses = [reader.read(ClinicalNote(sample.text)) for sample in samples]
    work = [timed(lambda: [retriever.candidates(analysis, Encounter()) for analysis in analyses]) for _ in range(rounds)]
    return statistics.median(work) / len(samples)


def suggestion_seconds(services: Mapping[int, SuggestCodes], samples: Sequence[Sample], *, rounds: int) -> dict[int, float]:
    """For each service the median over rounds of the seconds a note, whole; the services take turns, so that a slow moment slows all."""
    seconds: dict[int, list[float]] = {size: [] for size in services}
    for _ in range(rounds):
        for size, suggest in services.items():
            seconds[size].append(timed(lambda suggest=suggest: [suggest(sample.request) for sample in samples]) / len(samples))
    return {size: statistics.median(of_size) for size, of_size in seconds.items()}


def search_seconds(look_up: LookUpCodes, terms: Terms, *, count: int) -> list[float]:
    """Seconds of searches for phrases of the phrasebook, every second with a letter missing."""
    draw = random.Random(1)
    phrases = sorted({phrase for entry in terms.knowledge.phrasebook for phrase in entry.phrases})
    seconds = []
    for i, phrase in enumerate(draw.sample(phrases, min(count, len(phrases)))):
        gap = draw.randrange(1, len(phrase)) if i % 2 and len(phrase) > 4 else len(phrase)
        query = phrase[:gap] + phrase[gap + 1 :]
        seconds.append(timed(lambda query=query: look_up.search(query)))
    return seconds
