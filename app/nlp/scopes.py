"""How far cues reach: the algorithm of ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002) within one sentence.

medspaCy's `ConTextGraph` compares every cue of a note with every other and prunes overlapping cues by recursion; passes
along the sentence find the same limits at a cost that is linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.assertion import Axis
from app.domain.knowledge import ContextRule, CueDirection

_WITHOUT = ("without", "w/o", "w/out")

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
    edges, passed = _Edges(), _Edges()
    for match in reversed(matches):
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.FORWARD or rule.direction is CueDirection.BOTH:
                near = passed if passed.at == behind and _denies(rule) else edges
                limit = min(near.of(rule.value, end), end if rule.reach is None else behind + rule.reach)
                found.append((match, behind, limit))
            edges.set(rule.value, begin)
        elif rule.direction is CueDirection.END:
            passed = edges.copy(begin)
            edges.end(rule, begin)
    edges, passed = _Edges(), _Edges()
    for match in matches:
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.BACKWARD or rule.direction is CueDirection.BOTH:
                near = passed if passed.at == begin and _denies(rule) else edges
                limit = -min(near.of(rule.value, -first), -first if rule.reach is None else rule.reach - begin)
                found.append((match, limit, begin))
            # "Without" speaks of the few words after it: "CT without contrast was not done" denies the CT.
            if not rule.cue.startswith(_WITHOUT):
                edges.set(rule.value, -behind)
        elif rule.direction is CueDirection.END:
            passed = edges.copy(behind)
            edges.end(rule, -behind)
    return [scope for scope in found if scope[1] < scope[2]]


def _denies(rule: ContextRule) -> bool:
    """True for cues that what stands beside them can't end: "not here for chemotherapy", "IV start was not performed"."""
    return "not" in rule.cue.split()


class _Edges:
    """Where cues of each value stop at the latest; `at` is the end of a cue's reach behind which they would go on."""

    def __init__(self, by_value: dict[Axis | None, int] | None = None, at: int = -1) -> None:
        self._by_value, self.at = by_value or {}, at

    def of(self, value: Axis, limit: int) -> int:
        return min(self._by_value.get(value, limit), self._by_value.get(None, limit), limit)

    def set(self, value: Axis, edge: int) -> None:
        self._by_value[value] = edge

    def end(self, rule: ContextRule, edge: int) -> None:
        self._by_value.update(dict.fromkeys(rule.ends or (None,), edge))

    def copy(self, at: int) -> _Edges:
        return _Edges(dict(self._by_value), at)
