"""Counts in which documents a term stands for a code, and in which of them the code was right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.classifier.match_table import match_table
from app.classifier.term_precision import NO_PRECISION, TermKeys, TermPrecision, is_term
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.code import CodeRef


@dataclass(frozen=True, slots=True)
class TermCounts:
    """What stands for which code in which document, so that tables of any part of the documents follow.

    One row a document and pair of code and words, shape (n,): `document`, `key` as an index into `keys`, whether it is `right`, and whether
    it is the `first` of its document and code. Documents that say nothing of what their words mean for the code have no row. `keys`: uint64,
    sorted; `code`: of each key the index into `codes`. `weights`: float64[documents], how many documents each counts for.
    """

    codes: tuple[CodeRef, ...]
    keys: npt.NDArray[np.uint64]
    code: npt.NDArray[np.int32]
    document: npt.NDArray[np.int32]
    key: npt.NDArray[np.int32]
    right: npt.NDArray[np.bool_]
    first: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]

    def table(self, documents: npt.NDArray[np.bool_], *, shrink: float) -> TermPrecision:
        """The shares over the documents chosen by `documents`, shape (documents,).

        That of a code is shrunk toward that of all codes, that of its words toward that of the code, each as by `shrink` documents more.
        """
        kept = documents[self.document] if len(self.document) else np.zeros(0, np.bool_)
        if not kept.any():
            return NO_PRECISION
        weight, key, right = self.weights[self.document[kept]], self.key[kept], self.right[kept]
        code, first = self.code[key], self.first[kept]
        of_code = np.bincount(code[first], weight[first], minlength=len(self.codes))
        right_code = np.bincount(code[first], (weight * right)[first], minlength=len(self.codes))
        overall = right_code.sum() / of_code.sum()
        share = (right_code + shrink * overall) / (of_code + shrink)
        held = np.bincount(key, weight, minlength=len(self.keys))
        known = np.flatnonzero(held)
        hits = np.bincount(key, weight * right, minlength=len(self.keys))[known]
        precision = (hits + shrink * share[self.code[known]]) / (held[known] + shrink)
        single = np.float32
        return TermPrecision(
            self.codes, share.astype(single), of_code.astype(single), self.keys[known], precision.astype(single), held[known].astype(single),
            np.array([overall], single),
        )  # fmt: skip


def count(
    analyses: Iterable[NoteAnalysis],
    found: Iterable[Sequence[Candidate]],
    labels: Sequence[Collection[CodeRef]],
    *,
    mute: Sequence[Collection[CodeRef]],
    weights: Sequence[float],
) -> TermCounts:
    """Count documents: what reading found of each, the candidates that terms gave, and its codes; for `mute` and `weights` see TermCounts."""
    named, ids = TermKeys(), dict[CodeRef, int]()
    keys: list[npt.NDArray[np.uint64]] = []
    codes: list[npt.NDArray[np.int32]] = []
    right: list[npt.NDArray[np.bool_]] = []
    first: list[npt.NDArray[np.bool_]] = []
    for analysis, candidates, wanted, silent in zip(analyses, found, labels, mute, strict=True):
        asked = [c for c in candidates if c.ref not in silent]
        refs = [c.ref for c in asked]
        if asked:
            matches, _ = match_table(asked)
            matches = matches.rows(is_term(matches))
            here, at = np.unique(named(analysis, matches, refs), return_index=True)
            owner = matches.owner[at]
        else:
            here, owner = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        keys.append(here)
        codes.append(np.array([ids.setdefault(ref, len(ids)) for ref in refs], np.int32)[owner])
        right.append(np.array([ref in wanted for ref in refs], np.bool_)[owner])
        first.append(np.isin(np.arange(len(owner)), np.unique(owner, return_index=True)[1]))
    vocabulary, at, place = np.unique(np.concatenate([*keys, np.zeros(0, np.uint64)]), return_index=True, return_inverse=True)
    return TermCounts(
        tuple(ids),
        vocabulary,
        np.concatenate([*codes, np.zeros(0, np.int32)])[at],
        np.repeat(np.arange(len(keys), dtype=np.int32), [len(k) for k in keys]),
        place.astype(np.int32),
        np.concatenate([*right, np.zeros(0, np.bool_)]),
        np.concatenate([*first, np.zeros(0, np.bool_)]),
        np.array(weights, np.float64),
    )
