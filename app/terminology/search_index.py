"""The search index: every wording of every code as sparse rows of word ids, compiled once and opened in milliseconds.

It is not the retriever's TermIndex: search must tell an initial from a subsequent encounter and "other" from
"unspecified", which notes seldom write, so it holds the full titles of all leaves and posts every word of every row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.domain.candidate import MatchSource
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.errors import ReleaseRefused
from app.domain.knowledge import Knowledge, Sense
from app.terminology.search_words import said
from app.terminology.term_index import IndexedCode
from app.terminology.terms import Term
from app.usecases.ports import WordReader

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

SCHEMA = 1
# Before the stem of a denied word.
NOT = "¬"
SYSTEMS = tuple(CodeSystem)
# What people write beats what the classification writes, when both say the same.
_QUALITY = {
    MatchSource.PHRASEBOOK: 1.0,
    MatchSource.CATALOGUE: 1.0,
    MatchSource.TITLE: 0.985,
    MatchSource.INCLUSION: 0.98,
    MatchSource.INDEX: 0.97,
    MatchSource.LEARNED: 0.97,
}
_UNCOMMON = 0.99
# A wording that leaves out the "other" of its title also names the plain condition, and the plain code is meant.
_OTHER_LEFT_OUT = 0.9
_OTHER = re.compile(r"\bother\b", re.IGNORECASE)
# Share of its weight that a word costs a row when the query leaves it out: the words of residual classes, and the
# seventh character that holds when nothing is said of one, go without saying (Guidelines I.A.9, I.C.19.a).
_UNSAID = {
    "unspecified": 0.2,
    "nos": 0.1,
    "nec": 0.3,
    "elsewhere": 0.2,
    "classified": 0.2,
    "specified": 0.4,
    "other": 0.7,
    "initial": 0.3,
    "encounter": 0.3,
}
# "Without" this or that goes without saying too.
_UNSAID_NEGATED = 0.15


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Rows (wordings of codes) in compressed sparse form.

    `word_ids`: stem → id in [0, V); interchangeable words share an id. `norms`: every spelling that occurs, with the id of
    its stem in `norm_words` and the number of rows that hold it in `norm_rows`. `weights`: float32[V], inverse document
    frequency over codes; `negated`: the id of the word denied, or -1 where no row denies it; `unsaid`: float32[V], what the
    word costs a row when a query leaves it out. Row r has words
    `row_words[row_starts[r]:row_starts[r + 1]]`, total `row_totals[r]` of `unsaid`, code `row_codes[r]`, `row_quality` in
    (0, 1], and `row_family` set when it speaks for all codes that differ from its own by seventh character only. Its text
    is UTF-8 `text[text_starts[r]:text_starts[r + 1]]`. `posts[post_starts[w]:post_starts[w + 1]]` are the rows with word w.
    Codes stand in order of system and of code, headings included; `code_rows` is the row of the full title, or -1.
    `common` marks codes that the phrasebook or our catalogue knows.
    """

    word_ids: Mapping[str, int]
    norms: Sequence[str]
    norm_words: Ints
    norm_rows: Ints
    weights: Floats
    negated: Ints
    unsaid: Floats
    row_starts: Ints
    row_words: Ints
    row_totals: Floats
    row_codes: Ints
    row_quality: Floats
    row_family: Flags
    text_starts: Ints
    text: npt.NDArray[np.uint8]
    post_starts: Ints
    posts: Ints
    codes: Sequence[str]
    code_systems: npt.NDArray[np.int8]
    code_rows: Ints
    billable: Flags
    common: Flags

    def row_text(self, row: int) -> str:
        """The wording of a row as it was written."""
        return self.text[self.text_starts[row] : self.text_starts[row + 1]].tobytes().decode()

    def ref(self, code: int) -> CodeRef:
        """The code of that number."""
        return CodeRef(SYSTEMS[self.code_systems[code]], self.codes[code])


@dataclass(slots=True)
class _Row:
    code: int
    words: tuple[int, ...]
    text: str
    quality: float
    family: bool


class _Vocabulary:
    """Numbers words as they come; interchangeable words share a number."""

    def __init__(self, words: WordReader, interchangeable: Sequence[Sequence[str]]) -> None:
        self._words = words
        self.same: dict[str, str] = {}
        for group in interchangeable:
            stems = [s for word in group for s in words.read(word).stems if s]
            self.same.update(dict.fromkeys(stems, stems[0]))
        self.ids: dict[str, int] = {}
        self.norms: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.negated: dict[int, int] = {}

    def read(self, text: str) -> tuple[int, ...]:
        """Ids of the content words of `text`, each once, in order; a denied word has an id of its own."""
        found: dict[int, None] = {}
        for word in said(text, self._words):
            stem = self.same.get(word.stem, word.stem)
            number = self.ids.setdefault(stem, len(self.ids))
            self.norms[word.norm] = number
            self.rows[word.norm] = self.rows.get(word.norm, 0) + 1
            if word.negated:
                number = self.negated.setdefault(number, self.ids.setdefault(NOT + stem, len(self.ids)))
            found[number] = None
        return tuple(found)


def build(terms: Iterable[Term], targets: Iterable[IndexedCode], codes: Sequence[Code], knowledge: Knowledge, words: WordReader) -> SearchIndex:
    """Index `terms`, whose references are in `targets`, and the titles of all billable `codes`."""
    listed = sorted((c for c in codes if "-" not in c.ref.code and len(c.ref.code) > 2), key=lambda c: (SYSTEMS.index(c.ref.system), c.ref.code))
    numbers = {c.ref: i for i, c in enumerate(listed)}
    common = {e.ref for e in knowledge.phrasebook} | {p.ref for p in knowledge.procedures}
    vocabulary = _Vocabulary(words, knowledge.interchangeable)
    rows: dict[tuple[int, tuple[int, ...]], _Row] = {}

    def add(ref: CodeRef, text: str, source: MatchSource, *, wording: str = "", family: bool = False) -> None:
        code = numbers.get(ref)
        row_words = vocabulary.read(wording or text)
        if code is None or not row_words:
            return
        quality = _QUALITY[source] * (1.0 if ref in common else _UNCOMMON)
        if source is MatchSource.TITLE and _OTHER.search(listed[code].title) and not _OTHER.search(text):
            quality *= _OTHER_LEFT_OUT
        known = rows.get((code, row_words))
        if known is None or known.quality < quality:
            rows[(code, row_words)] = _Row(code, row_words, text, quality, family)

    for code in listed:
        if code.billable:
            add(code.ref, code.title, MatchSource.TITLE)
    title_rows = {row.code: place for place, row in enumerate(rows.values())}
    target_of = {t.ref: t for t in targets}
    short = {key: default_sense(senses) for key, senses in knowledge.abbreviations.items()}
    for term in terms:
        target = target_of[term.ref]
        ref, family = CodeRef(term.ref.system, target.default), bool(target.seventh)
        add(ref, term.text, term.source, family=family)
        if term.source in (MatchSource.PHRASEBOOK, MatchSource.CATALOGUE):
            for wording in _spelled_out(term.text, short):
                add(ref, term.text, term.source, wording=wording, family=family)
    return _index(list(rows.values()), title_rows, listed, common, vocabulary)


def default_sense(senses: Sequence[Sense]) -> Sense | None:
    """The sense a short form has when nothing around it speaks for another."""
    plain = [s for s in senses if not s.context]
    return plain[0] if plain else senses[0] if len(senses) == 1 else None


def _spelled_out(text: str, short: Mapping[str, Sense | None]) -> Iterator[str]:
    """The text with its short forms spelled out, when it has any. Phrases are in lower case, short forms often not."""
    parts = text.split()
    senses = [short.get(p) or short.get(p.upper()) for p in parts]
    if any(senses):
        yield " ".join(sense.expansion if sense else part for part, sense in zip(parts, senses, strict=True))


def _index(rows: list[_Row], title_rows: Mapping[int, int], codes: Sequence[Code], common: set[CodeRef], vocabulary: _Vocabulary) -> SearchIndex:
    lengths = np.fromiter((len(r.words) for r in rows), np.int32, len(rows))
    starts = _starts(lengths)
    flat = np.fromiter((w for r in rows for w in r.words), np.int32, int(starts[-1]))
    row_codes = np.fromiter((r.code for r in rows), np.int32, len(rows))
    pairs = np.unique(flat.astype(np.int64) * len(codes) + np.repeat(row_codes, lengths))
    frequency = np.bincount((pairs // len(codes)).astype(np.int64), minlength=len(vocabulary.ids))
    weights = np.log((len(codes) + 1) / (frequency + 1)).astype(np.float32) + np.float32(0.1)
    unsaid = weights.copy()
    for norm, share in _UNSAID.items():
        if norm in vocabulary.norms:
            unsaid[vocabulary.norms[norm]] *= share
    negated = np.full(len(weights), -1, np.int32)
    negated[list(vocabulary.negated)] = list(vocabulary.negated.values())
    unsaid[list(vocabulary.negated.values())] *= _UNSAID_NEGATED
    texts = [r.text.encode() for r in rows]
    order = np.argsort(flat, kind="stable")
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    ids = dict(vocabulary.ids)
    for stem, chosen in vocabulary.same.items():
        if chosen in ids:
            ids.setdefault(stem, ids[chosen])
    code_rows = np.full(len(codes), -1, np.int32)
    code_rows[list(title_rows)] = list(title_rows.values())
    return SearchIndex(
        word_ids=ids,
        norms=list(vocabulary.norms),
        norm_words=np.fromiter(vocabulary.norms.values(), np.int32, len(vocabulary.norms)),
        norm_rows=np.fromiter((vocabulary.rows[n] for n in vocabulary.norms), np.int32, len(vocabulary.norms)),
        weights=weights,
        negated=negated,
        unsaid=unsaid,
        row_starts=starts,
        row_words=flat,
        row_totals=np.add.reduceat(unsaid[flat], starts[:-1]).astype(np.float32),
        row_codes=row_codes,
        row_quality=np.fromiter((r.quality for r in rows), np.float32, len(rows)),
        row_family=np.fromiter((r.family for r in rows), np.bool_, len(rows)),
        text_starts=_starts(np.fromiter(map(len, texts), np.int32, len(texts))),
        text=np.frombuffer(b"".join(texts), np.uint8),
        post_starts=_starts(np.bincount(flat, minlength=len(vocabulary.ids))),
        posts=owners[order],
        codes=[c.ref.code for c in codes],
        code_systems=np.fromiter((SYSTEMS.index(c.ref.system) for c in codes), np.int8, len(codes)),
        code_rows=code_rows,
        billable=np.fromiter((c.billable for c in codes), np.bool_, len(codes)),
        common=np.fromiter((c.ref in common for c in codes), np.bool_, len(codes)),
    )


def _starts(lengths: Ints | npt.NDArray[np.int64]) -> Ints:
    starts: Ints = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return starts


_LISTS = ("norms", "codes")
_ARRAYS = tuple(name for name in SearchIndex.__dataclass_fields__ if name not in ("word_ids", *_LISTS))


def save(index: SearchIndex, folder: Path) -> None:
    """Write the index as `search.npz` and `search.json` in `folder`."""
    np.savez(folder / "search.npz", **{name: getattr(index, name) for name in _ARRAYS})
    meta = {"schema": SCHEMA, "word_ids": dict(index.word_ids), **{name: list(getattr(index, name)) for name in _LISTS}}
    (folder / "search.json").write_text(json.dumps(meta), encoding="utf-8")


def load(folder: Path) -> SearchIndex:
    """Open what `save` wrote. Raises ReleaseRefused."""
    try:
        meta = json.loads((folder / "search.json").read_text(encoding="utf-8"))
        with np.load(folder / "search.npz", allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in _ARRAYS}
        if meta["schema"] != SCHEMA:
            raise ReleaseRefused(
                folder.name, f"its search index has schema {meta['schema']}, this version reads {SCHEMA}; run `chartcoder-train setup`"
            )
        return SearchIndex(word_ids=meta["word_ids"], norms=meta["norms"], codes=meta["codes"], **parts)
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseRefused(folder.name, f"its search index can't be read ({type(error).__name__}); run `chartcoder-train setup`") from error
