"""Finds the services that a note describes without naming them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import CodeRef
from app.domain.described import Described, places
from app.domain.encounter import Encounter
from app.domain.nearness import Nearness
from app.domain.note import TextSpan
from app.nlp.details import DetailReader

# A whole description says as much as a whole term of the catalogue of that many words.
_WEIGHT_OF_A_WORD = 4.0


class DescribedServices:
    """Candidates from descriptions. `words`: dimension → value → wordings. Cost is linear in the length of the note."""

    def __init__(self, described: Iterable[Described], words: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._described = tuple(described)
        wanted = frozenset().union(*(d.dimensions for d in self._described))
        self._reader = DetailReader({dimension: values for dimension, values in words.items() if dimension in wanted})

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:  # noqa: ARG002  the port's signature
        """Services with the words that describe them."""
        near = Nearness(analysis, self._reader.words(analysis))
        found: dict[CodeRef, list[Match]] = {}
        for described in self._described:
            for span in places(described, near):
                found.setdefault(described.ref, []).append(_match(span, described, analysis))
        return [Candidate(ref, tuple(matches)) for ref, matches in found.items()]


def _match(span: TextSpan, described: Described, analysis: NoteAnalysis) -> Match:
    count = len(described.says) + len(described.near)
    spread = len(analysis.note.quote(span).split())
    return Match(span, 1.0, count * _WEIGHT_OF_A_WORD, count, exact=False, tightness=min(1.0, count / spread), source=MatchSource.CATALOGUE)
