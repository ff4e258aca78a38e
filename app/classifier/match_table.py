"""The matches of all candidates of a note as columns, so that features are computed for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.domain.candidate import EXACT_BONUS, LEARNED_WORTH, Candidate, MatchSource
from app.domain.note import TextSpan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SOURCE_IDS = {source: i for i, source in enumerate(MatchSource)}


class MatchTable(NamedTuple):
    """One row a match, candidate after candidate; see Match for the columns, of which `worth` is one.

    `owner`: index of the candidate, ascending. `source`: SOURCE_IDS; `learned`: whether it is a learned phrase,
    `marked`: whether it is a term that coders marked.
    """

    owner: Ints
    begin: Ints
    end: Ints
    coverage: Floats
    weight: Floats
    words: Ints
    exact: Bools
    tightness: Floats
    source: Ints
    support: Ints
    learned: Bools
    marked: Bools
    worth: Floats

    def rows(self, kept: Bools) -> MatchTable:
        """The rows that are `kept`, shape (rows,)."""
        rows = np.flatnonzero(kept)
        return MatchTable._make(column[rows] for column in self)


def match_table(candidates: Sequence[Candidate]) -> tuple[MatchTable, Sequence[TextSpan]]:
    """The matches of one candidate or more, and the span of each."""
    flat = list(chain.from_iterable([c.matches for c in candidates]))
    counts = [len(c.matches) for c in candidates]
    spans, coverages, weights, words, exacts, tightnesses, sources, supports = zip(*flat, strict=True)
    coverage, tightness, exact = np.array(coverages, np.float64), np.array(tightnesses, np.float64), np.array(exacts, np.bool_)
    weight = np.array(weights, np.float64)
    source = np.array([SOURCE_IDS[s] for s in sources])
    learned = source == SOURCE_IDS[MatchSource.LEARNED]
    marked = source == SOURCE_IDS[MatchSource.MARKED]
    tight = coverage * coverage * weight * (0.5 + 0.5 * tightness)
    table = MatchTable(
        owner=np.repeat(np.arange(len(counts)), counts),
        begin=np.array([s.begin for s in spans]),
        end=np.array([s.end for s in spans]),
        coverage=coverage,
        weight=weight,
        words=np.array(words),
        exact=exact,
        tightness=tightness,
        source=source,
        support=np.array(supports),
        learned=learned,
        marked=marked,
        worth=np.select((learned, marked), (LEARNED_WORTH * coverage, LEARNED_WORTH * tight), tight * np.where(exact, EXACT_BONUS, 1.0)),
    )
    return table, spans


def first_of_groups(values: Floats, eligible: Bools, heads: Ints, sizes: Ints, *, preferred: Ints | None = None) -> tuple[Ints, Bools]:
    """The eligible row with the highest value of each group of rows, and whether there is one.

    `values`, `eligible`, `preferred`: shape (rows,); of equal values the one preferred most comes first, then the first. Groups begin at
    `heads` and have `sizes` rows.
    """
    rows = len(values)
    weighed = np.where(eligible, values, -1.0)
    best = np.maximum.reduceat(weighed, heads)
    place = np.arange(rows)
    if preferred is not None:
        place = place + rows * (int(preferred.max()) - preferred)
    found = np.minimum.reduceat(np.where(weighed == np.repeat(best, sizes), place, place.max() + 1), heads)
    return found % rows, best >= 0
