"""How many codes a word names."""

from __future__ import annotations

import math

from app.terminology.term_index import TermIndex
from app.usecases.ports import WordReader


class TermSpread:
    """Counts over the terms of all codes that are indexed, by the weights of words, which are inverse document frequencies."""

    def __init__(self, index: TermIndex, words: WordReader) -> None:
        self._index, self._words = index, words

    def __call__(self, text: str) -> int:
        """About how many codes have the rarest word of the text in their terms; 0 where a word is in none."""
        index = self._index
        weights = [
            float(index.word_weights[index.word_ids[stem]]) if stem in index.word_ids else math.inf for stem in self._words.read(text).stems if stem
        ]
        return round(len(index.codes) * math.exp(-max(weights, default=math.inf)))
