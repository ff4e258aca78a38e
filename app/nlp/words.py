"""Normalised words of a text; terms and notes are compared through these alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

import Stemmer

from app.domain.words import Words

# A word begins with a letter and may hold digits ("t2dm", "l4"), or is a number ("6.5"); "10mg" is two words. Hyphen,
# slash and apostrophe part words.
_WORD = re.compile(r"([^\W\d_][^\W_]*|\d+(?:\.\d+)*)")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_ENGLISH_STOP = frozenset(
    "a an the of in on at to by for from with and or as is are was were be been being this that these those which who whose it its his her hers "
    "he she him they them their there has have had having do does did into onto upon than then also such other s t".split()
)
_SPANISH_STOP = frozenset(
    "a al ante con de del desde e el ella en entre era es esta este esto fue ha han la las le les lo los más no o para pero por que se ser si sin "
    "sobre su sus también un una uno y ya como cual donde".split()
)
# After these "a" is a name, not an article: vitamin A, hepatitis A.
_BEFORE_LETTER = frozenset("vitamin hepatitis hep influenza flu group type factor hemophilia class stage grade serogroup".split())
_WHOLE = frozenset({"healed", "aids"})
# Behind these "aids" help; alone they are the disease, and no plural of "aid".
_BEFORE_AIDS = frozenset("hearing walking mobility ambulation ambulatory visual vision sleep assistive decision adaptive digestive first".split())
_ENGLISH_SPELLING = (("ae", "e"), ("oe", "e"), ("tumour", "tumor"), ("colour", "color"), ("odour", "odor"), ("labour", "labor"))


def _plain(word: str) -> str:
    """Lower case without accents."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c)).lower()


def _english(norm: str) -> str:
    # Short forms of three letters are no British spellings: "hae", "aed".
    for british, american in _ENGLISH_SPELLING:
        if british in norm and len(norm) > 3:
            norm = norm.replace(british, american)
    return _ROMAN.get(norm, norm)


def _spanish(norm: str) -> str:
    return _ROMAN.get(norm, norm)


class SnowballWordReader:
    """Words through Porter's Snowball stemmers (snowballstem.org); English and Spanish, anything else unstemmed.

    British and American spellings become one by folding "ae" and "oe" to "e" on both sides.
    """

    def __init__(self) -> None:
        self._normalise = {"en": self._cached("english", _english, _ENGLISH_STOP), "es": self._cached("spanish", _spanish, _SPANISH_STOP)}
        self._other = self._cached(None, lambda norm: norm, frozenset())

    @staticmethod
    def _cached(algorithm: str | None, spell: Callable[[str], str], stop: frozenset[str]) -> Callable[[str], tuple[str, str]]:
        stem = (lambda norm: norm) if algorithm is None else Stemmer.Stemmer(algorithm).stemWord

        @lru_cache(maxsize=200_000)
        def normalise(raw: str) -> tuple[str, str]:
            norm = spell(_plain(raw))
            # The stemmers take "pancreatitis" for "pancreatic", the disease for the place, and "healed" for what is healing still.
            return norm, "" if norm in stop else norm if norm.endswith("itis") or norm in _WHOLE else stem(norm)

        return normalise

    def read(self, text: str, language: str = "en") -> Words:
        """The words of `text` in order; linear in its length."""
        # Splitting keeps what lies between the words, so that all offsets are running sums of lengths.
        pieces = _WORD.split(text)
        raw = pieces[1::2]
        if not raw:
            return Words((), (), (), ())
        offsets = list(accumulate(map(len, pieces)))
        norms, stems = zip(*map(self._normalise.get(language, self._other), raw), strict=True)
        if language == "en":
            told = {i: "a" for i, norm in enumerate(norms) if norm == "a" and i and norms[i - 1] in _BEFORE_LETTER}
            told |= {i: "aid" for i, norm in enumerate(norms) if norm == "aids" and i and norms[i - 1] in _BEFORE_AIDS}
            if told:
                stems = tuple(told.get(i, stem) for i, stem in enumerate(stems))
        return Words(tuple(offsets[0:-1:2]), tuple(offsets[1::2]), norms, stems)
