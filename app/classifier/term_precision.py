"""How often a code was right over all labelled documents in which a term for it stands: of the code, and of the code by these very words.

A phrase is learned where it announces a code; this says as well of which terms coders make little. Both count what the term stands for
wherever it stands, denied or not, since only labels show whether denials are coded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.classifier.match_table import SOURCE_IDS, Bools, Floats, Ints, MatchTable, first_of_groups
from app.classifier.phrases import stem_hash
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import MatchSource
from app.domain.code import CodeRef

PRECISION: tuple[str, ...] = ("code_precision", "code_held", "term_precision", "term_held", "affirmed_precision", "affirmed_held")
_TERMS = (MatchSource.TITLE, MatchSource.INCLUSION, MatchSource.INDEX, MatchSource.PHRASEBOOK, MatchSource.CATALOGUE)
IS_TERM = np.isin(np.arange(len(SOURCE_IDS)), [SOURCE_IDS[source] for source in _TERMS])
"""Whether matches of a source are of terms, by the number of the source."""
_NOWHERE = -1.0
# Of the polynomial hash of a row of words, modulo 2**64.
_BASE = 1_099_511_628_211
_INVERSE = pow(_BASE, -1, 2**64)

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TermPrecision:
    """C codes and K pairs of a code and the words that stand for it. Shares are shrunk and in [0, 1].

    `codes` with `code_precision`, the share of the `code_held` documents in which a term stands for the code that have it, float32[C].
    `keys`: uint64[K], sorted; `term_precision` and `term_held` the same of the documents in which these words do, float32[K].
    `overall`: the share of all, float32[1].
    """

    codes: tuple[CodeRef, ...]
    code_precision: npt.NDArray[np.float32]
    code_held: npt.NDArray[np.float32]
    keys: Keys
    term_precision: npt.NDArray[np.float32]
    term_held: npt.NDArray[np.float32]
    overall: npt.NDArray[np.float32]


_NO_SHARE = np.zeros(0, np.float32)
NO_PRECISION = TermPrecision((), _NO_SHARE, _NO_SHARE, np.zeros(0, np.uint64), _NO_SHARE, _NO_SHARE, np.zeros(1, np.float32))
"""Of no documents."""


class TermKeys:
    """Names what stands for a code: the code with the content words of a match. Safe to share between threads."""

    def __init__(self) -> None:
        self._stems: dict[str, int] = {}
        self._codes: dict[CodeRef, int] = {}

    def __call__(self, analysis: NoteAnalysis, matches: MatchTable, refs: Sequence[CodeRef]) -> Keys:
        """Shape (matches,); `refs` are the codes that own them."""
        codes = np.array([self._codes.get(ref) or self._hash(ref) for ref in refs], np.uint64)
        return self._words(analysis, matches.begin, matches.end) * np.uint64(_BASE) ^ codes[matches.owner]

    def _hash(self, ref: CodeRef) -> int:
        value = self._codes[ref] = stem_hash("|".join(ref), {})
        return value

    def _words(self, analysis: NoteAnalysis, begin: Ints, end: Ints) -> Keys:
        """Hash of the content words from `begin` to `end`, shape (n,): the difference of two sums over the note, shifted to its place."""
        words, known = analysis.words, self._stems
        content = [stem for stem in words.stems if stem]
        hashes = np.array([known.get(stem) or stem_hash(stem, known) for stem in content], np.uint64)
        powers, shifts = _powers(_BASE, len(content) + 1), _powers(_INVERSE, len(content) + 1)
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashes * powers[:-1], dtype=np.uint64)])
        before = np.concatenate([[0], np.cumsum([bool(stem) for stem in words.stems])]).astype(np.int64)
        low = before[np.searchsorted(np.array(words.ends), begin, side="right")]
        high = np.maximum(before[np.searchsorted(np.array(words.begins), end, side="left")], low)
        found: Keys = (sums[high] - sums[low]) * shifts[low]
        return found


def _powers(base: int, count: int) -> Keys:
    """base**0 to base**(count - 1), modulo 2**64."""
    return np.concatenate([np.ones(1, np.uint64), np.cumprod(np.full(count - 1, base, np.uint64), dtype=np.uint64)])


def is_term(matches: MatchTable) -> Bools:
    """Which matches are of terms, rather than of what training taught or of other words, shape (matches,)."""
    return np.asarray(IS_TERM[matches.source])


class TermRecord:
    """The features PRECISION of the candidates of a note. Safe to share between threads."""

    def __init__(self, table: TermPrecision) -> None:
        self._table, self._keys = table, TermKeys()
        self._places = {ref: i for i, ref in enumerate(table.codes)}
        # Behind the last, for what no document held.
        self._of_code = np.append(table.code_precision, table.overall), np.append(table.code_held, np.float32(0))

    def __call__(self, analysis: NoteAnalysis, matches: MatchTable, affirmed: Bools, refs: Sequence[CodeRef]) -> Floats:
        """Shape (refs, PRECISION): -1 for a code for which no term stands. `affirmed`, shape (matches,), says which matches are."""
        table, count = self._table, len(refs)
        out = np.full((count, len(PRECISION)), _NOWHERE)
        out[:, 1::2] = 0.0
        rows = np.flatnonzero(is_term(matches)) if len(table.keys) else np.zeros(0, np.int64)
        if not len(rows):
            return out
        m = MatchTable._make(column[rows] for column in matches)
        code = np.array([self._places.get(ref, -1) for ref in refs])
        keys = self._keys(analysis, m, refs)
        place = np.minimum(np.searchsorted(table.keys, keys), len(table.keys) - 1)
        known = table.keys[place] == keys
        precision = np.where(known, table.term_precision[place], self._of_code[0][code[m.owner]]).astype(np.float64)
        held = np.log1p(np.where(known, table.term_held[place], 0.0))
        owners, heads, sizes = np.unique(m.owner, return_index=True, return_counts=True)
        out[owners, 0] = self._of_code[0][code[owners]]
        out[owners, 1] = np.log1p(self._of_code[1][code[owners]])
        for column, eligible in ((2, np.ones(len(rows), np.bool_)), (4, affirmed[rows])):
            best, there = first_of_groups(precision, eligible, heads, sizes)
            out[owners[there], column] = precision[best[there]]
            out[owners[there], column + 1] = held[best[there]]
        return out
