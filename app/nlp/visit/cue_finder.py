"""Finds the cues of visits in the words of a note, all groups in one pass."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.domain.analysis import NoteAnalysis
from app.domain.em.cues import VisitCues
from app.domain.note import TextSpan
from app.domain.words import Words
from app.usecases.ports import WordReader

# Behind a word that is a cue by itself; no word of a note is empty.
_ALONE = ""


class Hit(NamedTuple):
    """A cue of the name `name` over the words [first, end); `key` is its stems in one text."""

    first: int
    end: int
    name: str
    key: str


class Hits:
    """The cues of one note by group, in the order of the text; within a group none overlaps another."""

    def __init__(self, words: Words, found: Mapping[str, Sequence[Hit]]) -> None:
        self._words, self._found = words, found
        self._firsts = {group: [hit.first for hit in hits] for group, hits in found.items()}

    def of(self, group: str) -> Sequence[Hit]:
        """All of a group."""
        return self._found.get(group, ())

    def between(self, group: str, first: int, end: int) -> Sequence[Hit]:
        """Those of a group that begin at a word in [first, end)."""
        firsts = self._firsts.get(group)
        if not firsts:
            return ()
        return self._found[group][bisect_left(firsts, first) : bisect_left(firsts, end)]

    def span(self, hit: Hit) -> TextSpan:
        """Its characters."""
        return TextSpan(self._words.begins[hit.first], self._words.ends[hit.end - 1])


class CueFinder:
    """Compares by stems; stop words by their letters. Of cues of one group the longest wins, then the first."""

    def __init__(self, cues: VisitCues, words: WordReader) -> None:
        self._meanings: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        lengths: dict[str, dict[str, set[int]]] = {}
        for group, names in cues.groups.items():
            if group == "ending":
                continue
            for name, wordings in names.items():
                for wording in wordings:
                    keys = _keys(words.read(wording))
                    if keys and (group, name) not in self._meanings.setdefault(keys, []):
                        self._meanings[keys].append((group, name))
                        lengths.setdefault(keys[0], {_ALONE: set()}).setdefault(keys[1] if len(keys) > 1 else _ALONE, set()).add(len(keys))
        # Lengths of the cues that begin with two words, so that a word costs as many looks as there are lengths.
        self._lengths = {
            first: {second: sorted(found | by_second[_ALONE], reverse=True) for second, found in by_second.items()}
            for first, by_second in lengths.items()
        }
        self._endings = tuple(cues.groups["ending"]["prescription"])

    def find(self, analysis: NoteAnalysis) -> Hits:
        """All cues of the note; linear in its length."""
        keys = _keys(analysis.words)
        found: dict[str, list[Hit]] = {}
        until: dict[str, int] = {}
        lengths, meanings = self._lengths, self._meanings
        following = (*keys[1:], _ALONE)
        for first in [i for i, key in enumerate(keys) if key in lengths]:
            by_second = lengths[keys[first]]
            for length in by_second.get(following[first]) or by_second[_ALONE]:
                words = keys[first : first + length]
                for group, name in meanings.get(words, ()):
                    if first >= until.get(group, 0) and len(words) == length:
                        found.setdefault(group, []).append(Hit(first, first + length, name, " ".join(words)))
                        until[group] = first + length
        return Hits(analysis.words, found)

    def ends_like_a_drug(self, norm: str) -> bool:
        """True for a word that ends as the names of prescribed drugs do."""
        return len(norm) > 6 and norm.endswith(self._endings)


def _keys(words: Words) -> tuple[str, ...]:
    return tuple([stem or norm for stem, norm in zip(words.stems, words.norms, strict=True)])
