"""Counts of notes and codes by which it shows whether what comes in is still like what was learned from.

Nothing here holds words of a note: how many words, how many of them unknown to training, how many under which heading, how
many codes at which confidence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.analysis import NoteAnalysis
from app.domain.code import CodeSystem

BINS = 10
"""Confidences are counted in ten equal parts of [0, 1]."""
Counts = Mapping[CodeSystem, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts over `charts` charts, or notes of training.

    `scores`: system → suggested codes in each of BINS parts. `words`: those that are no stop words; `unknown`: those of
    them that training hardly saw. `sections`: category → words under it. `suggested`: suggested codes that somebody
    decided on, in `decided` charts; `kept`: those that were right.
    """

    charts: int = 0
    scores: Counts = field(default_factory=dict)
    words: int = 0
    unknown: int = 0
    sections: Mapping[str, int] = field(default_factory=dict)
    decided: int = 0
    suggested: int = 0
    kept: int = 0


def profile_of(analysis: NoteAnalysis, knows: Callable[[str], bool] | None) -> Profile:
    """The words and sections of a note; `knows` tells stems that training saw, None where it kept no record."""
    words = analysis.words
    stems = [stem for stem in words.stems if stem] if knows is not None else []
    sections = Counter[str]()
    for section in analysis.sections:
        sections[section.category] += bisect_left(words.begins, section.span.end) - bisect_left(words.begins, section.span.begin)
    unknown = 0 if knows is None else sum(not knows(stem) for stem in stems)
    return Profile(1, {}, len(stems), unknown, {name: n for name, n in sections.items() if n})


def together(profiles: Iterable[Profile]) -> Profile:
    """The sum."""
    scores: dict[CodeSystem, list[int]] = {}
    sections = Counter[str]()
    charts = words = unknown = decided = suggested = kept = 0
    for p in profiles:
        charts, words, unknown = charts + p.charts, words + p.words, unknown + p.unknown
        decided, suggested, kept = decided + p.decided, suggested + p.suggested, kept + p.kept
        sections.update(p.sections)
        for system, counts in p.scores.items():
            known = scores.setdefault(system, [0] * BINS)
            for i, n in enumerate(counts):
                known[i] += n
    return Profile(charts, {s: tuple(c) for s, c in scores.items()}, words, unknown, dict(sections), decided, suggested, kept)
