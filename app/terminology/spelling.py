"""Words as people type them: misspelt, cut short, without vowels, run together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

# Spellings compared letter by letter, chosen by the pairs of letters they share.
_SHORTLIST = 80
_KEPT = 6
# Spellings this much less alike than the best one are not meant.
_MARGIN = 0.15
_LEAST = 0.66
# Of two spellings equally near, the one that more wordings hold is likelier meant.
_FREQUENT = 0.006
_VOWELS = str.maketrans("", "", "aeiou")
_LETTERS = 64


class Spelling(NamedTuple):
    """A word of the vocabulary that may be meant, and how likely, in (0, 1]."""

    norm: int
    likeness: float


class SpellingIndex:
    """Finds spellings near a word. Built once from the vocabulary, in well under a second; safe to share between threads.

    `norms` are the spellings, `rows` how many wordings hold each.
    """

    def __init__(self, norms: Sequence[str], rows: npt.NDArray[np.int32]) -> None:
        self._norms, self._rows = norms, rows
        self._numbers = {norm: i for i, norm in enumerate(norms)}
        self._sorted = sorted(range(len(norms)), key=norms.__getitem__)
        self._in_order = [norms[i] for i in self._sorted]
        self._skeletons: dict[str, list[int]] = {}
        for i, norm in enumerate(norms):
            if norm[0].isalpha():
                self._skeletons.setdefault(_skeleton(norm), []).append(i)
        grams = [_pairs(norm) for norm in norms]
        owners = np.repeat(np.arange(len(norms), dtype=np.int32), [len(g) for g in grams])
        flat = np.concatenate(grams) if grams else np.zeros(0, np.int64)
        self._lengths = np.fromiter(map(len, grams), np.float32, len(grams))
        self._posts = owners[np.argsort(flat, kind="stable")]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=_LETTERS * _LETTERS))])
        self.near = lru_cache(maxsize=20_000)(self._near)

    def number(self, norm: str) -> int | None:
        """The number of a spelling that is known."""
        return self._numbers.get(norm)

    def _near(self, norm: str) -> tuple[Spelling, ...]:
        """Spellings that `norm` may be a typing error of, or the consonants of, best first; none for numbers and single letters."""
        if len(norm) < 2 or not norm[0].isalpha():
            return ()
        found = self._misspelt(norm) if len(norm) > 2 else {}
        for number, likeness in self._without_vowels(norm):
            found[number] = max(found.get(number, 0.0), likeness)
        if not found:
            return ()
        best = max(found.values())
        kept = sorted(((x, i) for i, x in found.items() if x >= best - _MARGIN), key=lambda pair: (-pair[0], -int(self._rows[pair[1]])))
        return tuple(Spelling(i, x) for x, i in kept[:_KEPT])

    def beginning_with(self, stem: str) -> list[Spelling]:
        """Spellings that go on from `stem`, the commonest first and likeliest; for a word cut short or being typed."""
        if len(stem) < 3:
            return []
        low = bisect_left(self._in_order, stem)
        high = bisect_left(self._in_order, stem + "\U0010ffff")
        found = [i for i in self._sorted[low:high] if len(self._norms[i]) > len(stem)]
        if not found:
            return []
        top = float(max(self._rows[i] for i in found))
        share = min(1.0, 0.45 + 0.11 * len(stem))
        scored = [Spelling(i, share * (0.66 + 0.3 * float(np.log1p(self._rows[i]) / np.log1p(top)))) for i in found]
        return sorted(scored, key=lambda s: -s.likeness)[:20]

    def parts(self, norm: str) -> tuple[int, int] | None:
        """Two known spellings that `norm` is made of, run together; the split whose rarer part is commonest."""
        best: tuple[int, int, int] | None = None
        for cut in range(3, len(norm) - 2):
            left, right = self._numbers.get(norm[:cut]), self._numbers.get(norm[cut:])
            if left is not None and right is not None:
                rarer = int(min(self._rows[left], self._rows[right]))
                if best is None or rarer > best[0]:
                    best = rarer, left, right
        return None if best is None else best[1:]

    def _misspelt(self, norm: str) -> dict[int, float]:
        """By edits, a swap of neighbours counting as one; the first letter is seldom wrong."""
        pairs = _pairs(norm)
        rows = np.concatenate([self._posts[self._starts[p] : self._starts[p + 1]] for p in pairs])
        shared = np.bincount(rows, minlength=len(self._norms)) / (self._lengths + len(pairs))
        size = min(_SHORTLIST, len(shared))
        found: dict[int, float] = {}
        for i in np.argpartition(-shared, size - 1)[:size].tolist():
            other = self._norms[i]
            if shared[i] <= 0 or not other[0].isalpha():
                continue
            likeness = OSA.normalized_similarity(norm, other) + (0.04 if norm[0] == other[0] else -0.04)
            if likeness >= _LEAST:
                found[i] = min(likeness + _FREQUENT * float(np.log1p(self._rows[i])), 0.97)
        return found

    def _without_vowels(self, norm: str) -> list[Spelling]:
        """Spellings that `norm` is the consonants of ("dmg": damage)."""
        if norm.translate(_VOWELS) != norm:
            return []
        return [Spelling(i, 0.8) for i in self._skeletons.get(_skeleton(norm), ()) if self._norms[i] != norm]


def _skeleton(norm: str) -> str:
    """First letter and consonants, a doubled one once."""
    bare = norm[0] + norm[1:].translate(_VOWELS)
    return bare[0] + "".join(b for a, b in pairwise(bare) if a != b)


def _pairs(norm: str) -> npt.NDArray[np.int64]:
    """Pairs of neighbouring letters, the edges included, each once, as numbers in [0, 64²)."""
    letters = [0, *(ord(c) % (_LETTERS - 1) + 1 for c in norm), 0]
    return np.array(sorted({a * _LETTERS + b for a, b in pairwise(letters)}), np.int64)
