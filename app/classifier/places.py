"""What a note says at the places where matches stand: assertion, section, sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.classifier.match_table import SOURCE_IDS, Bools, Floats, Ints, MatchTable
from app.domain.analysis import NoteAnalysis
from app.domain.assertion import ASSERTED, Experiencer, Presence, Temporality
from app.domain.candidate import MatchSource
from app.domain.evidence import CONCLUSIONS
from app.domain.note import TextSpan
from app.domain.section import Section

# Sections that weigh alike when codes are chosen; "" is text before the first heading.
SECTION_GROUPS: Mapping[str, int] = {
    name: group
    for group, names in enumerate(
        (
            (),
            tuple(sorted(CONCLUSIONS)),
            ("preoperative_diagnosis", "admission_diagnosis", "indication", "chief_complaint"),
            ("history_of_present_illness", "hospital_course", "emergency_course", "consultation"),
            ("past_medical_history", "past_surgical_history", "obstetric_history", "immunizations"),
            ("family_history", "social_history"),
            ("review_of_systems",),
            ("physical_exam", "vital_signs", "condition"),
            ("laboratory", "imaging", "results", "findings", "comparison"),
            ("plan", "follow_up", "discharge_instructions", "disposition", "education"),
            ("procedure", "procedure_description", "technique", "operative_details", "anesthesia", "specimens", "complications"),
            ("medications", "discharge_medications", "allergies"),
            ("signature", "other"),
        )
    )
    for name in names
}
ASSESSED, COMPLAINED = 1, 2
IS_HISTORY, IS_EXAM = (np.isin(np.arange(max(SECTION_GROUPS.values()) + 1), groups) for groups in ((4, 5, 11), (6, 7)))
"""Whether a section group tells of the past, or of what was looked at; by number of the group."""
_PRESENCE = {p: i for i, p in enumerate(Presence)}
_TEMPORALITY = {t: i for i, t in enumerate(Temporality)}
_SAME = re.compile(r"[\s:.,*-]*(?:the )?same\b|[\s:.,*-]*as above\b", re.IGNORECASE)
_BREAKS = re.compile(r"[,;:.(]")


class Places(NamedTuple):
    """One row a match: what its words are said to be, and where they stand.

    `affirmed`, `presence`, `temporality`, `other`: the assertion. `section`: SECTION_GROUPS. `sentence`: index. `fills`: share
    of the sentence that the words take. `breaks`: punctuation between them. `statement`: how many sentences of the section come
    before; `lead`: characters of the sentence before the words.
    """

    affirmed: Bools
    presence: Ints
    temporality: Ints
    other: Bools
    section: Ints
    sentence: Ints
    fills: Floats
    breaks: Ints
    statement: Ints
    lead: Ints

    def rows(self, kept: Bools) -> Places:
        """The rows that are `kept`, shape (rows,)."""
        rows = np.flatnonzero(kept)
        return Places._make(column[rows] for column in self)


def places(analysis: NoteAnalysis, matches: MatchTable, spans: Sequence[TextSpan]) -> Places:
    """The places of matches; what several matches share is looked up once."""
    service = matches.source == SOURCE_IDS[MatchSource.CATALOGUE]
    keys = 2 * (matches.begin * (len(analysis.note.text) + 1) + matches.end) + service
    _, first, row = np.unique(keys, return_index=True, return_inverse=True)
    begin, end = matches.begin[first], matches.end[first]
    sentences = [s.span for s in analysis.sentences]
    sentence_begins = [s.begin for s in sentences]
    sentence = _last_begun(sentence_begins, begin)
    plain = ASSERTED.affirmed, _PRESENCE[ASSERTED.presence], _TEMPORALITY[ASSERTED.temporality], False
    said = np.tile(np.array(plain), (len(begin), 1))
    for place in np.flatnonzero(np.isin(sentence, analysis.scoped_sentences)).tolist():
        a = analysis.assertion_of(spans[first[place]], service=bool(service[first[place]]))
        if a is not ASSERTED:
            said[place] = a.affirmed, _PRESENCE[a.presence], _TEMPORALITY[a.temporality], a.experiencer is Experiencer.OTHER
    affirmed, presence, temporality, other = said.T
    groups = np.array(_groups(analysis))
    section_begins = [s.span.begin for s in analysis.sections]
    here = _last_begun(section_begins, begin)
    section = groups[here]
    first_sentence = _last_begun(sentence_begins, np.array(section_begins)[here])
    lengths = np.array([s.end - s.begin for s in sentences])
    breaks = np.array([found.start() for found in _BREAKS.finditer(analysis.note.text)], np.int64)
    # Words that support a visit speak of other things; the visit itself took place.
    visit = matches.source == SOURCE_IDS[MatchSource.VISIT]
    return Places(
        (affirmed[row] > 0) | visit,
        np.where(visit, plain[1], presence[row]),
        np.where(visit, plain[2], temporality[row]),
        (other[row] > 0) & ~visit,
        section[row],
        sentence[row],
        np.minimum(1.0, (end - begin) / lengths[sentence])[row],
        (np.searchsorted(breaks, end) - np.searchsorted(breaks, begin))[row],
        (sentence - first_sentence)[row],
        np.maximum(begin - np.array(sentence_begins)[sentence], 0)[row],
    )


def _groups(analysis: NoteAnalysis) -> list[int]:
    """The group of each section. "Postoperative diagnosis: same" concludes what the preoperative diagnosis says, and so does that one alone."""
    kinds = {section.category for section in analysis.sections}
    same = "postoperative_diagnosis" not in kinds or any(
        section.category == "postoperative_diagnosis" and _SAME.match(analysis.note.text, *_body(section)) for section in analysis.sections
    )
    concluding = {"preoperative_diagnosis"} if same else set()
    return [ASSESSED if s.category in concluding else SECTION_GROUPS.get(s.category, 0) for s in analysis.sections]


def _body(section: Section) -> tuple[int, int]:
    return (section.span.begin if section.heading is None else section.heading.end), section.span.end


def _last_begun(begins: Sequence[int], positions: Ints) -> Ints:
    """Index of the last of the ascending `begins` at or before each position."""
    return np.maximum(np.searchsorted(np.array(begins), positions, side="right") - 1, 0)
