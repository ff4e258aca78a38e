"""Which conditions a text names that a record does not hold, by the terms of the code release and the phrasebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Presence
from app.domain.candidate import Match, MatchSource
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE
from app.domain.note import ClinicalNote
from app.domain.queries import vocabulary
from app.usecases.ports import CandidateSource, NoteReader

# Learned phrases are guesses, and visits are no conditions.
_NAMED = frozenset({MatchSource.TITLE, MatchSource.INCLUSION, MatchSource.INDEX, MatchSource.PHRASEBOOK})
_WHOLE = 1 - 1e-6
_CATEGORY = 3


class RecordConditions:
    """The conditions of one record, behind the Conditions protocol of the linter."""

    def __init__(self, analysis: NoteAnalysis, *, reader: NoteReader, terms: CandidateSource) -> None:
        self._reader, self._terms = reader, terms
        self._words = vocabulary.keys(analysis.note.text)
        named = list(_named(analysis, terms))
        self._categories = {ref.code[:_CATEGORY] for ref, _ in named}
        self._open = {ref.code for ref, m in named if analysis.assertion_of(m.span, whole=m.exact).presence is not Presence.ABSENT}
        self._denied = {ref.code for ref, _ in named} - self._open

    def new(self, text: str) -> Sequence[tuple[int, int]]:
        """Where a text names a condition that the record does not hold, [begin, end), in order."""
        found: dict[tuple[int, int], bool] = {}
        for ref, match in self._in(text):
            words = vocabulary.beyond(text[match.span.begin : match.span.end], self._words)
            place = (match.span.begin, match.span.end)
            found[place] = found.get(place, True) and bool(words) and ref.code[:_CATEGORY] not in self._categories
        new = sorted(place for place, is_new in found.items() if is_new)
        return [place for place in new if not any(o != place and o[0] <= place[0] and place[1] <= o[1] for o in new)]

    def denied(self, text: str) -> bool:
        """True for a condition that the record holds only to deny it."""
        named = [(match.span.end - match.span.begin, ref.code) for ref, match in self._in(text)]
        # Of "systolic heart failure" only the whole is meant, not the heart failure that the record affirms.
        meant = {code for width, code in named if width == max(named)[0]}
        return bool(meant & self._denied) and not meant & self._open

    def _in(self, text: str) -> Iterator[tuple[CodeRef, Match]]:
        return _named(self._reader.read(ClinicalNote(text)), self._terms) if text.strip() else iter(())


def _named(analysis: NoteAnalysis, terms: CandidateSource) -> Iterator[tuple[CodeRef, Match]]:
    """Diagnoses, symptoms and injuries (chapters A to T) that stand in a text by their whole name."""
    for candidate in terms.candidates(analysis, ANYWHERE):
        if candidate.ref.system is CodeSystem.ICD10CM and candidate.ref.code[0] < "U":
            for match in candidate.matches:
                if match.source in _NAMED and match.coverage >= _WHOLE and match.exact:
                    yield candidate.ref, match
