"""Codes that a note may support, before and after scoring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from app.domain.assertion import Assertion
from app.domain.code import CodeRef
from app.domain.note import TextSpan

# A term that stands in the note as it is written says more than its words alone; and what a learned phrase is worth beside terms.
EXACT_BONUS, LEARNED_WORTH = 1.15, 10.0


class MatchSource(StrEnum):
    """Where the words that matched come from."""

    # Enum's own hash is computed in Python, and every match would pay for it.
    __hash__ = str.__hash__

    TITLE = "title"
    INCLUSION = "inclusion"
    INDEX = "index"
    PHRASEBOOK = "phrasebook"
    CATALOGUE = "catalogue"
    VISIT = "visit"
    LEARNED = "learned"
    SUPPORT = "support"
    MARKED = "marked"
    SITE = "site"


class Match(NamedTuple):
    """Words of the note that speak for a code.

    `coverage` in (0, 1]: share of the term's weight (inverse document frequency) that the words hold; for learned
    phrases, the probability of the code given the phrase. `weight`: weight of the whole term; for terms that coders marked, the
    share of documents in which the code was right. `words`: words of the term.
    `exact`: the term stands in the note in its own order without other words between. `tightness` in (0, 1]: matched
    words / words from the first matched to the last. `support`: training documents behind a learned phrase
    or marked term, else 0.
    """

    span: TextSpan
    coverage: float
    weight: float
    words: int
    exact: bool
    tightness: float
    source: MatchSource
    support: int = 0

    @classmethod
    def rows(
        cls,
        spans: Iterable[TextSpan],
        coverages: Iterable[float],
        weights: Iterable[float],
        words: Iterable[int],
        exacts: Iterable[bool],
        tightnesses: Iterable[float],
        sources: Iterable[MatchSource],
        supports: Iterable[int],
    ) -> list[Match]:
        """Matches from columns, as many as the shortest has: a note has a thousand, and one by one each costs twice as much."""
        columns = zip(spans, coverages, weights, words, exacts, tightnesses, sources, supports, strict=False)
        return list(map(partial(tuple.__new__, cls), columns))

    @property
    def worth(self) -> float:
        """How much it says: the weight of what it covers, discounted for scattered words; what was learned by its probability."""
        if self.source is MatchSource.LEARNED:
            return LEARNED_WORTH * self.coverage
        if self.source is MatchSource.MARKED:
            return LEARNED_WORTH * self.weight * self.coverage * self.coverage * (0.5 + 0.5 * self.tightness)
        return self.coverage * self.coverage * self.weight * (0.5 + 0.5 * self.tightness) * (EXACT_BONUS if self.exact else 1.0)


class Candidate(NamedTuple):
    """A code with its matches, best first; never without one."""

    ref: CodeRef
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the note that support a code, with the section they stand in and what the note asserts of them."""

    span: TextSpan
    section: str
    assertion: Assertion


class ScoredCandidate(NamedTuple):
    """A candidate with its calibrated probability in [0, 1]."""

    candidate: Candidate
    confidence: float
