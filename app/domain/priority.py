"""How much a review of a chart is worth: what is uncertain and what is rare teaches most. Never money.

A random slice comes first whatever its codes, so that figures measured on reviewed charts stay unbiased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from app.domain.code import CodeRef
from app.domain.suggestion import CodingDraft, Status

RANDOM_SHARE = 0.1


def in_random_slice(chart_id: str) -> bool:
    """True for one chart in ten, by the hash of its random id."""
    return hashlib.sha256(chart_id.encode()).digest()[0] < RANDOM_SHARE * 256


def priority_of(drafts: Sequence[CodingDraft], seen: Mapping[CodeRef, int], *, random_slice: bool) -> float:
    """Priority in [0, 1]: 1 for the random slice, else the mean of uncertainty and rarity over codes suggested or nearly so.

    Uncertainty of confidence p is 1 - |2p - 1|; rarity is 1 / (1 + finalised charts that hold the code, from `seen`).
    """
    if random_slice:
        return 1.0
    weighed = [
        s for draft in drafts for s in draft.suggestions if s.status is Status.SUGGESTED or (s.status is Status.CANDIDATE and s.confidence >= 0.2)
    ]
    if not weighed:
        return 0.5
    uncertainty = sum(1.0 - abs(2.0 * s.confidence - 1.0) for s in weighed) / len(weighed)
    rarity = sum(1.0 / (1 + seen.get(s.ref, 0)) for s in weighed) / len(weighed)
    return round(min((uncertainty + rarity) / 2.0, 0.999), 6)
