"""The features of what training taught of a note's words: phrases, and terms that coders marked.

They look at all matches, affirmed or not: labels show which denials and suspicions the coders of these documents do code.
"""

from __future__ import annotations

import numpy as np

from app.classifier.match_table import Floats, MatchTable, first_of_groups
from app.classifier.places import Places

LEARNED: tuple[str, ...] = (
    "learned", "learned_best", "learned_support", "learned_words", "learned_mean", "learned_matches",
    "marked", "marked_worth", "marked_coverage", "marked_precision", "marked_support", "marked_words", "marked_exact", "marked_tightness",
    "marked_affirmed", "marked_presence", "marked_section", "marked_breaks", "marked_fills",
    "marked_second", "marked_sum", "marked_matches", "marked_whole", "marked_whole_support",
)  # fmt: skip
# From here on a term is covered, but for rounding.
_WHOLE = 1 - 1e-6


def learned_words(m: MatchTable, p: Places) -> Floats:
    """Shape (candidates, LEARNED)."""
    sizes = np.bincount(m.owner)
    heads = np.cumsum(sizes) - sizes
    count = len(sizes)
    if not (m.learned.any() or m.marked.any()):
        nothing = np.zeros((count, len(LEARNED)))
        nothing[:, -2:] = -1.0
        return nothing
    phrase, has_phrase = first_of_groups(m.coverage, m.learned, heads, sizes)
    marked, has_marked = first_of_groups(m.worth, m.marked, heads, sizes)
    whole, has_whole = first_of_groups(m.weight, m.marked & (m.coverage > _WHOLE), heads, sizes)
    second, has_second = first_of_groups(m.worth, m.marked & (np.arange(len(m.worth)) != np.repeat(marked, sizes)), heads, sizes)
    learned = np.bincount(m.owner, m.learned, minlength=count)
    columns = (
        has_phrase,
        *(np.where(has_phrase, column[phrase], 0) for column in (m.coverage, np.log1p(m.support), m.words)),
        np.bincount(m.owner, np.where(m.learned, m.coverage, 0.0), minlength=count) / np.maximum(learned, 1),
        learned,
        has_marked,
        *(np.where(has_marked, column[marked], 0) for column in (m.worth, m.coverage, m.weight, np.log1p(m.support), m.words, m.exact)),
        *(np.where(has_marked, column[marked], 0) for column in (m.tightness, p.affirmed, p.presence, p.section, p.breaks, p.fills)),
        np.where(has_second, m.worth[second], 0.0),
        np.bincount(m.owner, np.where(m.marked, m.worth, 0.0), minlength=count),
        np.bincount(m.owner, m.marked, minlength=count),
        *(np.where(has_whole, column[whole], -1.0) for column in (m.weight, np.log1p(m.support))),
    )
    return np.stack(columns, axis=1, dtype=np.float64, casting="unsafe")
