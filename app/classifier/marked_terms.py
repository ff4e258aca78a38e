"""Terms that coders marked as evidence, found again in other notes by the weight of their words, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.classifier.by_code import best_of_each, candidates_of
from app.classifier.phrases import content_words
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.encounter import Encounter
from app.domain.note import TextSpan

# A sentence that holds less of a term's weight says something else.
MIN_COVERAGE = 0.55
# Words that spread over more than so many times their number, and some, belong to different statements.
_WIDEST_FACTOR, _WIDEST_EXTRA = 2, 2
_WHOLE = 1 - 1e-6

_I64 = npt.NDArray[np.int64]
_F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """W words, T terms and the codes that coders gave for them, in compressed sparse rows.

    `words`: uint64[W], sorted hashes of stems, `weights` their inverse document frequency. `lengths` (words) and `sums` (weight)
    of each term. Word w stands in the terms `terms[posts[w]:posts[w + 1]]`, there at `ranks`. Term t was marked for the codes
    `codes[code_ids[starts[t]:starts[t + 1]]]`, which were right in the share `precision` (shrunk, in [0, 1]) of the `support`
    documents that hold the term word for word.
    """

    words: npt.NDArray[np.uint64]
    weights: npt.NDArray[np.float32]
    posts: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    ranks: npt.NDArray[np.int16]
    lengths: npt.NDArray[np.int16]
    sums: npt.NDArray[np.float32]
    support: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    code_ids: npt.NDArray[np.int32]
    precision: npt.NDArray[np.float32]
    codes: tuple[CodeRef, ...]


class Found(NamedTuple):
    """Terms found, shape (n,) each: term, sentence, first and last word, share of the weight, whether word for word, tightness."""

    term: _I64
    sentence: _I64
    first: _I64
    last: _I64
    coverage: _F64
    exact: npt.NDArray[np.bool_]
    tightness: _F64

    def of(self, kept: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Found:
        """Those that are `kept`."""
        return Found._make(column[kept] for column in self)


_NONE = np.zeros(0, np.int64)
_NOTHING = Found(_NONE, _NONE, _NONE, _NONE, np.zeros(0), np.zeros(0, np.bool_), np.zeros(0))


def find(table: MarkedTable, analysis: NoteAnalysis, known: dict[str, int]) -> Found:
    """Every term of which a sentence holds at least MIN_COVERAGE. `known` remembers hashes of stems."""
    if not len(table.words):
        return _NOTHING
    sentence_of, places, hashes = content_words(analysis, known)
    word = np.minimum(np.searchsorted(table.words, hashes), len(table.words) - 1)
    position = np.flatnonzero(table.words[word] == hashes)
    if not len(position):
        return _NOTHING
    word, sentence, place = word[position], sentence_of[position], places
    # Each word of a sentence once, where it stands first and where it stands last.
    order = np.lexsort((position, word, sentence))
    keys = sentence[order] * len(table.words) + word[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    low, high = position[order][heads], position[order][np.append(heads[1:], len(order)) - 1]
    word, sentence = word[order][heads], sentence[order][heads]
    counts = table.posts[word + 1] - table.posts[word]
    flat = np.arange(int(counts.sum())) + np.repeat(table.posts[word] - (np.cumsum(counts) - counts), counts)
    pair = np.repeat(sentence * len(table.lengths), counts) + table.terms[flat]
    of_word = np.repeat(np.arange(len(word)), counts)
    order = np.argsort(pair, kind="stable")
    pair, of_word, rank = pair[order], of_word[order], table.ranks[flat][order].astype(np.int64)
    heads = np.flatnonzero(np.diff(pair, prepend=-1))
    term = pair[heads] % len(table.lengths)
    coverage = np.add.reduceat(table.weights[word[of_word]].astype(np.float64), heads) / table.sums[term]
    sizes = np.diff(np.append(heads, len(pair)))
    enough = coverage >= MIN_COVERAGE
    inside = np.repeat(enough, sizes)
    of_word, rank, sizes, term, coverage = of_word[inside], rank[inside], sizes[enough], term[enough], np.minimum(coverage[enough], 1.0)
    if not len(term):
        return _NOTHING
    heads = np.cumsum(sizes) - sizes
    # A word may stand twice in a sentence: the tighter of two readings, by first and by last occurrences.
    readings = [_reading(at[of_word], rank, heads) for at in (low, high)]
    tighter = readings[1][1] - readings[1][0] < readings[0][1] - readings[0][0]
    first, last, ordered = (np.where(tighter, again, once) for once, again in zip(*readings, strict=True))
    width = last - first + 1
    exact = ordered.astype(np.bool_) & (coverage > _WHOLE) & (width == table.lengths[term])
    near = width <= _WIDEST_FACTOR * sizes + _WIDEST_EXTRA
    return Found(term, sentence[of_word[heads]], place[first], place[last], coverage, exact, np.minimum(1.0, sizes / width)).of(near)


def _reading(at: _I64, rank: _I64, heads: _I64) -> tuple[_I64, _I64, npt.NDArray[np.bool_]]:
    """First and last position of each term, and whether its words follow one another in their own order."""
    offset = at - rank
    together = np.maximum.reduceat(offset, heads) == np.minimum.reduceat(offset, heads)
    return np.minimum.reduceat(at, heads), np.maximum.reduceat(at, heads), together


class MarkedSource:
    """Candidates from marked terms; what is worth less than `min_worth`, in [0, 1], is left out."""

    def __init__(self, table: MarkedTable, *, min_worth: float = 0.08, per_code: int = 5) -> None:
        self._table, self._min_worth, self._per_code = table, min_worth, per_code
        self._known: dict[str, int] = {}

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:  # noqa: ARG002  the port's signature
        """One candidate a code with its best term of each sentence, best first."""
        table = self._table
        found = find(table, analysis, self._known)
        if not len(found.term):
            return []
        counts = table.starts[found.term + 1] - table.starts[found.term]
        entry = np.arange(int(counts.sum())) + np.repeat(table.starts[found.term] - (np.cumsum(counts) - counts), counts)
        f = found.of(np.repeat(np.arange(len(found.term)), counts))
        precision = table.precision[entry].astype(np.float64)
        worth = precision * f.coverage**2 * (0.5 + 0.5 * f.tightness)
        code = table.code_ids[entry].astype(np.int64)
        order = np.lexsort((f.term, -worth, f.sentence, code))
        order = order[worth[order] >= self._min_worth]
        order = order[np.flatnonzero(np.diff(code[order] * (len(analysis.sentences) + 1) + f.sentence[order], prepend=-1))]
        order = order[np.lexsort((f.sentence[order], -worth[order], code[order]))]
        order = order[best_of_each(code[order], self._per_code)]
        begins, ends = analysis.words.begins, analysis.words.ends
        places = list(zip(f.first[order].tolist(), f.last[order].tolist(), strict=True))
        spans = {(first, last): TextSpan(begins[first], ends[last]) for first, last in set(places)}
        matches = Match.rows(
            [spans[place] for place in places],
            f.coverage[order].tolist(),
            precision[order].tolist(),
            table.lengths[f.term[order]].tolist(),
            f.exact[order].tolist(),
            f.tightness[order].tolist(),
            repeat(MatchSource.MARKED),
            table.support[f.term[order]].tolist(),
        )
        return candidates_of(table.codes, code[order], matches)
