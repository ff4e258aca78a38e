"""Texts that are nearly the same: MinHash over sequences of words, found by locality-sensitive hashing.

Broder 1997 (doi:10.1109/SEQUEN.1997.666900); Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from zlib import crc32

from datasketch import MinHash, MinHashLSH

# Share of word sequences in common from which two texts are called nearly the same. Two notes of one template stay below
# it; a note that was signed again, or copied forward with a few lines changed, is above.
THRESHOLD = 0.7
_SEQUENCE = 5
_PERMUTATIONS = 128
_WORD = re.compile(r"\w+")


class Similar(NamedTuple):
    """A text known before, and the estimated share of word sequences in common (Jaccard, to within about .05)."""

    name: str
    share: float


class TextIndex:
    """Texts by name; memory is about 2 KB a text, whatever its length."""

    def __init__(self, threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._hashes: dict[str, MinHash] = {}
        self._index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)

    def add(self, name: str, text: str) -> list[Similar]:
        """The texts added before that are nearly the same, the most similar first; then adds this one."""
        signature = _signature(text)
        found = self._similar(signature)
        self._hashes[name] = signature
        self._index.insert(name, signature)
        return found

    def similar(self, text: str) -> list[Similar]:
        """The texts added that are nearly the same, the most similar first."""
        return self._similar(_signature(text))

    def _similar(self, signature: MinHash) -> list[Similar]:
        shares = ((name, float(signature.jaccard(self._hashes[name]))) for name in self._index.query(signature))
        return sorted((Similar(name, share) for name, share in shares if share >= self._threshold), key=lambda s: (-s.share, s.name))


def _signature(text: str) -> MinHash:
    words = [word.casefold() for word in _WORD.findall(text)]
    size = min(_SEQUENCE, max(len(words), 1))
    sequences = {" ".join(words[i : i + size]).encode() for i in range(max(len(words) - size + 1, 1))}
    made = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=crc32)
    made.update_batch(sorted(sequences))
    return made
