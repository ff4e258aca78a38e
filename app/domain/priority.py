"""How much a review of a chart is worth: what is uncertain and what is rare teaches most. Never money.

A random slice comes first whatever its codes, so that figures measured on reviewed charts stay unbiased.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.code import CodeRef
from app.domain.suggestion import CodingDraft, Status, Suggestion

RANDOM_SHARE = 0.1
# From this confidence on a candidate is one that a coder weighs.
_WEIGHED_FROM = 0.2
# Bits that a decision is expected to tell from which a code is called uncertain: confidences of .24 to .76.
_UNCERTAIN = 0.8
_MOST_REASONS = 3
RANDOM_REASON = "in the random tenth that is always reviewed"


@dataclass(frozen=True, slots=True)
class Worth:
    """`value` in [0, 1]; `reasons`: why, in words with codes and numbers, the weightiest first; none of a chart that teaches little."""

    value: float
    reasons: tuple[str, ...] = ()


def in_random_slice(chart_id: str) -> bool:
    """True for one chart in ten, by the hash of its random id."""
    return int.from_bytes(hashlib.sha256(chart_id.encode()).digest()[:4], "big") < RANDOM_SHARE * 2**32


def worth_of_review(drafts: Sequence[CodingDraft], seen: Mapping[CodeRef, int], *, random_slice: bool) -> Worth:
    """The worth of a review: 1 for the random slice, else the mean of uncertainty and rarity over codes suggested or nearly so.

    Uncertainty of confidence p is the information, in bits, that a decision on the code is expected to give: the entropy of p.
    Rarity is 1 / (1 + charts finalised with the code, from `seen`): nearly all of those are what models learn from here, since codes that
    are finalised without a person are never rare.
    """
    weighed = [s for draft in drafts for s in draft.suggestions if _is_weighed(s)]
    found = [RANDOM_REASON] if random_slice else []
    if not weighed:
        found.append("no code was suggested")
        return Worth(1.0 if random_slice else 0.5, tuple(found))
    uncertainty = {s.ref: entropy(s.confidence) for s in weighed}
    uncertain = sorted((s for s in weighed if uncertainty[s.ref] >= _UNCERTAIN), key=lambda s: (-uncertainty[s.ref], s.ref))
    found += [f"{s.ref.code} is uncertain ({s.confidence:.2f})" for s in uncertain[:2]]
    found += [f"{s.ref.code} was never finalised here" for s in sorted(weighed, key=lambda s: (-s.confidence, s.ref)) if not seen.get(s.ref)][:2]
    rarity = sum(1.0 / (1 + seen.get(s.ref, 0)) for s in weighed) / len(weighed)
    value = (sum(uncertainty[s.ref] for s in weighed) / len(weighed) + rarity) / 2.0
    return Worth(1.0 if random_slice else round(min(value, 0.999), 6), tuple(found[:_MOST_REASONS]))


def entropy(p: float) -> float:
    """The entropy of a yes with probability p, in bits."""
    return 0.0 if p <= 0.0 or p >= 1.0 else -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)


def _is_weighed(s: Suggestion) -> bool:
    return s.status is Status.SUGGESTED or (s.status is Status.CANDIDATE and s.confidence >= _WEIGHED_FROM and not s.rule)
