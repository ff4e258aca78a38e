"""Learns the terms that coders marked: what they are, and how often their codes were right over all documents that hold them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.classifier.marked_terms import MarkedTable, find
from app.classifier.phrases import stem_hash
from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeRef
from app.domain.note import TextSpan

# Longer stretches are passages, not terms.
LONGEST = 12

Labels = Mapping[CodeRef, Sequence[Sequence[TextSpan]]]
"""Code → pieces of evidence, each of one fragment or more."""


@dataclass(frozen=True, slots=True)
class MarkedCounts:
    """All terms of some documents with what each document says of them, so that tables of any part of the documents follow.

    `whole` is the table of all. Row i of `marks`: (document, entry), a term that the document's coder marked for a code, as the
    place of the pair in `whole.code_ids`. Row i of `held`: (document, term), a term that stands there word for word. Row i of
    `right`: (document, entry), the same where the document has the code as well; of `mute`, where the document says nothing of
    what the term means for the code. `weights`: float64[documents], how many documents each counts for.
    """

    whole: MarkedTable
    marks: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    mute: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]

    def table(self, documents: npt.NDArray[np.bool_], *, shrink: float, prior: float) -> MarkedTable:
        """The table as the documents chosen by `documents` (shape (documents,)) alone would give it.

        Precision is (right + shrink * prior) / (held - mute + shrink), documents by their weights. Terms that none of them marked
        have no code.
        """
        whole = self.whole
        counted = np.where(documents, self.weights, 0.0)

        def total(pairs: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.float64]:
            return np.bincount(pairs[:, 1], counted[pairs[:, 0]], minlength=size).astype(np.float64)

        terms, entries = len(whole.lengths), len(whole.code_ids)
        marked = np.bincount(self.marks[documents[self.marks[:, 0]], 1], minlength=entries) > 0
        support = np.bincount(self.held[documents[self.held[:, 0]], 1], minlength=terms)
        right, asked = total(self.right, entries), total(self.held, terms)
        of_term = np.repeat(np.arange(terms), np.diff(whole.starts))
        precision = (right + shrink * prior) / (asked[of_term] - total(self.mute, entries) + shrink)
        starts = np.concatenate([[0], np.cumsum(np.bincount(of_term[marked], minlength=terms))]).astype(np.int64)
        return MarkedTable(
            whole.words, whole.weights, whole.posts, whole.terms, whole.ranks, whole.lengths, whole.sums, support.astype(np.int32),
            starts, whole.code_ids[marked], precision[marked].astype(np.float32), whole.codes,
        )  # fmt: skip


def count(
    analyses: Sequence[NoteAnalysis],
    labels: Sequence[Labels],
    *,
    mute: Sequence[Collection[CodeRef]] | None = None,
    weights: Sequence[float] | None = None,
) -> MarkedCounts:
    """Terms of the evidence of documents; an empty table where nothing is marked.

    `mute` and `weights` by document: see MarkedCounts; none, and 1, where not given.
    """
    known: dict[str, int] = {}
    codes = tuple(sorted({ref for d in labels for ref, pieces in d.items() if pieces}))
    ids = {ref: i for i, ref in enumerate(codes)}
    by_term: dict[tuple[int, ...], dict[int, set[int]]] = {}
    holders: dict[int, int] = {}
    for document, (analysis, wanted) in enumerate(zip(analyses, labels, strict=True)):
        for key in {stem_hash(stem, known) for stem in set(analysis.words.stems) if stem}:
            holders[key] = holders.get(key, 0) + 1
        for ref, pieces in wanted.items():
            for piece in pieces:
                term = _term(analysis, piece, known)
                if term:
                    by_term.setdefault(term, {}).setdefault(ids[ref], set()).add(document)
    terms = sorted(by_term)
    words = np.unique(np.array([key for term in terms for key in term], np.uint64))
    rarity = np.log1p(len(analyses) / (1 + np.array([holders[key] for key in words.tolist()], np.float64))).astype(np.float32)
    lengths = np.array([len(term) for term in terms], np.int16)
    flat = np.searchsorted(words, np.array([key for term in terms for key in term], np.uint64))
    of_term = np.repeat(np.arange(len(terms)), lengths)
    rank = np.concatenate([np.arange(n) for n in lengths.tolist()]) if terms else np.zeros(0, np.int64)
    order = np.argsort(flat, kind="stable")
    entries = [(t, c, sorted(documents)) for t, term in enumerate(terms) for c, documents in sorted(by_term[term].items())]
    table = MarkedTable(
        words,
        rarity,
        np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=len(words)))]).astype(np.int64),
        of_term[order].astype(np.int32),
        rank[order].astype(np.int16),
        lengths,
        np.bincount(of_term, rarity[flat], minlength=len(terms)).astype(np.float32),
        np.zeros(len(terms), np.int32),
        np.concatenate([[0], np.cumsum(np.bincount([t for t, _, _ in entries], minlength=len(terms)))]).astype(np.int64),
        np.array([c for _, c, _ in entries], np.int32),
        np.zeros(len(entries), np.float32),
        codes,
    )
    marks = _pairs([(d, e) for e, (_, _, documents) in enumerate(entries) for d in documents])
    held: list[tuple[int, int]] = []
    right: list[tuple[int, int]] = []
    silent: list[tuple[int, int]] = []
    for document, (analysis, wanted) in enumerate(zip(analyses, labels, strict=True) if terms else ()):
        found = find(table, analysis, known)
        left_out = () if mute is None else mute[document]
        for t in np.unique(found.term[found.exact]).tolist():
            held.append((document, t))
            of_term_codes = [(e, codes[int(table.code_ids[e])]) for e in range(int(table.starts[t]), int(table.starts[t + 1]))]
            right.extend((document, e) for e, ref in of_term_codes if ref in wanted)
            silent.extend((document, e) for e, ref in of_term_codes if ref in left_out)
    counted = np.ones(len(analyses)) if weights is None else np.array(weights, np.float64)
    return MarkedCounts(table, marks, _pairs(held), _pairs(right), _pairs(silent), counted)


def _pairs(rows: list[tuple[int, int]]) -> npt.NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(-1, 2)


def _term(analysis: NoteAnalysis, piece: Sequence[TextSpan], known: dict[str, int]) -> tuple[int, ...]:
    """Hashes of the content words of a piece of evidence, each once, in the order of the text; () for a passage."""
    words = analysis.words
    out: dict[int, None] = {}
    for span in piece:
        for i in range(bisect_right(words.ends, span.begin), bisect_left(words.begins, span.end)):
            if words.stems[i]:
                out[stem_hash(words.stems[i], known)] = None
    return tuple(out) if len(out) <= LONGEST else ()
