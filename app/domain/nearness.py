"""Which details of a note belong to a mention: those of its own sentence, else of the ones beside it, else of its section, else of the note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.analysis import NoteAnalysis
from app.domain.family import Detail
from app.domain.note import TextSpan

# Where a note tells what was before, or why: what it says there is not said of a service told elsewhere.
_ASIDE = frozenset(
    "history_of_present_illness past_medical_history past_surgical_history family_history social_history indication chief_complaint allergies "
    "medications".split()
)
# A measure of one sentence belongs to a service named in the two before it, or the one behind.
_BEFORE, _BEHIND = 1, 2


class Nearness:
    """The details of one note, asked for by mention."""

    def __init__(self, analysis: NoteAnalysis, details: Sequence[Detail]) -> None:
        self._analysis = analysis
        self._by_dimension: dict[str, list[Detail]] = {}
        self._sentence: dict[int, int] = {}
        for detail in details:
            self._by_dimension.setdefault(detail.dimension, []).append(detail)
            self._sentence[id(detail)] = analysis.sentence_at(detail.span.begin)

    def all(self, dimension: str) -> Sequence[Detail]:
        """Every detail of a dimension, in the order of the text."""
        return self._by_dimension.get(dimension, ())

    def of_service(self, dimension: str, mention: TextSpan) -> Sequence[Detail]:
        """Every detail of a dimension but those of the history and the reasons, unless the mention stands there too."""
        own = self._analysis.section_at(mention.begin)
        sections = ((d, self._analysis.section_at(d.span.begin)) for d in self.all(dimension))
        return [d for d, section in sections if section is own or section.category not in _ASIDE]

    def quote(self, span: TextSpan) -> str:
        """The words of the note at a place."""
        return self._analysis.note.quote(span)

    def together(self, one: TextSpan, other: TextSpan) -> bool:
        """True for two places in one sentence."""
        return self._analysis.sentence_at(one.begin) == self._analysis.sentence_at(other.begin)

    def sentence_of(self, mention: TextSpan) -> TextSpan:
        """The sentence that a mention begins in."""
        return self._analysis.sentences[self._analysis.sentence_at(mention.begin)].span

    def sentence(self, dimension: str, mention: TextSpan, *, beside: bool = True) -> list[Detail]:
        """Those of the sentence of a mention or, where it has none and `beside`, of the sentences beside it."""
        rings = list(self._rings(dimension, mention))
        return next((ring for ring in rings[: 2 if beside else 1] if ring), [])

    def ring(self, dimension: str, mention: TextSpan) -> list[Detail]:
        """Those of the nearest ring that has any. Beyond the section only what the note says with one voice."""
        for i, ring in enumerate(self._rings(dimension, mention)):
            if ring and (i < 3 or len({d.value for d in ring}) == 1):
                return ring
        return []

    def around(self, dimension: str, mention: TextSpan) -> list[Detail]:
        """Those of the nearest ring, nearest first."""
        return sorted(self.ring(dimension, mention), key=lambda d: _distance(d.span, mention))

    def _rings(self, dimension: str, mention: TextSpan) -> Iterator[list[Detail]]:
        every = self._by_dimension.get(dimension)
        if every is None:
            return
        here = self._analysis.sentence_at(mention.begin)
        section = self._analysis.section_at(mention.begin).span
        sentence = self._sentence
        yield [d for d in every if sentence[id(d)] == here]
        yield [d for d in every if section.covers(d.span) and -_BEFORE <= sentence[id(d)] - here <= _BEHIND]
        yield [d for d in every if section.covers(d.span)]
        yield every


def _distance(a: TextSpan, b: TextSpan) -> int:
    # Of two equally near the one behind the mention: "excision, 2 cm".
    return 2 * (a.begin - b.end) if a.begin >= b.end else 2 * (b.begin - a.end) + 1 if a.end <= b.begin else 0
