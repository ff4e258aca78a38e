"""Words of other languages and the English stems that share their Greek or Latin root: nefropatía, nephropathy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

# What Greek and Latin sounds are written as, in English and in the Romance languages, folded to one spelling; in this order.
_SPELLINGS = (
    ("rrh", "r"), ("rh", "r"), ("ph", "f"), ("th", "t"), ("ch", "c"), ("qu", "c"), ("ck", "c"), ("k", "c"), ("y", "i"), ("h", ""), ("ae", "e"),
    ("oe", "e"), ("sc", "c"), ("pn", "n"), ("ps", "s"), ("pt", "t"), ("gn", "n"), ("j", "g"), ("z", "c"), ("w", "u"),
)  # fmt: skip
# Before these at the beginning of a word, the Romance languages put an e to the s: stenosis, estenosis.
_AFTER_ES = frozenset("ctpmqf")
_DOUBLE = re.compile(r"(.)\1")
# Shorter words look alike by chance.
SHORTEST_WORD, SHORTEST_STEM, _SHORTEST_ROOT = 5, 4, 3


def fold(word: str) -> str:
    """The word in a spelling that related words of English and the Romance languages share."""
    if word.startswith("es") and word[2:3] in _AFTER_ES:
        word = word[1:]
    for written, folded in _SPELLINGS:
        word = word.replace(written, folded)
    return _DOUBLE.sub(r"\1", word)


class Cognates:
    """Finds English stems. `stems` gives each with its weight, of which the less wins where two are spelt alike.

    `endings`: pairs (ending of the other language, English ending); the longest are tried first, then those that stand first.
    """

    def __init__(self, stems: Iterable[tuple[str, float]], endings: Sequence[tuple[str, str]], stem: Callable[[str], str]) -> None:
        self._endings = sorted(endings, key=lambda pair: -len(pair[0]))
        self._stem = stem
        ordered = sorted(stems, key=lambda s: (-s[1], s[0]))
        self._by_spelling = {fold(known): known for known, _ in ordered if len(known) >= SHORTEST_STEM}
        self._short = frozenset(known for known, _ in ordered if len(known) == SHORTEST_STEM)

    def find(self, norm: str) -> str | None:
        """The English stem of a normalised word, by the first ending that leads to one; short words must be the same in both."""
        if len(norm) < SHORTEST_WORD:
            return norm if norm in self._short else None
        for form in self._forms(norm):
            found = self._by_spelling.get(fold(self._stem(form)))
            if found is not None:
                return found
        return None

    def _forms(self, norm: str) -> Iterable[str]:
        yield norm
        for ending, english in self._endings:
            root = len(norm) - len(ending)
            if root >= _SHORTEST_ROOT and norm.endswith(ending):
                yield norm[:root] + english
