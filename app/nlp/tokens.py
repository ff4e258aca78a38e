"""scispaCy's tokens over a note, and the way back from tokens to characters of the untouched text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from spacy.attrs import IDS
from spacy.tokens import Doc

# The tokenizer peels off punctuation one character at a time, each time over what is left of the word: a "word" of 100,000
# brackets would take minutes. Nothing that a person writes has so many characters without a space.
_LONGEST_WORD = 80
# White space other than a single space, and words that never end.
_SPACE = re.compile(r"\s(?:(?<! )|\s)\s*")
_LONG_WORD = rf"\S{{{_LONGEST_WORD}}}(?=\S)"
# Before and behind a slash between words: "cough/possible pneumonia" holds a cue, "w/o", "s/p" and "his/her" are words of their own.
_SLASH = "|".join(rf"(?<=[a-z]{{{left}}})(?=/[A-Za-z]{{{right}}})|(?<=[a-z]{{{left}}}/)(?=[A-Za-z]{{{right}}})" for left, right in ((2, 4), (4, 2)))
_SPACE_OR_SLASH = re.compile(rf"{_SPACE.pattern}|{_SLASH}")
_ALL = re.compile(rf"{_SPACE.pattern}|{_SLASH}|{_LONG_WORD}")
_ORIGIN = "chartcoder.origin"


@dataclass(frozen=True, slots=True)
class _Origin:
    """Positions in the folded text from which on the untouched text is `shifts` characters ahead; the first cut is 0."""

    cuts: list[int]
    shifts: list[int]


def _fold(text: str) -> tuple[str, _Origin]:
    """`text` with one space for each run of white space, so that cues of several words match over line breaks, and spaces around slashes."""
    parts: list[str] = []
    cuts, steps = [0], [0]
    done = len(text) - len(text.lstrip())
    if done:
        cuts.append(0)
        steps.append(done)
    length = 0
    folded = _ALL if max(map(len, text.split()), default=0) > _LONGEST_WORD else _SPACE_OR_SLASH if "/" in text else _SPACE
    for match in folded.finditer(text, done):
        begin, end = match.span()
        kept = text[done:begin]
        replacement = " " if text[begin].isspace() else match.group() + " "
        parts += (kept, replacement)
        length += len(kept) + len(replacement)
        if end - begin != len(replacement):
            cuts.append(length)
            steps.append(end - begin - len(replacement))
        done = end
    parts.append(text[done:])
    return "".join(parts), _Origin(cuts, list(accumulate(steps)))


class FoldingTokenizer:
    """A spaCy tokenizer over folded text. The Doc's own text is the folded one; `offsets` leads back to the note."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __call__(self, text: str) -> Doc:
        """Tokens of `text`, none of them white space; linear in its length."""
        folded, origin = _fold(text)
        doc = self._inner(folded)
        doc.user_data[_ORIGIN] = origin
        return doc


def offsets(doc: Doc) -> tuple[list[int], list[int]]:
    """Begin and end of each token in code points of the untouched text."""
    origin: _Origin = doc.user_data[_ORIGIN]
    table = doc.to_array([IDS["IDX"], IDS["LENGTH"]]).astype(np.int64)
    begins = table[:, 0]
    shifts = np.asarray(origin.shifts)[np.searchsorted(origin.cuts, begins, side="right") - 1]
    begins = begins + shifts
    return begins.tolist(), (begins + table[:, 1]).tolist()
