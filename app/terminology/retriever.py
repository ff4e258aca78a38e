"""Finds the terms that a note holds, sentence by sentence, whatever the order of their words."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match
from app.domain.code import CodeRef
from app.domain.note import TextSpan
from app.terminology.term_index import MIN_COVERAGE, SOURCES, IndexedCode, TermIndex

MATCHES_PER_CODE = 5
# Of a sentence's terms for one code only the best says something new.
_EXACT_BONUS = 0.5
_SUBSEQUENT = frozenset("healing healed followup aftercare subsequent recheck recovering postoperative postop nonunion malunion".split())
_SEQUELA = frozenset("sequela sequelae residual".split())
_OPEN = frozenset("open compound".split())

_I64 = npt.NDArray[np.int64]


class _Places(NamedTuple):
    """Every indexed word of the note: its sentence, word id and position among content words (fractions inside a short form)."""

    sentences: _I64
    words: _I64
    positions: npt.NDArray[np.float64]
    begins: _I64
    ends: _I64


class TermRetriever:
    """Candidates by idf-weighted coverage of terms in a sentence; English terms, so English notes.

    Cost is linear in the length of the note and grows with the postings of its words, not with the number of codes.
    """

    def __init__(self, index: TermIndex) -> None:
        self._index = index

    def candidates(self, analysis: NoteAnalysis) -> list[Candidate]:
        """Codes of which a sentence holds at least MIN_COVERAGE of a term; at most MATCHES_PER_CODE matches each, best first."""
        places = self._places(analysis)
        if not len(places.words):
            return []
        index = self._index
        local_words, local = np.unique(places.words, return_inverse=True)
        shape = (len(analysis.sentences), len(local_words))
        first = np.full(shape, np.inf)
        np.minimum.at(first, (places.sentences, local), places.positions)
        pairs = self._pairs(places, shape[0])
        if not len(pairs):
            return []
        sentence, term = pairs // len(index.term_weights), pairs % len(index.term_weights)
        lengths = (index.term_starts[term + 1] - index.term_starts[term]).astype(np.int64)
        heads = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        flat = np.arange(int(lengths.sum())) - np.repeat(heads - index.term_starts[term], lengths)
        words = index.term_words[flat]
        lookup = np.full(len(index.word_weights), -1, np.int64)
        lookup[local_words] = np.arange(len(local_words))
        slots = lookup[words]
        positions = np.where(slots >= 0, first[np.repeat(sentence, lengths), slots], np.inf)
        present = np.isfinite(positions)
        coverage = np.add.reduceat(np.where(present, index.word_weights[words], 0.0), heads) / index.term_weights[term]
        kept = np.flatnonzero(coverage >= MIN_COVERAGE - 1e-6)
        low = np.minimum.reduceat(positions, heads)
        high = np.maximum.reduceat(np.where(present, positions, -1.0), heads)
        matched = np.add.reduceat(present.astype(np.int64), heads)
        with np.errstate(invalid="ignore"):
            ordered = np.concatenate([np.diff(positions) > 0, [True]]) | ~present
        ordered[heads + lengths - 1] = True
        in_order = np.logical_and.reduceat(ordered, heads)
        width = np.floor(high) - np.floor(low) + 1
        tightness = np.minimum(1.0, matched / np.maximum(width, 1))
        exact = (coverage > 1 - 1e-6) & in_order & (matched >= width)
        return self._assemble(analysis, places, kept, sentence, term, coverage, low, high, lengths, exact, tightness)

    def _places(self, analysis: NoteAnalysis) -> _Places:
        ids, stems = self._index.word_ids, analysis.words.stems
        begins, ends = analysis.words.begins, analysis.words.ends
        short_forms = {e.span.begin: e for e in analysis.expansions}
        rows: list[tuple[int, int, float, int, int]] = []
        for number, sentence in enumerate(analysis.sentences):
            position = 0.0
            for i in range(sentence.first_word, sentence.end_word):
                stem = stems[i]
                expansion = short_forms.get(begins[i])
                if expansion is not None:
                    long = [ids[s] for s in expansion.words.stems if s in ids]
                    rows.extend((number, w, position + k / 64, begins[i], ends[i]) for k, w in enumerate(long[:63]))
                if stem:
                    word = ids.get(stem)
                    if word is not None:
                        rows.append((number, word, position, begins[i], ends[i]))
                    position += 1.0
                elif expansion is not None:
                    position += 1.0
        if not rows:
            empty = np.zeros(0, np.int64)
            return _Places(empty, empty, np.zeros(0), empty, empty)
        table = np.array(rows)
        whole = table[:, (0, 1, 3, 4)].astype(np.int64)
        return _Places(whole[:, 0], whole[:, 1], table[:, 2], whole[:, 2], whole[:, 3])

    def _pairs(self, places: _Places, sentences: int) -> _I64:
        """Sorted unique sentence * T + term for the terms posted under a word of the sentence."""
        index = self._index
        total = len(index.term_weights)
        seen = np.unique(places.sentences * len(index.word_weights) + places.words)
        sentence, word = seen // len(index.word_weights), seen % len(index.word_weights)
        counts = (index.post_starts[word + 1] - index.post_starts[word]).astype(np.int64)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        flat = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - index.post_starts[word], counts)
        pairs: _I64 = np.unique(np.repeat(sentence, counts) * total + index.post_terms[flat])
        return pairs

    def _assemble(
        self,
        analysis: NoteAnalysis,
        places: _Places,
        kept: npt.NDArray[np.intp],
        sentence: _I64,
        term: _I64,
        coverage: npt.NDArray[np.float64],
        low: npt.NDArray[np.float64],
        high: npt.NDArray[np.float64],
        lengths: _I64,
        exact: npt.NDArray[np.bool_],
        tightness: npt.NDArray[np.float64],
    ) -> list[Candidate]:
        index = self._index
        code = index.term_codes[term[kept]]
        worth = coverage[kept] * index.term_weights[term[kept]] * (0.5 + 0.5 * tightness[kept]) + _EXACT_BONUS * exact[kept]
        order = np.lexsort((sentence[kept], -worth, code))
        starts = np.searchsorted(places.sentences, np.arange(len(analysis.sentences) + 1))
        out: list[Candidate] = []
        for code_id, group in groupby(order.tolist(), key=lambda k: int(code[k])):
            matches: list[Match] = []
            sentences_used: set[int] = set()
            leaves: dict[str, list[Match]] = {}
            indexed = index.codes[code_id]
            for k in group:
                row = int(kept[k])
                number = int(sentence[row])
                if number in sentences_used:
                    continue
                sentences_used.add(number)
                here = slice(int(starts[number]), int(starts[number + 1]))
                positions = places.positions[here]
                inside = (positions >= low[row]) & (positions <= high[row])
                span = TextSpan(int(places.begins[here][inside].min()), int(places.ends[here][inside].max()))
                match = Match(
                    span,
                    float(coverage[row]),
                    float(index.term_weights[term[row]]),
                    int(lengths[row]),
                    bool(exact[row]),
                    float(tightness[row]),
                    SOURCES[index.term_sources[term[row]]],
                )
                matches.append(match)
                leaves.setdefault(_leaf(indexed, analysis, number), []).append(match)
                if len(matches) == MATCHES_PER_CODE:
                    break
            out.extend(Candidate(CodeRef(indexed.ref.system, leaf), tuple(found)) for leaf, found in leaves.items())
        return _merged(out)


def _leaf(code: IndexedCode, analysis: NoteAnalysis, sentence: int) -> str:
    """The seventh character that the words of the sentence speak for: active treatment unless it says otherwise (Guidelines I.C.19.a)."""
    if not code.seventh:
        return code.ref.code
    part = analysis.sentences[sentence]
    norms = set(analysis.words.norms[part.first_word : part.end_word])
    if norms & _SEQUELA and "S" in code.seventh:
        return code.seventh["S"]
    if norms & _SUBSEQUENT and "D" in code.seventh:
        return code.seventh["D"]
    if norms & _OPEN and "B" in code.seventh:
        return code.seventh["B"]
    return code.default


def _merged(candidates: list[Candidate]) -> list[Candidate]:
    """Each code once: a leaf may be reached by itself and through its family."""
    by_ref: dict[CodeRef, list[Match]] = {}
    for candidate in candidates:
        by_ref.setdefault(candidate.ref, []).extend(candidate.matches)
    return [Candidate(ref, tuple(sorted(m, key=lambda x: (-x.coverage * x.weight, x.span))[:MATCHES_PER_CODE])) for ref, m in by_ref.items()]
