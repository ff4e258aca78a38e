"""Finds codes by what people type: code prefixes, words in any order, short forms, typing errors."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from app.domain.code import CodeSystem
from app.domain.knowledge import Sense
from app.terminology.query import QueryReader, QueryWord
from app.terminology.search_index import SYSTEMS, SearchIndex
from app.usecases.ports import Catalog, SearchHit, WordReader

# What a row loses for each word that the query does not say, against what it loses for a query's word that it does not say.
_ROW_WORDS = 0.5
# Rows weighed in full, of all that share a word with the query; below this share of the best they can't come first.
_WEIGHED = 300
_PROMISING = 0.4
# Decides between wordings with the same words in another order.
_ORDER_BONUS = 0.03
_FAMILIES = 12
# A code's own title beats a wording of its sibling that says the same.
_SIBLING = 0.98
_TOP = 0.999
_LEAST_SCORE = 0.15
_CODE = re.compile(r"(?=.*\d)(?:[A-Za-z][0-9A-Za-z]{1,6}|[A-Za-z][0-9A-Za-z]{2}\.[0-9A-Za-z]{0,4}|\d{2,5}[A-Za-z]?)")
_MAX_QUERY = 400

_F64 = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int64]


class TermSearch:
    """Implements the CodeSearch port over one search index. Safe to share between threads.

    A query costs as much as the rows that share its words: a few milliseconds.
    """

    def __init__(self, index: SearchIndex, catalog: Catalog, words: WordReader, abbreviations: Mapping[str, Sequence[Sense]]) -> None:
        self._index, self._catalog, self._words = index, catalog, words
        self._reader = QueryReader(index, words, abbreviations)
        self._spans = {s: _span(index, i) for i, s in enumerate(SYSTEMS)}
        self._undotted = [code.replace(".", "") for code in index.codes]
        self._row_systems = index.code_systems[index.row_codes]

    def search(self, query: str, *, systems: Collection[CodeSystem] | None = None, limit: int = 10) -> list[SearchHit]:
        """Hits, best first, each code once: a code that was typed, codes that begin as typed, then codes by their words."""
        text = " ".join(query[:_MAX_QUERY].split()) + (" " if query[-1:].isspace() else "")
        wanted = tuple(SYSTEMS) if systems is None else tuple(s for s in SYSTEMS if s in systems)
        if not text.strip() or not wanted or limit < 1:
            return []
        hits: dict[int, tuple[float, str]] = {}
        first, _, rest = text.strip().partition(" ")
        if _CODE.fullmatch(first):
            for code, score in self._by_code(first, wanted, exact=bool(rest)):
                hits.setdefault(code, (score, self._index.codes[code]))
        # What begins a code by at least four characters, or is one, means no words; "c5" may.
        if rest or not hits or (len(first) < 4 and len(hits) < limit and max(score for score, _ in hits.values()) < 1):
            for code, score, row in self._by_words(text, wanted, limit):
                hits.setdefault(code, (score, self._index.row_text(row)))
        return [
            SearchHit(found, score, matched)
            for code, (score, matched) in islice(hits.items(), limit)
            if (found := self._catalog.find(self._index.ref(code))) is not None
        ]

    def _by_code(self, typed: str, systems: Sequence[CodeSystem], *, exact: bool) -> list[tuple[int, float]]:
        """(code, score) of codes that begin with what was typed: itself, then complete codes, common ones first, then headings."""
        prefix = typed.replace(".", "").upper()
        found: list[tuple[tuple[bool, bool, bool, int], int, float]] = []
        for system in systems:
            low, high = self._spans[system]
            at = bisect_left(self._undotted, prefix, low, high)
            while at < high and self._undotted[at].startswith(prefix):
                code = self._undotted[at]
                if code == prefix or not exact:
                    score = 1.0 if code == prefix else (0.95 if self._index.billable[at] else 0.7) * (0.6 + 0.4 * len(prefix) / len(code))
                    key = (code != prefix, not self._index.billable[at], not self._index.common[at], at)
                    found.append((key, at, score))
                at += 1
        found.sort()
        if exact and len(prefix) < 4:
            return []
        # Scores must not rise down the list: order says more than the share of the code that was typed.
        out: list[tuple[int, float]] = []
        for _, code_number, score in found:
            out.append((code_number, min(score, out[-1][1]) if out else score))
        return out

    def _by_words(self, text: str, systems: Sequence[CodeSystem], limit: int) -> list[tuple[int, float, int]]:
        """(code, score, row), best first."""
        words = self._reader.read(text)
        if not any(w.meanings for w in words):
            return []
        rows = self._promising(words, systems)
        if not len(rows):
            return []
        said, covered = self._coverage(words, rows)
        weights = np.array([w.weight for w in words])
        total = float(weights.sum())
        index = self._index
        missing = _ROW_WORDS * np.maximum(index.row_totals[rows] - covered, 0.0)
        scores = (weights @ said) / (total + missing) * index.row_quality[rows]
        order = np.argsort(-scores, kind="stable")[: max(60, 4 * limit)]
        found: list[tuple[float, int, int]] = []
        plain = text.strip().lower()
        for k in order.tolist():
            alike = fuzz.ratio(plain, index.row_text(int(rows[k])).lower()) / 100
            found.append((float(scores[k]) * (1 - _ORDER_BONUS + _ORDER_BONUS * alike), int(index.row_codes[rows[k]]), int(rows[k])))
        found.sort(key=lambda f: (-f[0], f[1]))
        found = self._with_siblings(found, words, weights)
        best: dict[int, tuple[float, int]] = {}
        for score, code, row in found:
            if score >= _LEAST_SCORE and (code not in best or best[code][0] < score):
                best[code] = (score, row)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        return [(code, min(score, _TOP), row) for code, (score, row) in ranked]

    def _promising(self, words: Sequence[QueryWord], systems: Sequence[CodeSystem]) -> _Rows:
        """Rows that hold most of what the query says, at most _WEIGHED; every word counts by its likeliest meaning."""
        index = self._index
        worth: dict[int, float] = {}
        for word in words:
            for meaning in word.meanings:
                whole = float(sum(index.weights[w] for w in meaning.words))
                for w in meaning.words:
                    own = word.weight * meaning.likeness * float(index.weights[w]) / whole
                    worth[w] = max(worth.get(w, 0.0), own)
        said = np.zeros(len(index.row_totals), np.float32)
        for w, own in worth.items():
            said[index.posts[index.post_starts[w] : index.post_starts[w + 1]]] += own
        if len(systems) < len(SYSTEMS):
            said[~np.isin(self._row_systems, [SYSTEMS.index(s) for s in systems])] = 0.0
        rows = np.flatnonzero(said > max(_PROMISING * float(said.max()), 1e-6))
        total = sum(w.weight for w in words)
        rough = said[rows] / (total + _ROW_WORDS * np.maximum(index.row_totals[rows] - said[rows], 0.0)) * index.row_quality[rows]
        if len(rows) > _WEIGHED:
            rows = rows[np.argpartition(-rough, _WEIGHED - 1)[:_WEIGHED]]
        return rows.astype(np.int64)

    def _coverage(self, words: Sequence[QueryWord], rows: _Rows) -> tuple[_F64, _F64]:
        """(said, covered): share of each query word that a row says, float64[words, rows]; weight of the row's words that the query says."""
        index = self._index
        slots = {w: i for i, w in enumerate(dict.fromkeys(w for word in words for m in word.meanings for w in m.words))}
        lengths = (index.row_starts[rows + 1] - index.row_starts[rows]).astype(np.int64)
        heads = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        flat = index.row_words[np.arange(int(lengths.sum())) - np.repeat(heads - index.row_starts[rows], lengths)]
        lookup = np.full(len(index.weights), -1, np.int32)
        lookup[list(slots)] = np.arange(len(slots))
        slot = lookup[flat]
        hit = slot >= 0
        present = np.zeros((len(slots), len(rows)))
        present[slot[hit], np.repeat(np.arange(len(rows)), lengths)[hit]] = 1.0
        said = np.zeros((len(words), len(rows)))
        meant = np.zeros_like(present)
        for number, word in enumerate(words):
            for meaning in word.meanings:
                own = [slots[w] for w in meaning.words]
                if len(own) == 1:
                    share = present[own[0]] * meaning.likeness
                else:
                    weights = index.weights[list(meaning.words)]
                    share = (weights / weights.sum()) @ present[own] * meaning.likeness
                np.maximum(said[number], share, out=said[number])
                for place in own:
                    np.maximum(meant[place], share, out=meant[place])
        return said, index.unsaid[list(slots)] @ (present * meant)

    def _with_siblings(self, found: list[tuple[float, int, int]], words: Sequence[QueryWord], weights: _F64) -> list[tuple[float, int, int]]:
        """Where a wording leaves the seventh character open, the siblings whose titles say what is left of the query come in."""
        index = self._index
        families = [f for f in found if index.row_family[f[2]]][:_FAMILIES]
        if not families:
            return found
        out = list(found)
        for score, code, row in families:
            siblings = self._siblings(code)
            rows = np.array([row, *(int(index.code_rows[s]) for s in siblings)], np.int64)
            said, _ = self._coverage(words, rows)
            own = float(weights @ said[:, 0])
            if own <= 0:
                continue
            # Words that all the titles say are not about the seventh character.
            telling = np.where(said[:, 1:].min(axis=1, keepdims=True) < said[:, 1:].max(axis=1, keepdims=True), said[:, 1:], 0.0)
            union = weights @ np.maximum(telling, said[:, :1])
            out.extend((score * float(u) / own * _SIBLING, s, int(r)) for s, u, r in zip(siblings, union, rows[1:], strict=True) if u > own + 1e-9)
        return sorted(out, key=lambda f: (-f[0], f[1]))

    def _siblings(self, code: int) -> list[int]:
        """Codes that share all but the seventh character."""
        stem = self._index.codes[code][:7]
        low, high = self._spans[CodeSystem.ICD10CM]
        at = bisect_left(self._index.codes, stem, low, high)
        found = []
        while at < high and self._index.codes[at].startswith(stem):
            if self._index.code_rows[at] >= 0:
                found.append(at)
            at += 1
        return found


def _span(index: SearchIndex, system: int) -> tuple[int, int]:
    """[first, end) of the codes of a system."""
    return int(np.searchsorted(index.code_systems, system)), int(np.searchsorted(index.code_systems, system, side="right"))
