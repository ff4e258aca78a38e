"""Learned phrases: word sequences of labelled notes that announce a code, with how often they were right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import numpy.typing as npt
from scipy import sparse

from app.classifier.by_code import best_of_each, candidates_of
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.encounter import Encounter
from app.domain.note import TextSpan

LONGEST = 5
# Phrases counted at a time.
_BLOCK = 200_000
_PRIME = np.uint64(1_099_511_628_211)


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Phrases in compressed sparse rows.

    `keys`: uint64[P], sorted hashes of the phrases; row p holds `codes[code_ids[starts[p]:starts[p + 1]]]` with `odds`
    (float32, probability of the code given the phrase, shrunk). `support`: int32[P], training documents with the phrase.
    """

    keys: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    support: npt.NDArray[np.int32]
    code_ids: npt.NDArray[np.int32]
    odds: npt.NDArray[np.float32]
    codes: tuple[CodeRef, ...]


@dataclass(frozen=True, slots=True)
class Grams:
    """Word sequences of a note: hashes and the words [first, last] they run over."""

    keys: npt.NDArray[np.uint64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]


def stem_hash(stem: str, known: dict[str, int]) -> int:
    """64-bit FNV-1a of a stem (Fowler, Noll, Vo), remembered in `known`."""
    value = known.get(stem)
    if value is None:
        value = 14_695_981_039_346_656_037
        for byte in stem.encode():
            value = ((value ^ byte) * 1_099_511_628_211) & 0xFFFF_FFFF_FFFF_FFFF
        known[stem] = value
    return value


def content_words(analysis: NoteAnalysis, known: dict[str, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Sentence, place among the words, and hash of the stem of each content word of the sentences; shape (n,) each."""
    stems = analysis.words.stems
    of_sentence = [[i for i in range(s.first_word, s.end_word) if stems[i]] for s in analysis.sentences]
    places = list(chain.from_iterable(of_sentence))
    hashes = [known.get(stems[i]) or stem_hash(stems[i], known) for i in places]
    sentences = np.repeat(np.arange(len(of_sentence)), [len(of_one) for of_one in of_sentence])
    return sentences, np.array(places, np.int64), np.array(hashes, np.uint64)


def grams(analysis: NoteAnalysis, known: dict[str, int]) -> Grams:
    """All sequences of 1 to LONGEST content words within a sentence; stop words between them are skipped."""
    inside, where, base = content_words(analysis, known)
    keys, first, last, lengths = [base], [where], [where], [np.ones(len(base), np.int64)]
    running = base
    with np.errstate(over="ignore"):
        for n in range(2, LONGEST + 1):
            if len(base) < n:
                break
            running = running[: len(base) - n + 1] * _PRIME ^ base[n - 1 :]
            same = inside[: len(base) - n + 1] == inside[n - 1 :]
            keys.append(running[same])
            first.append(where[: len(base) - n + 1][same])
            last.append(where[n - 1 :][same])
            lengths.append(np.full(int(same.sum()), n))
    return Grams(np.concatenate(keys), np.concatenate(first), np.concatenate(last), np.concatenate(lengths))


class PhraseSource:
    """Candidates from learned phrases; `min_odds` is the probability from which a phrase speaks."""

    def __init__(self, table: PhraseTable, *, min_odds: float, per_code: int = 5) -> None:
        self._table, self._min_odds, self._per_code = table, min_odds, per_code
        self._known: dict[str, int] = {}

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:  # noqa: ARG002  the port's signature
        """One candidate a code, its phrases best first: the likeliest, of equal ones the longest, then the first in the note."""
        table = self._table
        if not len(table.keys):
            return []
        found = grams(analysis, self._known)
        row = np.minimum(np.searchsorted(table.keys, found.keys), len(table.keys) - 1)
        hit = np.flatnonzero(table.keys[row] == found.keys)
        # Each phrase where it stands first.
        row, first = np.unique(row[hit], return_index=True)
        hit = hit[first]
        order = np.lexsort((hit, -found.lengths[hit]))
        row, hit = row[order], hit[order]
        counts = table.starts[row + 1] - table.starts[row]
        entry = np.arange(int(counts.sum())) + np.repeat(table.starts[row] - (np.cumsum(counts) - counts), counts)
        place = np.repeat(np.arange(len(row)), counts)
        odds = table.odds[entry].astype(np.float64)
        likely = np.flatnonzero(odds >= self._min_odds)
        if not len(likely):
            return []
        code, odds, place = table.code_ids[entry[likely]], odds[likely], place[likely]
        # The order of the phrases stays among equal odds of a code.
        order = np.lexsort((-odds, code))
        order = order[best_of_each(code[order], self._per_code)]
        code, odds, place = code[order], odds[order], place[order]
        begins, ends = analysis.words.begins, analysis.words.ends
        spans = [TextSpan(begins[i], ends[k]) for i, k in zip(found.first[hit].tolist(), found.last[hit].tolist(), strict=True)]
        matches = Match.rows(
            [spans[i] for i in place.tolist()],
            odds.tolist(),
            repeat(0.0),
            found.lengths[hit][place].tolist(),
            [True] * len(place),
            repeat(1.0),
            repeat(MatchSource.LEARNED),
            table.support[row][place].tolist(),
        )
        return candidates_of(table.codes, code, matches)


@dataclass(frozen=True, slots=True)
class PhraseCounts:
    """Which documents hold which phrases and codes, so that tables of any part of the documents follow.

    `keys`: uint64[G], sorted hashes of the phrases of two documents or more. `held`: documents x G, `truth`: documents x codes,
    both 1 where the document holds it. `mute`: documents x codes, 1 where a document says nothing of what its words mean for the code:
    its coder left the code out for another reason. `weights`: float32[documents], how many documents each counts for.
    """

    keys: npt.NDArray[np.uint64]
    held: sparse.csr_matrix
    truth: sparse.csr_matrix
    mute: sparse.csr_matrix
    weights: npt.NDArray[np.float32]
    codes: tuple[CodeRef, ...]

    def table(self, documents: npt.NDArray[np.bool_], *, min_documents: int, min_odds: float, shrink: float) -> PhraseTable:
        """What the phrases of the documents chosen by `documents` (shape (documents,)) announce.

        The odds of code c given phrase g are n(g, c) / (n(g) + shrink) over documents by their weights, those left out of n(g) that
        are mute on c; kept from `min_odds` on, and for phrases of `min_documents` that the code shares twice.
        """
        held, truth, mute = self.held[documents], self.truth[documents], self.mute[documents]
        weights = self.weights[documents]
        support = np.asarray(held.sum(axis=0)).ravel()
        weighted = bool((weights != 1).any())
        total = np.asarray(held.T @ weights).ravel() if weighted else support
        grams_kept, codes_kept, odds_kept = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        common = np.flatnonzero(support >= max(min_documents, 2))
        columns = held.tocsc()
        # A block of phrases at a time: most of what is counted is dropped again.
        for begin in range(0, len(common), _BLOCK):
            block = common[begin : begin + _BLOCK]
            of_block = columns[:, block].T.tocsr()
            together = (of_block @ truth).tocoo()
            right, asked = together.data, total[block[together.row]]
            if weighted:
                of_block = of_block.multiply(weights).tocsr()
                right = _at(of_block @ truth, together)
            if mute.nnz:
                asked = asked - _at(of_block @ mute, together)
            odds = right / (asked + shrink)
            kept = (together.data >= 2) & (odds >= min_odds)
            order = np.lexsort((together.col[kept], together.row[kept]))
            grams_kept.append(block[together.row[kept][order]])
            codes_kept.append(together.col[kept][order])
            odds_kept.append(odds[kept][order])
        gram = np.concatenate(grams_kept)
        unique, starts = np.unique(gram, return_index=True)
        return PhraseTable(
            self.keys[unique],
            np.append(starts, len(gram)).astype(np.int64),
            support[unique].astype(np.int32),
            np.concatenate(codes_kept).astype(np.int32),
            np.concatenate(odds_kept).astype(np.float32),
            self.codes,
        )


def _at(values: sparse.spmatrix, places: sparse.coo_matrix) -> npt.NDArray[np.float32]:
    """The values that stand where `places` has entries, in its order."""
    return np.asarray(values.tocsr()[places.row, places.col], np.float32).ravel()


def count(
    analyses: Iterable[NoteAnalysis],
    labels: Iterable[Collection[CodeRef]],
    *,
    mute: Sequence[Collection[CodeRef]] | None = None,
    weights: Sequence[float] | None = None,
) -> PhraseCounts:
    """Phrases and codes of documents, in one pass. `mute` and `weights` by document: see PhraseCounts; none, and 1, where not given."""
    known: dict[str, int] = {}
    keys: list[npt.NDArray[np.uint64]] = []
    wanted: list[list[CodeRef]] = []
    for analysis, codes_of in zip(analyses, labels, strict=True):
        keys.append(np.unique(grams(analysis, known).keys))
        wanted.append(sorted(codes_of))
    codes = tuple(sorted({ref for refs in wanted for ref in refs}))
    ids = {ref: i for i, ref in enumerate(codes)}
    everything = np.concatenate([*keys, np.zeros(0, np.uint64)])
    vocabulary, counts = np.unique(everything, return_counts=True)
    vocabulary = vocabulary[counts >= 2]
    place = np.minimum(np.searchsorted(vocabulary, everything), max(len(vocabulary) - 1, 0))
    document = np.repeat(np.arange(len(keys)), [len(k) for k in keys])
    inside = vocabulary[place] == everything if len(vocabulary) else np.zeros(len(everything), np.bool_)
    held = sparse.csr_matrix((np.ones(int(inside.sum()), np.float32), (document[inside], place[inside])), shape=(len(keys), len(vocabulary)))
    silent = [sorted(ref for ref in refs if ref in ids) for refs in (mute if mute is not None else [()] * len(keys))]
    counted = np.ones(len(keys), np.float32) if weights is None else np.array(weights, np.float32)
    return PhraseCounts(vocabulary, held, _marks(wanted, ids), _marks(silent, ids), counted, codes)


def _marks(refs: Sequence[Sequence[CodeRef]], ids: Mapping[CodeRef, int]) -> sparse.csr_matrix:
    """Documents x codes, 1 where the document has the code."""
    rows = np.repeat(np.arange(len(refs)), [len(of_document) for of_document in refs])
    columns = np.array([ids[ref] for of_document in refs for ref in of_document], np.int64)
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(refs), len(ids)))
