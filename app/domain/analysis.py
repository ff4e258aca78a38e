"""A note as it was read: everything later steps need to know of its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.assertion import ASSERTED, Assertion, AssertionScope, Temporality, resolve
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.domain.words import Words

# Cues that are themselves words of many terms.
_IN_TERMS = frozenset({"without", "w/o", "w/out", "without mention of"})
# Words that keep a disease from being one the patient has, and say nothing of a service: "flu vaccine", "MMR and varicella vaccines".
_OF_DISEASES = frozenset("vaccine vaccination vaccinated immunization immunized prophylaxis prophylactically ppx".split())
_DENIALS = frozenset({"no", "not", "never", "without", "w/o", "non"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, heading or list item: its characters and its words [first_word, end_word); never without a word."""

    span: TextSpan
    first_word: int
    end_word: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """A short form in the note and what it stands for here.

    `words` is the long form, normalised like the note; their offsets are into the long form.
    """

    span: TextSpan
    long_form: str
    words: Words


@dataclass(frozen=True, slots=True)
class NoteAnalysis:
    """What reading found. `sentences`, `sections` and `scopes` are in the order of the text; sections cover all of it.

    `entities` are spans from a scispaCy model, where one is installed.
    """

    note: ClinicalNote
    words: Words
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    scopes: tuple[AssertionScope, ...]
    expansions: tuple[Expansion, ...] = ()
    entities: tuple[TextSpan, ...] = ()
    _section_begins: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _sentence_begins: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _scopes_by_sentence: dict[int, tuple[AssertionScope, ...]] = field(init=False, repr=False, compare=False)
    _assertions: dict[tuple[int, int, bool, bool], Assertion] = field(init=False, repr=False, compare=False)
    _affirmed: dict[re.Pattern[str], TextSpan | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_assertions", {})
        object.__setattr__(self, "_affirmed", {})
        object.__setattr__(self, "_section_begins", tuple(s.span.begin for s in self.sections))
        object.__setattr__(self, "_sentence_begins", tuple(s.span.begin for s in self.sentences))
        by_sentence: dict[int, list[AssertionScope]] = {}
        for scope in self.scopes:
            first = max(bisect_right(self._sentence_begins, scope.scope.begin) - 1, 0)
            last = bisect_right(self._sentence_begins, scope.scope.end - 1)
            for i in range(first, max(last, first + 1)):
                by_sentence.setdefault(i, []).append(scope)
        object.__setattr__(self, "_scopes_by_sentence", {i: tuple(s) for i, s in by_sentence.items()})

    def section_at(self, position: int) -> Section:
        """The section that holds the character at `position`."""
        return self.sections[max(bisect_right(self._section_begins, position) - 1, 0)]

    def sentence_at(self, position: int) -> int:
        """Index of the last sentence that begins at or before `position`."""
        return max(bisect_right(self._sentence_begins, position) - 1, 0)

    @property
    def scoped_sentences(self) -> list[int]:
        """The sentences in which any cue reaches something; all else is plainly asserted."""
        return list(self._scopes_by_sentence)

    def assertion_of(self, span: TextSpan, *, whole: bool = True, service: bool = False) -> Assertion:
        """What the note asserts of the words in `span`; `whole` is false for the words of a term with others between them.

        `service`: the words name something done or given, not a disease.
        """
        # Numbers hash much faster than spans, and every match of a note is asked for.
        key = (span.begin, span.end, whole, service)
        known = self._assertions.get(key)
        if known is None:
            scopes = self._scopes_over(span, whole=whole)
            if service and scopes:
                scopes = [s for s in scopes if s.cue is None or self.note.quote(s.cue).lower().split()[0] not in _OF_DISEASES]
            known = self._assertions[key] = resolve(span, scopes, whole=whole) if scopes else ASSERTED
        return known

    def affirmed_now(self, words: re.Pattern[str]) -> TextSpan | None:
        """The first place where the note affirms what `words` match, of the patient and not of the past; None without one."""
        if words not in self._affirmed:
            spans = (TextSpan(*m.span()) for m in words.finditer(self.note.text))
            said = ((span, self.assertion_of(span)) for span in spans)
            self._affirmed[words] = next((span for span, a in said if a.affirmed and a.temporality is Temporality.CURRENT), None)
        return self._affirmed[words]

    def _scopes_over(self, span: TextSpan, *, whole: bool) -> Sequence[AssertionScope]:
        """The scopes of the sentence, without those whose cue is a word of the term itself ("did not finish school", "without")."""
        scopes = self._scopes_by_sentence.get(self.sentence_at(span.begin), ())
        if not scopes:
            return scopes
        kept = [s for s in scopes if s.cue is None or not (s.cue.begin < span.begin < s.cue.end and self._denies(span.begin, s.cue.end))]
        return kept if whole else [s for s in kept if s.cue is None or self.note.quote(s.cue).lower().strip() not in _IN_TERMS]

    def _denies(self, begin: int, end: int) -> bool:
        return not _DENIALS.isdisjoint(self.note.text[begin:end].lower().split())
