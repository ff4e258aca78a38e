"""Where a note concludes: its problems one by one, and the words that speak of management."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.analysis import NoteAnalysis
from app.domain.evidence import CONCLUSIONS
from app.nlp.visit.cue_finder import Hits

# Sections that say what was decided and done for the patient at this encounter.
MANAGEMENT = CONCLUSIONS | {
    "plan", "follow_up", "disposition", "emergency_course", "hospital_course", "discharge_instructions", "discharge_medications", "education",
    "condition",
}  # fmt: skip
_NUMBER = re.compile(r"(?:^|[\n,;.:])[ \t]*#?(\d{1,2})[.)]?[.):]\s*(?=[A-Za-z])|^[ \t]*#+[ \t]*(?=[A-Za-z])", re.MULTILINE)
# Where no heading tells the conclusion, these open it.
_OPENS = re.compile(
    r"\b(?:(?:my )?(?:impression|ass?ess?ment|diagnos[ie]s|opinion|dx)|a/p|a&p"
    r"|i think|i believe|i suspect|in summary|we discussed|i recommend(?:ed)?)\b"
    r"|^\s*(?:A|Imp)\s*[/:.]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`items`: the problems as ranges of words, `numbered` when the writer numbered them. `management`: ranges of words.

    `begin`: the first character of it, the length of the note when there is none.
    """

    items: tuple[tuple[int, int], ...]
    numbered: bool
    management: tuple[tuple[int, int], ...]
    begin: int

    def manages(self, word: int) -> bool:
        """True for a word that speaks of management."""
        return any(first <= word < end for first, end in self.management)


def conclusion_of(analysis: NoteAnalysis, hits: Hits) -> Conclusion:
    """The conclusion by its headings, else from the words that open one to the end."""
    begins = analysis.words.begins
    text = analysis.note.text
    concluding: list[tuple[int, int]] = []
    management: list[tuple[int, int]] = []
    for section in analysis.sections:
        if section.category in MANAGEMENT:
            start = section.span.begin if section.heading is None else section.heading.end
            words = bisect_left(begins, start), bisect_left(begins, section.span.end)
            if words[0] < words[1]:
                management.append(words)
                if section.category in CONCLUSIONS:
                    concluding.append(words)
    if not concluding:
        opening = next((m for m in _OPENS.finditer(text, len(text) // 3) if m.end() < begins[-1]), None)
        if opening is not None:
            concluding = [(bisect_left(begins, opening.end()), len(begins))]
            management = [*management, *concluding]
        else:
            concluding = list(management)
    begin = min((begins[first] for first, _ in management), default=len(text))
    items: list[tuple[int, int]] = []
    numbered = False
    for first, end in concluding:
        found = list(_numbered(analysis, first, end))
        numbered = numbered or bool(found)
        items.extend(found or _by_conditions(analysis, hits, first, end))
    return Conclusion(tuple(items), numbered, tuple(management), begin)


def _numbered(analysis: NoteAnalysis, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Items between the numbers of a list that counts up."""
    words, text = analysis.words, analysis.note.text
    last = words.ends[end - 1]
    starts: list[int] = []
    count = 0
    for match in _NUMBER.finditer(text, max(words.begins[first] - 3, 0), last):
        number = int(match.group(1)) if match.group(1) else None
        if number is None or number == count + 1 or (number == 1 and count):
            starts.append(bisect_left(words.begins, match.end()))
            count = count if number is None else number
    for start, stop in zip(starts, [*starts[1:], end][: len(starts)], strict=True):
        if start < stop:
            yield start, stop


def _by_conditions(analysis: NoteAnalysis, hits: Hits, first: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence that names a condition opens an item; those that follow without one belong to it."""
    starts: list[int] = []
    for number in range(analysis.sentence_at(analysis.words.begins[first]), len(analysis.sentences)):
        sentence = analysis.sentences[number]
        if sentence.first_word >= end:
            break
        if hits.between("condition", max(sentence.first_word, first), min(sentence.end_word, end)):
            starts.append(max(sentence.first_word, first))
    starts = starts or [first]
    yield from zip(starts, [*starts[1:], end], strict=True)
