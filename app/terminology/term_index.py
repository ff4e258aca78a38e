"""The term index: all terms as sparse rows of word ids, compiled once and opened in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.domain.candidate import MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import ReleaseRefused
from app.terminology.terms import Term
from app.usecases.ports import WordReader

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

SCHEMA = 1
SOURCES = tuple(MatchSource)
# A term is a candidate when the note holds this share of its weight: the sketch's .55, which kept 87.6 % of the labels.
MIN_COVERAGE = 0.55


@dataclass(frozen=True, slots=True)
class IndexedCode:
    """A code that terms lead to; `seventh` maps seventh characters to leaves where they are still to be chosen."""

    ref: CodeRef
    seventh: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Terms in compressed sparse rows.

    `word_ids`: stem → id in [0, V); interchangeable words share an id. `word_weights`: float32[V], inverse document
    frequency over codes. Term t has words `term_words[term_starts[t]:term_starts[t + 1]]` in its own order, each once,
    total weight `term_weights[t]`, code `codes[term_codes[t]]` and source `SOURCES[term_sources[t]]`.
    `post_terms[post_starts[w]:post_starts[w + 1]]` are the terms that can't reach MIN_COVERAGE without one of the words
    they are posted under (prefix filtering, Chaudhuri et al. 2006, doi:10.1109/ICDE.2006.9).
    """

    word_ids: Mapping[str, int]
    word_weights: Floats
    term_starts: Ints
    term_words: Ints
    term_weights: Floats
    term_codes: Ints
    term_sources: npt.NDArray[np.int8]
    post_starts: Ints
    post_terms: Ints
    codes: Sequence[IndexedCode]


def build(terms: Iterable[Term], codes: Sequence[IndexedCode], words: WordReader, *, interchangeable: Sequence[Sequence[str]] = ()) -> TermIndex:
    """Index `terms`, whose codes must all be in `codes`. `interchangeable` are groups of words that mean the same."""
    code_ids = {c.ref: i for i, c in enumerate(codes)}
    same: dict[str, str] = {}
    for group in interchangeable:
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
    post_starts, post_terms = _postings(flat, starts, weights, term_weights, len(ids))
    for stem, chosen in same.items():
        if chosen in ids:
            ids.setdefault(stem, ids[chosen])
    sources = np.fromiter(rows.values(), np.int8, len(rows))
    return TermIndex(ids, weights, starts, flat, term_weights, term_codes, sources, post_starts, post_terms, codes)


def _postings(flat: Ints, starts: Ints, weights: Floats, term_weights: Floats, vocabulary: int) -> tuple[Ints, Ints]:
    owners = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.lexsort((-weights[flat], owners))
    by_rarity = flat[order]
    mass = weights[by_rarity]
    total = np.cumsum(mass, dtype=np.float64)
    before = total - mass - np.repeat(np.concatenate([[0.0], total])[starts[:-1]], np.diff(starts))
    # The words after this prefix can't reach the coverage by themselves.
    needed = before <= (1 - MIN_COVERAGE) * term_weights[owners] + 1e-6
    words, terms = by_rarity[needed], owners[needed]
    by_word = np.argsort(words, kind="stable")
    counts = np.bincount(words, minlength=vocabulary)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), terms[by_word].astype(np.int32)


_ARRAYS = ("word_weights", "term_starts", "term_words", "term_weights", "term_codes", "term_sources", "post_starts", "post_terms")


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
