"""What a search query may mean: each of its words with the words of the index that it may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from app.domain.knowledge import Sense
from app.terminology.search_index import NOT, SearchIndex
from app.terminology.search_words import NEGATORS, NegationScope, joined, said
from app.terminology.spelling import SpellingIndex
from app.usecases.ports import WordReader

# A word that the index does not know weighs little: it can't tell one code from another.
_UNKNOWN_WEIGHT = 1.2
_CORRECTED = 0.95
# A rare word beside a far commoner one spelled nearly alike is often a typing error ("slats": salts).
_RARE_ROWS, _COMMONER = 6, 20
_REAL_WORD_ERROR = 0.75
_GOES_ON = 0.8
_JOINED = 0.97
_OTHER_SENSE = 0.85
# Lower-case "all" is not always the leukemia.
_ALSO_A_WORD = 0.8
_FREQUENT_ROWS = 400
# Nobody types "other" or "unspecified" idly, frequent as they are in titles.
_LEAST_WEIGHT = 2.0
# Words of one root ("syphilis", "syphilitic") that stemming keeps apart.
_SAME_ROOT, _ROOT = 0.65, 5
_MISSPELT_NEGATOR = 0.8
# A word cut short in the middle of a query without a full stop is less likely than a misspelt one.
_CUT_WITHOUT_STOP = 0.9
# Meanings this much less likely than the likeliest don't say what the word weighs.
_DOUBTFUL = 0.1
# A long form of many words says hardly more than the weightiest of them.
_LONG_FORM = 1.3
_NO_LONGER_SHORT = 6
_UNITS = frozenset({"mg", "ml", "mcg", "kg", "cm", "mm", "g", "cc"})
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh", "8th": "eighth"}
_SHORTHAND = {"w": "with", "w/": "with", "c/": "with", "w/o": "without", "wo": "without", "&": "and", "b/l": "bilateral", **_ORDINALS}
_EDGES = ",;:()[]{}\"'!?"


class Meaning(NamedTuple):
    """Words of the index, all of which the query's word stands for, and how likely, in (0, 1]."""

    words: tuple[int, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query. `weight` is what it says, in inverse document frequency; without meanings it is unknown."""

    weight: float
    meanings: tuple[Meaning, ...]


class _Piece(NamedTuple):
    """A short form with its senses, or a part of the query that is none.

    `cut`: a full stop ends it; `opens`, `closes`: punctuation stands before, after it.
    """

    text: str
    senses: Sequence[tuple[str, Sense]]
    cut: bool
    opens: bool
    closes: bool


class QueryReader:
    """Reads queries against one index. `abbreviations` are the short forms of our tables, taken in any case."""

    def __init__(self, index: SearchIndex, words: WordReader, abbreviations: Mapping[str, Sequence[Sense]]) -> None:
        self._index, self._words = index, words
        self._spelling = SpellingIndex(index.norms, index.norm_rows)
        self._short: dict[str, list[tuple[str, Sense]]] = {}
        for form, senses in abbreviations.items():
            self._short.setdefault(_plain(form), []).extend((form, sense) for sense in senses)
        self._denied = frozenset(index.negated[index.negated >= 0].tolist())
        self._longest = max((len(form.split()) for form in self._short), default=1)

    def read(self, query: str) -> list[QueryWord]:
        """The words of `query` that say something, each once."""
        pieces = list(self._pieces(joined(query).split()))
        context = {s for piece in pieces for s in self._words.read(piece.text).stems if s}
        found: dict[tuple[Meaning, ...], QueryWord] = {}
        unknown: list[QueryWord] = []
        plain: list[str] = []
        scope, clause = NegationScope(), False
        typing = query[-1:].isalnum()
        for place, piece in enumerate(pieces):
            norms = self._content(piece.text)
            if self._negates(piece.text):
                scope.opens()
                clause = False
                continue
            clause = clause or piece.opens
            whole = bool(piece.senses) or len(norms) == 1
            cut = piece.cut or (typing and place == len(pieces) - 1)
            for text in [piece.text] if whole else norms:
                denied = scope.passes(content=True, clause=clause)
                part = piece._replace(text=text, senses=piece.senses if whole else self._short.get(text, []), cut=cut)
                word = self._word(norms if whole else [text], part, context, denied=denied)
                (found.setdefault(word.meanings, word) if word.meanings else unknown.append(word))
                clause = False
            if not norms and not piece.senses:
                scope.passes(content=False, clause=clause)
            clause = clause or piece.closes
            plain.extend(norms)
        words = [*found.values(), *unknown, *self._joined(plain)]
        return self._being_typed(words, plain[-1]) if plain and typing else words

    def _pieces(self, parts: Sequence[str]) -> Iterator[_Piece]:
        """The query piece by piece, the longest short forms first."""
        at = 0
        while at < len(parts):
            for size in range(min(self._longest, len(parts) - at), 0, -1):
                raw = " ".join(parts[at : at + size])
                text = raw.strip(_EDGES)
                text = _SHORTHAND.get(_plain(text), text)
                senses = [] if text in _UNITS else self._short.get(_plain(text), [])
                if senses or size == 1:
                    if text:
                        yield _Piece(text, senses, raw.endswith("."), raw[0] in "([", raw[-1] in ",;:)]")
                    at += size
                    break

    def _content(self, text: str) -> list[str]:
        return [word.norm for word in said(text, self._words)]

    def _negates(self, text: str) -> bool:
        plain = _plain(text)
        if plain in NEGATORS:
            return True
        return len(plain) > 4 and self._spelling.number(plain) is None and OSA.normalized_similarity(plain, "without") > _MISSPELT_NEGATOR

    def _word(self, norms: Sequence[str], piece: _Piece, context: set[str], *, denied: bool) -> QueryWord:
        meanings: list[Meaning] = []
        itself = [self._spelling.number(norm) for norm in norms]
        if norms and all(number is not None for number in itself):
            meanings.append(Meaning(tuple(int(self._index.norm_words[number]) for number in itself if number is not None), 1.0))
        meanings.extend(self._senses(piece, context, known=bool(meanings), stop=not norms, denied=denied))
        exact = any(form.rstrip(".") == piece.text.rstrip(".") for form, _ in piece.senses)
        if len(norms) == 1 and not exact:
            near = self._spelled(norms[0], known=bool(meanings), cut=piece.cut)
            meanings.extend(m._replace(likeness=m.likeness * (0.9 if piece.senses else 1.0)) for m in near)
        if denied:
            meanings = [m if self._denied.intersection(m.words) else self._deny(m) for m in meanings]
        return self._weighed(m for m in meanings if m.words)

    def _senses(self, piece: _Piece, context: set[str], *, known: bool, stop: bool, denied: bool) -> Iterator[Meaning]:
        """What a short form stands for; a stop word ("as") only when it is typed as the short form is written."""
        default = any(not sense.context for _, sense in piece.senses)
        for place, (form, sense) in enumerate(piece.senses):
            if stop and form.rstrip(".") != piece.text.rstrip("."):
                continue
            words = self._words_of(f"without {sense.expansion}" if denied else sense.expansion)
            likeness = 1.0
            if sense.context and (default or place) and not self._spoken_for(sense, context):
                likeness = _OTHER_SENSE
            if known and len(piece.text) < 4 and form != piece.text and piece.text.isalpha() and not self._rare(piece.text):
                likeness *= _ALSO_A_WORD
            yield Meaning(words, likeness)

    def _spoken_for(self, sense: Sense, context: set[str]) -> bool:
        return any(s in context for cue in sense.context for s in self._words.read(cue).stems if s)

    def _rare(self, text: str) -> bool:
        number = self._spelling.number(_plain(text))
        return number is None or int(self._index.norm_rows[number]) < _FREQUENT_ROWS

    def _spelled(self, norm: str, *, known: bool, cut: bool) -> Iterator[Meaning]:
        """What a word that is misspelt, cut short or run together may be."""
        if self._spelling.number(norm) is not None:
            yield from self._kin(norm)
            if cut and len(norm) < _NO_LONGER_SHORT:
                yield from self._continued(norm, 0.9)
            return
        stemmed = self._words_of(norm)
        if stemmed:
            yield Meaning(stemmed, _CORRECTED)
        near = self._spelling.near(norm)
        parts = self._spelling.parts(norm) if not known and (not near or near[0].likeness < 0.85) else None
        if parts is not None:
            yield Meaning(tuple(int(self._index.norm_words[p]) for p in parts), _CORRECTED)
        best: dict[int, float] = {}
        for meaning in self._continued(norm, 1.0 if cut else _CUT_WITHOUT_STOP):
            best[meaning.words[0]] = max(best.get(meaning.words[0], 0.0), meaning.likeness)
        for spelling in near:
            word = int(self._index.norm_words[spelling.norm])
            best[word] = max(best.get(word, 0.0), spelling.likeness)
        # The best reading counts nearly as much as the word itself: how badly it is typed says nothing of the codes.
        top = max(best.values(), default=1.0)
        for word, likeness in best.items():
            yield Meaning((word,), _CORRECTED * (likeness / top) * (0.8 + 0.2 * top))

    def _kin(self, norm: str) -> Iterator[Meaning]:
        """What a known word may be besides itself: an error for a far commoner one, another word of its root."""
        own = self._spelling.number(norm)
        if own is None or len(norm) < 4:
            return
        rows = int(self._index.norm_rows[own])
        for spelling in self._spelling.near(norm):
            word = int(self._index.norm_words[spelling.norm])
            if rows <= _RARE_ROWS and spelling.likeness > _REAL_WORD_ERROR and self._index.norm_rows[spelling.norm] > _COMMONER * rows:
                yield Meaning((word,), spelling.likeness * _REAL_WORD_ERROR)
            elif len(norm) > _ROOT and self._index.norms[spelling.norm][:_ROOT] == norm[:_ROOT] and word != self._index.norm_words[own]:
                yield Meaning((word,), spelling.likeness * _SAME_ROOT)

    def _continued(self, norm: str, likeness: float) -> Iterator[Meaning]:
        for spelling in self._spelling.beginning_with(norm):
            yield Meaning((int(self._index.norm_words[spelling.norm]),), likeness * spelling.likeness)

    def _joined(self, plain: Sequence[str]) -> Iterator[QueryWord]:
        """Neighbours that are one word in the index ("heat stroke")."""
        for left, right in pairwise(plain):
            number = self._spelling.number(left + right) if (left + right).isalpha() else None
            if number is not None:
                yield QueryWord(0.0, (Meaning((int(self._index.norm_words[number]),), _JOINED),))

    def _being_typed(self, words: list[QueryWord], last: str) -> list[QueryWord]:
        """The last word may go on: its continuations are meant too, less likely than itself."""
        number = self._spelling.number(last)
        own = (int(self._index.norm_words[number]),) if number is not None else None
        more = tuple(self._continued(last, _GOES_ON))
        return [QueryWord(w.weight, (*w.meanings, *more)) if w.meanings and w.meanings[0].words == own else w for w in words]

    def _words_of(self, text: str) -> tuple[int, ...]:
        """Ids of the content words of a text, as far as the index knows them."""
        ids = self._index.word_ids
        stems = (NOT + word.stem if word.negated and NOT + word.stem in ids else word.stem for word in said(text, self._words))
        return tuple(dict.fromkeys(ids[s] for s in stems if s in ids))

    def _deny(self, meaning: Meaning) -> Meaning:
        """The words denied, as far as any row denies them."""
        return meaning._replace(words=tuple(int(self._index.negated[w]) for w in meaning.words if self._index.negated[w] >= 0))

    def _weighed(self, meanings: Iterable[Meaning]) -> QueryWord:
        best: dict[tuple[int, ...], float] = {}
        for m in meanings:
            best[m.words] = max(best.get(m.words, 0.0), m.likeness)
        if not best:
            return QueryWord(_UNKNOWN_WEIGHT, ())
        top = max(best.values())
        likely = [(x, self._weight_of(words)) for words, x in best.items() if x >= top - _DOUBTFUL]
        weight = sum(x * w for x, w in likely) / sum(x for x, _ in likely)
        return QueryWord(max(weight, _LEAST_WEIGHT), tuple(Meaning(words, x) for words, x in best.items()))

    def _weight_of(self, words: tuple[int, ...]) -> float:
        weights = self._index.weights[list(words)]
        return min(float(weights.sum()), _LONG_FORM * float(weights.max()))


def _plain(form: str) -> str:
    return form.casefold().rstrip(".")
