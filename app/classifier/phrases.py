"""Learned phrases: word sequences of labelled notes that announce a code, with how often they were right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
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
    sentence: list[int] = []
    place: list[int] = []
    hashes: list[int] = []
    stems = analysis.words.stems
    for number, s in enumerate(analysis.sentences):
        for i in range(s.first_word, s.end_word):
            if stems[i]:
                sentence.append(number)
                place.append(i)
                hashes.append(stem_hash(stems[i], known))
    base = np.array(hashes, np.uint64)
    number, where = np.array(sentence, np.int64), np.array(place, np.int64)
    keys, first, last, lengths = [base], [where], [where], [np.ones(len(base), np.int64)]
    running = base
    with np.errstate(over="ignore"):
        for n in range(2, LONGEST + 1):
            if len(base) < n:
                break
            running = running[: len(base) - n + 1] * _PRIME ^ base[n - 1 :]
            same = number[: len(base) - n + 1] == number[n - 1 :]
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

    def candidates(self, analysis: NoteAnalysis) -> list[Candidate]:
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
                    odds, marked, int(found.lengths[hit]), True, 1.0, MatchSource.LEARNED, int(table.support[row]),
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
    known: dict[str, int] = {}
    codes = tuple(sorted({ref for d in labels for ref in d}))
    ids = {ref: i for i, ref in enumerate(codes)}
    support: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    marked: Counter[tuple[int, int]] = Counter()
    per_document = []
    for analysis, wanted in zip(analyses, labels, strict=True):
        found = grams(analysis, known)
        keys = np.unique(found.keys).tolist()
        support.update(keys)
        spans: dict[tuple[int, int], list[int]] = defaultdict(list)
        for key, a, b in zip(found.keys.tolist(), found.first.tolist(), found.last.tolist(), strict=True):
            spans[analysis.words.begins[a], analysis.words.ends[b]].append(key)
        for ref, pieces in wanted.items():
            for piece in pieces:
                for key in _keys_of(piece, spans):
                    marked[key, ids[ref]] += 1
        per_document.append((keys, [ids[ref] for ref in wanted]))
    for keys, wanted_ids in per_document:
        for key in keys:
            if support[key] >= min_documents:
                for code in wanted_ids:
                    together[key, code] += 1
    rows: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for (key, code), count in together.items():
        odds, sure = count / (support[key] + shrink), marked[key, code] / (support[key] + shrink)
        if (odds >= min_odds and count >= 2) or sure >= min_odds:
            rows[key].append((code, odds, sure))
    for (key, code), count in marked.items():
        if support[key] < min_documents:
            sure = count / (support[key] + shrink)
            rows[key].append((code, sure, sure))
    ordered = sorted(rows)
    starts = np.concatenate([[0], np.cumsum([len(rows[k]) for k in ordered])]).astype(np.int64)
    flat = [entry for key in ordered for entry in sorted(rows[key])]
    return PhraseTable(
        np.array(ordered, np.uint64),
        starts,
        np.array([support[k] for k in ordered], np.int32),
        np.array([code for code, _, _ in flat], np.int32),
        np.array([odds for _, odds, _ in flat], np.float32),
        np.array([sure for _, _, sure in flat], np.float32),
        codes,
    )


def _keys_of(piece: TextSpan, spans: Mapping[tuple[int, int], Sequence[int]]) -> Sequence[int]:
    return spans.get((piece.begin, piece.end), ())


