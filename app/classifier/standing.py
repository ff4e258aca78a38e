"""How the candidates of a note stand among one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.classifier.match_table import Floats, Ints
from app.domain.code import CodeRef

# A rival counts as worth as much from this share on.
_AS_MUCH = 0.95


def ranks(worths: Floats) -> Ints:
    """Rank of each from 0, the most first; of equals the first."""
    out = np.empty(len(worths), np.int64)
    out[np.argsort(-worths, kind="stable")] = np.arange(len(worths))
    return out


def rivalry(groups: Ints, begins: Ints, ends: Ints, worths: Floats) -> Floats:
    """How each of n matches stands among those of its group that share characters with it, shape (n, 4).

    Columns: how many are worth as much, how far ahead the best is, the worth of the best longer match that swallows this
    one, and the rank. `groups`, `begins`, `ends`, `worths` have shape (n,). Only pairs that overlap are looked at, which
    keeps the cost linear in the length of a note.
    """
    n = len(worths)
    width = int(ends.max()) + 1
    order = np.lexsort((begins, groups))
    keys = (groups * width + begins)[order]
    # In the order of their beginnings, all that overlap one from behind follow it directly.
    last = np.searchsorted(keys, (groups * width + ends)[order])
    counts = last - np.arange(n) - 1
    left = np.repeat(np.arange(n), counts)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
    one, other = order[np.concatenate([left, right])], order[np.concatenate([right, left])]
    lengths = ends - begins
    own, theirs = worths[one], worths[other]
    swallows = (begins[other] <= begins[one]) & (ends[other] >= ends[one]) & (lengths[other] > lengths[one])
    best, swallowing = np.zeros(n), np.zeros(n)
    np.maximum.at(best, one, theirs)
    np.maximum.at(swallowing, one[swallows], theirs[swallows])
    return np.stack(
        (
            np.bincount(one[theirs >= _AS_MUCH * own], minlength=n),
            best - worths,
            swallowing,
            np.bincount(one[theirs > own], minlength=n),
        ),
        axis=1,
    )


def categories(refs: Sequence[CodeRef], ids: Ints, worths: Floats) -> Floats:
    """How each of n candidates stands among those of the same category, by `ids` of shape (n,); shape (n, 4).

    Columns: how many others, gap to the best other, rank, and whether another candidate is a child.
    """
    n = len(worths)
    order = np.lexsort((-worths, ids))
    grouped = ids[order]
    heads = np.flatnonzero(np.concatenate([[True], grouped[1:] != grouped[:-1]]))
    sizes = np.diff(np.append(heads, n))
    head, size = np.repeat(heads, sizes), np.repeat(sizes, sizes)
    rank = np.arange(n) - head
    ordered = worths[order]
    rival = np.where(size == 1, 0.0, ordered[np.minimum(np.where(rank == 0, head + 1, head), n - 1)])
    out = np.zeros((n, 4))
    out[order, 0] = size - 1
    out[order, 1] = rival - ordered
    out[order, 2] = rank
    # In the order of the codes a heading's children follow it directly.
    by_ref = np.array(sorted(range(n), key=refs.__getitem__), np.int64)
    together = np.flatnonzero(ids[by_ref[1:]] == ids[by_ref[:-1]])
    for this, following in zip(by_ref[together].tolist(), by_ref[together + 1].tolist(), strict=True):
        if refs[following].code.startswith(refs[this].code):
            out[this, 3] = 1.0
    return out
