"""How far cues reach: the algorithm of ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002) within one sentence.

medspaCy's `ConTextGraph` compares every cue of a note with every other and prunes overlapping cues by recursion; passes
along the sentence find the same limits at a cost that is linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.assertion import Axis
from app.domain.knowledge import ContextRule, CueDirection

Match = tuple[int, int, ContextRule]
"""[first, end) tokens of a cue, and its rule."""


def longest(matches: Iterable[Match]) -> list[Match]:
    """Of cues that share tokens the longest, then the first; in order of the text."""
    taken: set[int] = set()
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m[0] - m[1], m[0])):
        if match[0] not in taken and match[1] - 1 not in taken:
            taken.update(range(match[0], match[1]))
            kept.append(match)
    kept.sort(key=lambda m: m[0])
    return kept


def token_scopes(matches: Sequence[Match], first: int, end: int) -> list[tuple[Match, int, int]]:
    """Which tokens each cue of the sentence [first, end) reaches: (cue, first, end), a cue of both directions twice.

    A cue reaches up to the end of the sentence, its rule's reach, the next cue of its own value, or a cue that ends it.
    """
    found: list[tuple[Match, int, int]] = []
    edges: dict[Axis | None, int] = {}
    for match in reversed(matches):
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.FORWARD or rule.direction is CueDirection.BOTH:
                limit = min(edges.get(rule.value, end), edges.get(None, end), end if rule.reach is None else behind + rule.reach)
                found.append((match, behind, limit))
            edges[rule.value] = begin
        elif rule.direction is CueDirection.END:
            edges.update(dict.fromkeys(rule.ends or (None,), begin))
    edges = {}
    for match in matches:
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.BACKWARD or rule.direction is CueDirection.BOTH:
                limit = max(edges.get(rule.value, first), edges.get(None, first), first if rule.reach is None else begin - rule.reach)
                found.append((match, limit, begin))
            edges[rule.value] = behind
        elif rule.direction is CueDirection.END:
            edges.update(dict.fromkeys(rule.ends or (None,), behind))
    return [scope for scope in found if scope[1] < scope[2]]
