"""The problems addressed: conditions that the conclusion names, by their kind and course."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.em.facts import Support
from app.domain.em.levels import PROBLEM_LEVELS, ProblemKind
from app.nlp.visit.conclusion import Conclusion
from app.nlp.visit.cue_finder import Hit, Hits

_K = ProblemKind
_GENERIC = frozenset("diseas disord chronic acut pain infect syndrom defici type failur injuri cancer abnorm sever 1 2 left right lump mass".split())
_DENIALS = frozenset({"no", "not", "without", "denies", "negative", "none", "nothing"})
_OPENING_WORDS, _LONGEST_NAME, _DOUBT_WITHIN = 4, 6, 12


def problems(analysis: NoteAnalysis, hits: Hits, conclusion: Conclusion) -> list[Support]:
    """Each problem once, in the order of the text."""
    found: list[Support] = []
    known: list[set[str]] = []
    for first, end in conclusion.items:
        named = list(_conditions(analysis, hits, first, end))
        if not named and conclusion.numbered:
            named = list(_unknown(analysis, hits, first, end))
        for support, stems in named:
            telling = stems - _GENERIC or stems
            at = next((i for i, other in enumerate(known) if telling & other), None)
            if at is None:
                found.append(support)
                known.append(telling)
            elif _weight(support) > _weight(found[at]):
                found[at] = support
    if not found and conclusion.items:
        # One sentence without a condition that we know is still what the writer concluded.
        found = [support for support, _ in _unknown(analysis, hits, *conclusion.items[0])]
    return found


def _weight(support: Support) -> int:
    assert isinstance(support.kind, ProblemKind)
    return PROBLEM_LEVELS[support.kind][0]


def _conditions(analysis: NoteAnalysis, hits: Hits, first: int, end: int) -> Iterator[tuple[Support, set[str]]]:
    conditions = _joined([h for h in hits.between("condition", first, end) if _addressed(analysis, hits, h)])
    several = len({h.key for h in conditions}) > 1
    for i, hit in enumerate(conditions):
        before = first if i == 0 else conditions[i - 1].end
        after = end if i + 1 == len(conditions) else conditions[i + 1].first
        kind = _kind(analysis, hits, hit, (before, after) if several else (first, end))
        span = hits.span(hit)
        stems = set(hit.key.split())
        for expansion in analysis.expansions:
            if span.covers(expansion.span):
                stems |= {s for s in expansion.words.stems if s}
        yield Support(kind, " ".join(analysis.note.quote(span).split()), span), stems


def _joined(conditions: list[Hit]) -> list[Hit]:
    """Conditions side by side are one ("chronic" "cough"): the graver of the two names it."""
    out: list[Hit] = []
    for hit in conditions:
        if out and out[-1].end == hit.first:
            graver = max((out[-1], hit), key=lambda h: PROBLEM_LEVELS[ProblemKind(h.name)][0])
            out[-1] = Hit(out[-1].first, hit.end, graver.name, f"{out[-1].key} {hit.key}")
        else:
            out.append(hit)
    return out


def _addressed(analysis: NoteAnalysis, hits: Hits, hit: Hit) -> bool:
    sentence = analysis.sentences[analysis.sentence_at(analysis.words.begins[hit.first])]
    if any(h.name == "doubted" for h in hits.between("course", hit.end, min(sentence.end_word, hit.end + _DOUBT_WITHIN))):
        return False
    assertion = analysis.assertion_of(hits.span(hit))
    return (
        assertion.presence in (Presence.PRESENT, Presence.POSSIBLE)
        and assertion.temporality is not Temporality.HISTORICAL
        and assertion.temporality is not Temporality.HYPOTHETICAL
        and assertion.experiencer is Experiencer.PATIENT
    )


def _courses(analysis: NoteAnalysis, hits: Hits, first: int, end: int) -> set[str]:
    return {
        hit.name
        for hit in hits.between("course", first, end)
        if hit.name == "uncertain" or analysis.assertion_of(hits.span(hit)).presence is Presence.PRESENT
    }


def _kind(analysis: NoteAnalysis, hits: Hits, hit: Hit, context: tuple[int, int]) -> ProblemKind:
    kind = ProblemKind(hit.name)
    course = _courses(analysis, hits, *context)
    uncertain = "uncertain" in course or analysis.assertion_of(hits.span(hit)).presence is Presence.POSSIBLE
    if kind is _K.STABLE_CHRONIC:
        if "severe" in course:
            return _K.CHRONIC_SEVERE
        # Treatment is changed when its goal is not met, and what is not at its goal is not stable (CPT).
        if "worse" in course or ("changed" in course and "stable" not in course):
            return _K.CHRONIC_WORSE
    elif kind in (_K.SELF_LIMITED, _K.ACUTE_UNCOMPLICATED):
        if "systemic" in course:
            return _K.ACUTE_SYSTEMIC
        if uncertain and kind is _K.ACUTE_UNCOMPLICATED:
            return _K.NEW_UNCERTAIN
    elif kind is _K.NEW_UNCERTAIN and "stable" in course and not uncertain:
        return _K.STABLE_ACUTE
    return kind


def _unknown(analysis: NoteAnalysis, hits: Hits, first: int, end: int) -> Iterator[tuple[Support, set[str]]]:
    """A numbered item without a condition that we know: an acute problem, unless it opens with something else."""
    opening = min(first + _OPENING_WORDS, end)
    if any(h.name == "not_a_problem" for h in hits.between("course", first, opening)) or hits.between("drug", first, opening):
        return
    words = analysis.words
    sentence = analysis.sentences[analysis.sentence_at(words.begins[first])]
    last = min(end, sentence.end_word, first + _LONGEST_NAME)
    stems = {s for s in words.stems[first:last] if s}
    if last <= first or words.norms[first] in _DENIALS or not any(s.isalpha() for s in stems):
        return
    hit = Hit(first, last, "", "")
    span = hits.span(hit)
    if not _addressed(analysis, hits, hit):
        return
    course = _courses(analysis, hits, first, end)
    kind = _K.CHRONIC_WORSE if "worse" in course else _K.ACUTE_SYSTEMIC if "systemic" in course else _K.ACUTE_UNCOMPLICATED
    yield Support(kind, " ".join(analysis.note.quote(span).split()), span), stems
