"""What the note asserts: cues of medspaCy's ConText and ours, and sections that speak of somebody or something else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from app.domain.assertion import AssertionScope, Axis, Experiencer, Presence, Temporality
from app.domain.knowledge import ContextRule, CueDirection
from app.domain.note import TextSpan
from app.domain.section import Section
from app.nlp.cues import CueMatcher
from app.nlp.lists import list_behind
from app.nlp.reading import Reading, reading_of
from app.nlp.scopes import Match, longest, token_scopes
from app.nlp.tokens import offsets

_CLOSERS = frozenset(".,;!?)")
# Words of a heading under which nothing is said to be so.
_HEADING_WORDS: dict[str, Axis] = {
    "differential": Presence.POSSIBLE,
    "planned": Temporality.PLANNED,
    "proposed": Temporality.PLANNED,
    "scheduled": Temporality.PLANNED,
}
_PROCEDURES = "procedure"
_DENIALS = frozenset({"no", "without", "not"})


def section_scopes(text: str, sections: Iterable[Section]) -> Iterator[AssertionScope]:
    """Scopes that a section sets as a whole: family history, differential diagnosis, proposed procedures."""
    for section in sections:
        if section.category == "family_history":
            yield AssertionScope(Experiencer.OTHER, section.span, None)
        elif section.heading is not None:
            for word in text[section.heading.begin : section.heading.end].lower().split():
                value = _HEADING_WORDS.get(word)
                # "Scheduled medications" are taken; only a service can be planned.
                if value is not None and (value is not Temporality.PLANNED or section.category == _PROCEDURES):
                    yield AssertionScope(value, section.span, None)


class AssertionMarker:
    """Pipeline component: cues and their scopes; needs sentences."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._matchers: dict[str, CueMatcher] = {}

    def use(self, rules: Iterable[ContextRule]) -> None:
        """Mark by these rules, each in notes of its language, and in English by medspaCy's too."""
        by_language: dict[str, list[ContextRule]] = {"en": []}
        for rule in rules:
            by_language.setdefault(rule.language, []).append(rule)
        self._matchers = {language: CueMatcher(self._nlp, own, medspacy=language == "en") for language, own in by_language.items()}

    def __call__(self, doc: Doc) -> Doc:
        """Fill `scopes` of the reading."""
        reading = reading_of(doc)
        scopes = list(section_scopes(reading.text, reading.sections))
        matcher = self._matchers.get(reading.language)
        if matcher is not None:
            scopes += _cue_scopes(doc, reading, matcher)
        scopes.sort(key=lambda s: (s.scope.begin, s.scope.end))
        reading.scopes = tuple(scopes)
        return doc


def _cue_scopes(doc: Doc, reading: Reading, matcher: CueMatcher) -> Iterator[AssertionScope]:
    begins, ends = offsets(doc)
    sentences = reading.sentences
    sentence_begins = [sentence.span.begin for sentence in sentences]
    headings = {section.heading.begin for section in reading.sections if section.heading is not None}
    by_sentence: dict[int, list[Match]] = {}
    for name, first, end in matcher.find(doc):
        i = bisect_right(sentence_begins, begins[first]) - 1
        # "History of present illness" says nothing of history.
        if i < 0 or sentence_begins[i] in headings or ends[end - 1] > sentences[i].span.end:
            continue
        rule = matcher.closing.get(name)
        if rule is not None and ends[end - 1] < sentences[i].span.end and end < len(begins) and doc[end].text[0] not in _CLOSERS:
            rule = None
        rule = rule or matcher.rules.get(name)
        if rule is not None and (rule.cue != "?" or _asks(doc, first)):
            by_sentence.setdefault(i, []).append((first, end, rule))
    for i, matches in by_sentence.items():
        span = sentences[i].span
        low_token, high_token = bisect_left(begins, span.begin), bisect_left(begins, span.end)
        for (cue, behind, rule), low, high in token_scopes(longest(matches), low_token, high_token):
            if rule.value is not None:
                end = _reach(reading, i, ends[behind - 1], ends[high - 1]) if low == behind else ends[high - 1]
                yield AssertionScope(rule.value, TextSpan(begins[low], end), TextSpan(begins[cue], ends[behind - 1]))
        for first, end, rule in longest(matches):
            # "No complication of" says nothing of what follows, but the complication itself is denied.
            if rule.direction is CueDirection.NONE and end - first > 1 and doc[first].lower_ in _DENIALS:
                yield AssertionScope(Presence.ABSENT, TextSpan(begins[first + 1], ends[end - 1]), TextSpan(begins[first], ends[first]))


def _reach(reading: Reading, i: int, behind: int, end: int) -> int:
    """Where a cue of sentence `i` ends that reaches from `behind` to `end`: a cue behind which nothing is said speaks of the list that follows."""
    rest = reading.text[behind : reading.sentences[i].span.end]
    return end if any(map(str.isalnum, rest)) else list_behind(reading.text, reading.sentences, i) or end


def _asks(doc: Doc, i: int) -> bool:
    """True when the question mark at token `i` stands before a word, as in "?pneumonia", and not behind one."""
    return i + 1 < len(doc) and not doc[i].whitespace_ and (i == 0 or bool(doc[i - 1].whitespace_) or doc[i - 1].is_punct)
