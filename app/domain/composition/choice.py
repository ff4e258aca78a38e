"""The best set under exclusions: exact, for each group of codes that conflict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from app.domain.code import CodeRef

# A group larger than this is solved greedily, best code first. Groups of real drafts have two to five codes.
LARGEST_EXACT = 18


def keep(worth: Mapping[CodeRef, float], pairs: Collection[tuple[CodeRef, CodeRef]]) -> frozenset[CodeRef]:
    """The codes of `worth` worth most together so that no pair is kept whole. Of equal sets the one with the lower codes.

    Worth is the expected number of right codes: the calibrated confidence. Each connected group is solved by branch and
    bound, so that the cost grows with the largest group, not with the number of codes.
    """
    rivals: dict[CodeRef, set[CodeRef]] = {}
    for a, b in pairs:
        rivals.setdefault(a, set()).add(b)
        rivals.setdefault(b, set()).add(a)
    kept = {ref for ref in worth if ref not in rivals}
    left = sorted(rivals)
    while left:
        group = _group(left[0], rivals)
        left = [ref for ref in left if ref not in group]
        order = sorted(group, key=lambda ref: (-worth[ref], ref))
        kept |= _greedy(order, rivals) if len(order) > LARGEST_EXACT else _best(order, worth, rivals)
    return frozenset(kept)


def _group(start: CodeRef, rivals: Mapping[CodeRef, AbstractSet[CodeRef]]) -> set[CodeRef]:
    found, ahead = {start}, [start]
    while ahead:
        for ref in rivals[ahead.pop()]:
            if ref not in found:
                found.add(ref)
                ahead.append(ref)
    return found


def _greedy(order: list[CodeRef], rivals: Mapping[CodeRef, AbstractSet[CodeRef]]) -> set[CodeRef]:
    kept: set[CodeRef] = set()
    for ref in order:
        if not rivals[ref] & kept:
            kept.add(ref)
    return kept


def _best(order: list[CodeRef], worth: Mapping[CodeRef, float], rivals: Mapping[CodeRef, AbstractSet[CodeRef]]) -> set[CodeRef]:
    remaining = [0.0] * (len(order) + 1)
    for i in range(len(order) - 1, -1, -1):
        remaining[i] = remaining[i + 1] + worth[order[i]]
    best: list[CodeRef] = []
    best_worth = -1.0

    def grow(i: int, chosen: list[CodeRef], value: float) -> None:
        nonlocal best, best_worth
        if value + remaining[i] <= best_worth + 1e-12:
            return
        if i == len(order):
            best, best_worth = list(chosen), value
            return
        if not any(ref in rivals[order[i]] for ref in chosen):
            grow(i + 1, [*chosen, order[i]], value + worth[order[i]])
        grow(i + 1, chosen, value)

    grow(0, [], 0.0)
    return set(best)
