"""Learned phrases: word sequences of labelled notes that announce a code, with how often they were right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.encounter import Encounter
from app.domain.note import TextSpan

LONGEST = 5
_PRIME = np.uint64(1_099_511_628_211)


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Phrases in compressed sparse rows.

    `keys`: uint64[P], sorted hashes of the phrases; row p holds `codes[code_ids[starts[p]:starts[p + 1]]]` with `odds`
    (float32, probability of the code given the phrase, shrunk), `evidence` (float32, share of the phrase's documents in
    which a coder marked it for the code; 0 where spans are not known). `support`: int32[P], training documents with the phrase.
    """

    keys: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    support: npt.NDArray[np.int32]
    code_ids: npt.NDArray[np.int32]
    odds: npt.NDArray[np.float32]
    evidence: npt.NDArray[np.float32]
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


def grams(analysis: NoteAnalysis, known: dict[str, int]) -> Grams:
    """All sequences of 1 to LONGEST content words within a sentence; stop words between them are skipped."""
    sentences: list[int] = []
    places: list[int] = []
    hashes: list[int] = []
    stems = analysis.words.stems
    for number, s in enumerate(analysis.sentences):
        for i in range(s.first_word, s.end_word):
            if stems[i]:
                sentences.append(number)
                places.append(i)
                hashes.append(stem_hash(stems[i], known))
    base = np.array(hashes, np.uint64)
    inside, where = np.array(sentences, np.int64), np.array(places, np.int64)
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
        """One candidate a code, its phrases best first."""
        table = self._table
        if not len(table.keys):
            return []
        found = grams(analysis, self._known)
        rows = np.minimum(np.searchsorted(table.keys, found.keys), len(table.keys) - 1)
        hits = np.flatnonzero(table.keys[rows] == found.keys)
        by_code: dict[int, dict[int, tuple[float, float, int]]] = defaultdict(dict)
        for hit in hits.tolist():
            row = int(rows[hit])
            for k in range(int(table.starts[row]), int(table.starts[row + 1])):
                odds, marked = float(table.odds[k]), float(table.evidence[k])
                if odds >= self._min_odds or marked >= self._min_odds:
                    by_code[int(table.code_ids[k])].setdefault(row, (max(odds, marked), marked, hit))
        words = analysis.words
        out = []
        for code, phrases in by_code.items():
            best = sorted(phrases.items(), key=lambda p: (-p[1][0], -int(found.lengths[p[1][2]]), p[1][2]))[: self._per_code]
            matches = tuple(
                Match(
                    TextSpan(words.begins[int(found.first[hit])], words.ends[int(found.last[hit])]),
                    odds, marked, int(found.lengths[hit]), exact=True, tightness=1.0, source=MatchSource.LEARNED, support=int(table.support[row]),
                )
                for row, (odds, marked, hit) in best
            )  # fmt: skip
            out.append(Candidate(table.codes[code], matches))
        return out


def learn(
    analyses: Sequence[NoteAnalysis],
    labels: Sequence[Mapping[CodeRef, Sequence[TextSpan]]],
    *,
    min_documents: int = 2,
    min_odds: float = 0.1,
    shrink: float = 1.0,
) -> PhraseTable:
    """Phrases of the notes and what they announce.

    `labels[d]` maps each code of document d to the spans that a coder marked for it (none where they are not known).
    The odds of code c given phrase g are n(g, c) / (n(g) + shrink) over documents; kept from `min_odds` on. A phrase needs
    `min_documents`, or to have been marked once.
    """
    codes = tuple(sorted({ref for d in labels for ref in d}))
    if not codes:
        nothing, none = np.zeros(0, np.int32), np.zeros(0, np.float32)
        return PhraseTable(np.zeros(0, np.uint64), np.zeros(1, np.int64), nothing, nothing, none, none, ())
    ids = {ref: i for i, ref in enumerate(codes)}
    known: dict[str, int] = {}
    keys: list[npt.NDArray[np.uint64]] = []
    marks: list[tuple[int, int]] = []
    for analysis, wanted in zip(analyses, labels, strict=True):
        found = grams(analysis, known)
        keys.append(np.unique(found.keys))
        marks.extend({(key, ids[ref]) for ref, pieces in wanted.items() for key in _marked(analysis, found, pieces)})
    vocabulary, column = np.unique(np.concatenate(keys), return_inverse=True)
    document = np.repeat(np.arange(len(keys)), [len(k) for k in keys])
    held = sparse.csr_matrix((np.ones(len(column), np.float32), (document, column)), shape=(len(keys), len(vocabulary)))
    wanted_ids = [[ids[ref] for ref in d] for d in labels]
    rows = np.repeat(np.arange(len(keys)), [len(w) for w in wanted_ids])
    columns = np.array([i for w in wanted_ids for i in w], np.int64)
    truth = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(keys), len(codes)))
    support = np.asarray(held.sum(axis=0)).ravel()
    common = np.flatnonzero(support >= min_documents)
    together = (held[:, common].T @ truth).tocoo()
    gram, code, count = common[together.row], together.col, together.data
    sure = sparse.csr_matrix((len(vocabulary), len(codes)), dtype=np.float32)
    if marks:
        at = np.searchsorted(vocabulary, np.array([key for key, _ in marks], np.uint64))
        sure = sparse.csr_matrix((np.ones(len(marks), np.float32), (at, [c for _, c in marks])), shape=sure.shape)
    kept = (count >= 2) & (count / (support[gram] + shrink) >= min_odds)
    strong = sparse.csr_matrix((count[kept], (gram[kept], code[kept])), shape=sure.shape)
    # A phrase that was marked once counts with its marks alone where it is too rare to be counted by documents.
    both = strong.maximum(sure).tocoo()
    order = np.lexsort((both.col, both.row))
    gram, code, count = both.row[order], both.col[order], both.data[order]
    marked = np.asarray(sure[gram, code]).ravel() if len(gram) else np.zeros(0, np.float32)
    odds, evidence = count / (support[gram] + shrink), marked / (support[gram] + shrink)
    kept = odds >= min_odds
    gram, code, odds, evidence = gram[kept], code[kept], odds[kept], evidence[kept]
    unique, starts = np.unique(gram, return_index=True)
    return PhraseTable(
        vocabulary[unique],
        np.append(starts, len(gram)).astype(np.int64),
        support[unique].astype(np.int32),
        code.astype(np.int32),
        odds.astype(np.float32),
        evidence.astype(np.float32),
        codes,
    )


def _marked(analysis: NoteAnalysis, found: Grams, pieces: Sequence[TextSpan]) -> set[int]:
    """Keys of the word sequences that run from the first to the last content word of a piece of evidence."""
    words = analysis.words
    wanted = set()
    for piece in pieces:
        first, last = bisect_left(words.begins, piece.begin), bisect_right(words.ends, piece.end) - 1
        while first <= last and not words.stems[first]:
            first += 1
        while last >= first and not words.stems[last]:
            last -= 1
        if first <= last:
            wanted.add((first, last))
    if not wanted:
        return set()
    return {key for key, a, b in zip(found.keys.tolist(), found.first.tolist(), found.last.tolist(), strict=True) if (a, b) in wanted}
