"""What the note asserts: the algorithm of ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002), one sentence at a time.

The rules are medspaCy's and ours. medspaCy's `ConTextGraph` compares every cue of a note with every other, and its
matcher prunes by recursion; here cues are pruned and scopes cut in passes along the note, so that the cost is linear.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from app.domain.assertion import AssertionScope, Axis, Experiencer
from app.domain.knowledge import ContextRule, CueDirection
from app.domain.note import TextSpan
from app.domain.section import Section
from app.nlp.cues import cues
from app.nlp.reading import Reading, reading_of
from app.nlp.tokens import offsets

Match = tuple[int, int, ContextRule]
"""[first, end) tokens of a cue, and its rule."""

# Sections of which every statement is about somebody else.
_OTHER_EXPERIENCER = frozenset({"family_history"})
_CLOSERS = frozenset(".,;!?)")


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

    A cue reaches up to the sentence's end, its rule's reach, the next cue of its own value, or a cue that ends it.
    """
    found: list[tuple[Match, int, int]] = []
    edges: dict[Axis | None, int] = {}
    for match in reversed(matches):
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.FORWARD or rule.direction is CueDirection.BOTH:
                limit = min(edges.get(rule.value, end), edges.get(None, end), end if rule.reach is None else behind + rule.reach)
                found.append((match, behind, limit))
            edges[rule.value] = begin
        elif rule.direction is CueDirection.END:
            edges.update(dict.fromkeys(rule.ends or (None,), begin))
    edges = {}
    for match in matches:
        begin, behind, rule = match
        if rule.value is not None:
            if rule.direction is CueDirection.BACKWARD or rule.direction is CueDirection.BOTH:
                limit = max(edges.get(rule.value, first), edges.get(None, first), first if rule.reach is None else begin - rule.reach)
                found.append((match, limit, begin))
            edges[rule.value] = behind
        elif rule.direction is CueDirection.END:
            edges.update(dict.fromkeys(rule.ends or (None,), behind))
    return [scope for scope in found if scope[1] < scope[2]]


def section_scopes(sections: Iterable[Section]) -> list[AssertionScope]:
    """Scopes that a section sets as a whole."""
    return [AssertionScope(Experiencer.OTHER, section.span, None) for section in sections if section.category in _OTHER_EXPERIENCER]


class AssertionMarker:
    """Pipeline component: cues and their scopes; needs sentences."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._matcher: PhraseMatcher | None = None
        self._rules: dict[int, ContextRule] = {}
        self._closing: dict[int, ContextRule] = {}

    def use(self, rules: Iterable[ContextRule]) -> None:
        """Mark by these rules, and by medspaCy's wherever ours don't hold the same words."""
        vocab = self._nlp.vocab
        self._matcher = PhraseMatcher(vocab, attr="LOWER")
        self._rules, self._closing = {}, {}
        for cue in cues(rules, lambda text: [token.text for token in self._nlp.tokenizer(text)]):
            name = " ".join(cue.tokens)
            self._matcher.add(name, [Doc(vocab, words=list(cue.tokens))])
            (self._closing if cue.rule.closing else self._rules)[vocab.strings[name]] = cue.rule

    def __call__(self, doc: Doc) -> Doc:
        """Fill `scopes` of the reading."""
        reading = reading_of(doc)
        scopes = section_scopes(reading.sections)
        if self._matcher is not None:
            scopes += self._cue_scopes(doc, reading, self._matcher(doc))
        scopes.sort(key=lambda s: (s.scope.begin, s.scope.end))
        reading.scopes = tuple(scopes)
        return doc

    def _cue_scopes(self, doc: Doc, reading: Reading, found: Iterable[tuple[int, int, int]]) -> Iterator[AssertionScope]:
        begins, ends = offsets(doc)
        sentence_begins = [sentence.span.begin for sentence in reading.sentences]
        headings = {section.heading.begin for section in reading.sections if section.heading is not None}
        by_sentence: dict[int, list[Match]] = {}
        for name, first, end in found:
            i = bisect_right(sentence_begins, begins[first]) - 1
            # "History of present illness" says nothing of history.
            if i < 0 or sentence_begins[i] in headings or ends[end - 1] > reading.sentences[i].span.end:
                continue
            closes = name in self._closing and (end == len(begins) or begins[end] >= reading.sentences[i].span.end or doc[end].text[0] in _CLOSERS)
            rule = self._closing[name] if closes else self._rules.get(name)
            if rule is not None and (rule.cue != "?" or _asks(doc, first)):
                by_sentence.setdefault(i, []).append((first, end, rule))
        for i, matches in by_sentence.items():
            span = reading.sentences[i].span
            first, end = bisect_left(begins, span.begin), bisect_left(begins, span.end)
            for (cue, behind, rule), low, high in token_scopes(longest(matches), first, end):
                if rule.value is not None:
                    yield AssertionScope(rule.value, TextSpan(begins[low], ends[high - 1]), TextSpan(begins[cue], ends[behind - 1]))


def _asks(doc: Doc, i: int) -> bool:
    """True when the question mark at token `i` stands before a word, as in "?pneumonia", and not behind one."""
    return i + 1 < len(doc) and not doc[i].whitespace_ and (i == 0 or bool(doc[i - 1].whitespace_) or doc[i - 1].is_punct)
