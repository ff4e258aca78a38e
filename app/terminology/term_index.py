"""The term index: all terms as sparse rows of word ids, compiled once and opened in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.domain.candidate import MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import ReleaseRefused
from app.domain.knowledge import Knowledge
from app.terminology.terms import Term
from app.usecases.ports import WordReader

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

SCHEMA = 4
SOURCES = tuple(MatchSource)
# A term is a candidate when the note holds this share of its weight: the sketch's .55, which kept 87.6 % of the labels.
MIN_COVERAGE = 0.55
# What sums of weights may be off by, as a share.
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class IndexedCode:
    """A code that terms lead to; `seventh` maps seventh characters to leaves where they are still to be chosen."""

    ref: CodeRef
    seventh: Mapping[str, str]
    default: str


class WordRoles(NamedTuple):
    """Groups of words that mean the same, words that say only where or how much, words that decide what a term speaks of, and parts of the body."""

    interchangeable: Sequence[Sequence[str]] = ()
    places: Sequence[str] = ()
    deciding: Sequence[str] = ()
    parts: Sequence[str] = ()

    @classmethod
    def of(cls, knowledge: Knowledge) -> WordRoles:
        """The roles that the data files give."""
        return cls(knowledge.interchangeable, knowledge.place_words, knowledge.deciding_words, knowledge.body_parts)


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Terms in compressed sparse rows.

    `word_ids`: stem → id in [0, V); interchangeable words share an id. `word_weights`: float32[V], inverse document
    frequency over codes. Term t has words `term_words[term_starts[t]:term_starts[t + 1]]` in its own order, each once,
    total weight `term_weights[t]`, code `codes[term_codes[t]]` and source `SOURCES[term_sources[t]]`.
    A term reaches MIN_COVERAGE by a word that is enough alone, or holds two words that it is posted under: prefix filtering
    (Chaudhuri et al. 2006, doi:10.1109/ICDE.2006.9) by pairs, which stay few however many codes share a word.
    `lone_terms[lone_starts[w]:lone_starts[w + 1]]` are the terms that word w is enough for. `pair_keys`: int64[P], sorted,
    lower word id * V + higher; `pair_terms[pair_starts[p]:pair_starts[p + 1]]` are the terms of a pair. `word_tells`: bool[V],
    false for words that say only where or how much; `word_decides`: bool[V], true for words that a term is not found without;
    `word_parts`: bool[V], true for words that name a part of the body.
    """

    word_ids: Mapping[str, int]
    word_weights: Floats
    term_starts: Ints
    term_words: Ints
    term_weights: Floats
    term_codes: Ints
    term_sources: npt.NDArray[np.int8]
    lone_starts: Ints
    lone_terms: Ints
    pair_keys: npt.NDArray[np.int64]
    pair_starts: Ints
    pair_terms: Ints
    word_tells: Bools
    word_decides: Bools
    word_parts: Bools
    codes: Sequence[IndexedCode]


_NO_ROLES = WordRoles()


def build(terms: Iterable[Term], codes: Sequence[IndexedCode], words: WordReader, roles: WordRoles = _NO_ROLES) -> TermIndex:
    """Index `terms`, whose codes must all be in `codes`."""
    code_ids = {c.ref: i for i, c in enumerate(codes)}
    same: dict[str, str] = {}
    for group in roles.interchangeable:
        stems = [s for word in group for s in words.read(word).stems if s]
        same.update(dict.fromkeys(stems, stems[0]))
    ids: dict[str, int] = {}
    rows: dict[tuple[int, tuple[int, ...]], int] = {}
    for term in terms:
        unique = dict.fromkeys(same.get(s, s) for s in words.read(term.text).stems if s)
        if unique:
            row = tuple(ids.setdefault(s, len(ids)) for s in unique)
            source = SOURCES.index(term.source)
            key = (code_ids[term.ref], row)
            rows[key] = max(rows.get(key, source), source)
    lengths = np.fromiter((len(row) for _, row in rows), np.int32, len(rows))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    flat = np.fromiter((w for _, row in rows for w in row), np.int32, int(starts[-1]))
    term_codes = np.fromiter((code for code, _ in rows), np.int32, len(rows))
    owners = np.repeat(term_codes, lengths)
    pairs = np.unique(flat.astype(np.int64) * len(codes) + owners)
    frequency = np.bincount((pairs // len(codes)).astype(np.int64), minlength=len(ids))
    weights = np.log((len(codes) + 1) / (frequency + 1)).astype(np.float32) + np.float32(0.1)
    term_weights = np.add.reduceat(weights[flat], starts[:-1]).astype(np.float32)
    postings = _postings(flat, starts, weights)
    for stem, chosen in same.items():
        if chosen in ids:
            ids.setdefault(stem, ids[chosen])
    sources = np.fromiter(rows.values(), np.int8, len(rows))
    tells, decides, parts = ~_marked(roles.places, ids, words), _marked(roles.deciding, ids, words), _marked(roles.parts, ids, words)
    return TermIndex(ids, weights, starts, flat, term_weights, term_codes, sources, *postings, tells, decides, parts, codes)


def _marked(chosen: Iterable[str], ids: Mapping[str, int], words: WordReader) -> Bools:
    marked = np.zeros(max(ids.values(), default=-1) + 1, np.bool_)
    marked[[ids[stem] for word in chosen for stem in words.read(word).stems if stem in ids]] = True
    return marked


def _postings(flat: Ints, starts: Ints, weights: Floats) -> tuple[Ints, Ints, npt.NDArray[np.int64], Ints, Ints]:
    """The terms by the words that are enough alone, and by the pairs of which one is there when a term is covered by more words.

    The two rarest words of a covered part are such a pair: with the rarer one, what is no rarer than the other is enough.
    """
    vocabulary = len(weights)
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((-weights[flat], owners))
    words, mass = flat[order].astype(np.int64), weights[flat[order]].astype(np.float64)
    heads = starts[:-1].astype(np.int64)
    rank = np.arange(len(flat)) - heads[owners]
    running = np.cumsum(mass)
    total = np.add.reduceat(mass, heads)
    # The word and all that are no rarer.
    onward = (total + running[heads] - mass[heads])[owners] - running + mass
    enough = (MIN_COVERAGE - _ROUNDING) * total
    lone = np.flatnonzero(mass >= enough[owners])
    keys, terms = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    second = np.flatnonzero(onward + mass[heads][owners] >= enough[owners])
    for apart in range(1, int(rank.max(initial=0)) + 1):
        second = second[rank[second] >= apart]
        pair = second[mass[second - apart] + onward[second] >= enough[owners[second]]]
        one, other = words[pair - apart], words[pair]
        keys.append(np.minimum(one, other) * vocabulary + np.maximum(one, other))
        terms.append(owners[pair])
    key, term = np.concatenate(keys), np.concatenate(terms)
    by_key = np.argsort(key, kind="stable")
    unique, pair_starts = np.unique(key[by_key], return_index=True)
    by_word = np.argsort(words[lone], kind="stable")
    lone_counts = np.bincount(words[lone], minlength=vocabulary)
    return (
        np.concatenate([[0], np.cumsum(lone_counts)]).astype(np.int32),
        owners[lone][by_word].astype(np.int32),
        unique,
        np.append(pair_starts, len(key)).astype(np.int32),
        term[by_key].astype(np.int32),
    )


_ARRAYS = (
    "word_weights", "term_starts", "term_words", "term_weights", "term_codes", "term_sources",
    "lone_starts", "lone_terms", "pair_keys", "pair_starts", "pair_terms", "word_tells", "word_decides", "word_parts",
)  # fmt: skip


def save(index: TermIndex, folder: Path) -> None:
    """Write the index as `terms.npz` and `terms.json` in `folder`."""
    np.savez(folder / "terms.npz", **{name: getattr(index, name) for name in _ARRAYS})
    codes = [[c.ref.system.value, c.ref.code, dict(c.seventh), c.default] for c in index.codes]
    (folder / "terms.json").write_text(json.dumps({"schema": SCHEMA, "words": dict(index.word_ids), "codes": codes}), encoding="utf-8")


def load(folder: Path) -> TermIndex:
    """Open what `save` wrote. Raises ReleaseRefused."""
    try:
        meta = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        with np.load(folder / "terms.npz", allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in _ARRAYS}
        if meta["schema"] != SCHEMA:
            raise ReleaseRefused(
                folder.name, f"its term index has schema {meta['schema']}, this version reads {SCHEMA}; run `chartcoder-train setup`"
            )
        codes = [IndexedCode(CodeRef(CodeSystem(system), code), seventh, default) for system, code, seventh, default in meta["codes"]]
        return TermIndex(word_ids=meta["words"], codes=codes, **parts)
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseRefused(folder.name, f"its term index can't be read ({type(error).__name__}); run `chartcoder-train setup`") from error
