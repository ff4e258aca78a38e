"""One row of numbers for each (note, candidate): the single place where features are computed, in training and in serving."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Experiencer, Presence, Temporality
from app.domain.candidate import Candidate, Match, MatchSource
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.evidence import CONCLUSIONS
from app.domain.note import TextSpan
from app.domain.rules.sex_conflict import FEMALE_ONLY, MALE_ONLY

Matrix = npt.NDArray[np.float32]

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
_SOURCES = {source: i for i, source in enumerate(MatchSource)}
_SETTINGS = {setting: i for i, setting in enumerate(Setting)}
_PRESENCE = {p: i for i, p in enumerate(Presence)}
_TEMPORALITY = {t: i for i, t in enumerate(Temporality)}
_SYSTEMS = {system: i for i, system in enumerate(CodeSystem)}
NAMES: tuple[str, ...] = (
    "affirmed", "coverage", "weight", "words", "exact", "tightness", "source", "worth", "breaks", "span_length",
    "matches", "affirmed_matches", "sentences_share", "presence", "temporality", "other_person", "section", "any_assessment", "any_complaint",
    "assessed", "fills_sentence", "fills_assessed",
    "only_history", "only_exam", "position", "last_position",
    "learned", "learned_best", "learned_support", "learned_words", "learned_mean", "learned_matches", "learned_evidence",
    "rivals", "rival_gap", "inside_longer", "rank_here", "rank_note", "worth_share",
    "category_rivals", "category_gap", "category_rank", "heading_of_candidate",
    "system", "chapter", "code_length", "billable", "unspecified", "other_specified", "title_words", "prior",
    "setting", "age", "sex_conflict", "note_words", "note_candidates", "has_assessment", "has_procedure",
)  # fmt: skip


class _Traits(NamedTuple):
    """The features of a code that no note changes."""

    system: int
    chapter: int
    length: int
    billable: bool
    unspecified: bool
    other: bool
    title_words: int
    prior: float


def _traits(ref: CodeRef, code: Code | None, prior: float) -> _Traits:
    title = "" if code is None else code.title.lower()
    return _Traits(
        _SYSTEMS[ref.system],
        ord(ref.code[0]) if ref.code[0].isalpha() else int(ref.code[0]),
        len(ref.code),
        code is None or code.billable,
        "unspecified" in title,
        title.startswith("other ") or "other specified" in title,
        len(title.split()),
        prior,
    )


class FeatureBuilder:
    """Rows for the candidates of one note. `find` looks up codes; `priors` is the log of 1 + training documents per code."""

    def __init__(self, find: Callable[[CodeRef], Code | None], priors: Mapping[CodeRef, float]) -> None:
        self._traits = lru_cache(maxsize=50_000)(lambda ref: _traits(ref, find(ref), priors.get(ref, 0.0)))

    def rows(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> Matrix:
        """Shape (candidates, NAMES); the order of the candidates is kept."""
        if not candidates:
            return np.zeros((0, len(NAMES)), np.float32)
        places: dict[tuple[int, int], _Place] = {}
        judged = [_judge(analysis, candidate, places) for candidate in candidates]
        worths = np.array([j.worth for j in judged])
        rank_note = _ranks(worths)
        rivalry = _rivalry(candidates, judged)
        category = _categories(candidates, judged)
        top = max(float(worths.max()), 1e-6)
        kinds = {section.category for section in analysis.sections}
        note = (
            float(np.log1p(len(analysis.words))),
            float(np.log1p(len(candidates))),
            float(bool(kinds & CONCLUSIONS)),
            float("procedure" in kinds or "procedure_description" in kinds),
        )
        setting, age = float(_SETTINGS[encounter.setting]), -1.0 if encounter.age is None else float(encounter.age)
        # Block by block: numbers that are already in arrays need not pass through Python one by one.
        blocks = (
            [j.features for j in judged],
            rivalry,
            rank_note[:, None],
            (worths / top)[:, None],
            category,
            [self._traits(c.ref) for c in candidates],
            np.broadcast_to((setting, age), (len(candidates), 2)),
            [(_sex_conflict(c.ref, encounter.sex),) for c in candidates],
            np.broadcast_to(note, (len(candidates), len(note))),
        )
        return np.concatenate([np.asarray(block, np.float32) for block in blocks], axis=1)


class _Judged(NamedTuple):
    """A candidate with its assertion looked up: the best match, its span and worth, and the features of its own matches."""

    span: tuple[int, int]
    sentence: int
    worth: float
    features: tuple[float, ...]


class _Place(NamedTuple):
    """What a span of the note says of any match in it: assertion, section group, sentence, and share of the sentence it fills."""

    affirmed: bool
    presence: int
    temporality: int
    other: float
    section: int
    sentence: int
    fills: float
    breaks: int


_HISTORY, _EXAM = frozenset({4, 5, 11}), frozenset({6, 7})
_BREAKS = re.compile(r"[,;:.(]")


def _place(analysis: NoteAnalysis, span: TextSpan) -> _Place:
    assertion = analysis.assertion_of(span)
    number = analysis.sentence_at(span.begin)
    sentence = analysis.sentences[number].span
    return _Place(
        assertion.affirmed,
        _PRESENCE[assertion.presence],
        _TEMPORALITY[assertion.temporality],
        float(assertion.experiencer is Experiencer.OTHER),
        SECTION_GROUPS.get(analysis.section_at(span.begin).category, 0),
        number,
        min(1.0, (span.end - span.begin) / (sentence.end - sentence.begin)),
        len(_BREAKS.findall(analysis.note.text, span.begin, span.end)),
    )


def _judge(analysis: NoteAnalysis, candidate: Candidate, places: dict[tuple[int, int], _Place]) -> _Judged:
    read = []
    for match in candidate.matches:
        span = match.span.begin, match.span.end
        place = places.get(span)
        if place is None:
            place = places[span] = _place(analysis, match.span)
        read.append((match, place))
    affirmed = [r for r in read if r[1].affirmed]
    pool = affirmed or read
    best: tuple[Match, _Place] | None = None
    top: Match | None = None
    most = highest = learned_sum = marked = 0.0
    learned = 0
    first, last = len(analysis.note.text), 0
    assessed, fills, fills_assessed = 0, 0.0, 0.0
    groups = set()
    sentences = set()
    for match, place in pool:
        value = match.worth
        highest = max(highest, value)
        first, last = min(first, match.span.begin), max(last, match.span.begin)
        groups.add(place.section)
        sentences.add(place.sentence)
        fills = max(fills, place.fills)
        if place.section == 1:
            assessed += 1
            fills_assessed = max(fills_assessed, place.fills)
        if match.source is MatchSource.LEARNED:
            learned += 1
            learned_sum += match.coverage
            marked = max(marked, match.weight)
            if top is None or match.coverage > top.coverage:
                top = match
        elif best is None or value > most or (value == most and place.section == 1 and best[1].section != 1):
            best, most = (match, place), value
    term = None if best is None else best[0]
    match, place = best or next(r for r in pool if r[0] is top)
    length = len(analysis.note.text)
    features = (
        float(bool(affirmed)),
        *((0.0, 0.0, 0, 0.0, 0.0) if term is None else (term.coverage, term.weight, term.words, term.exact, term.tightness)),
        _SOURCES[match.source],
        most,
        place.breaks,
        match.span.end - match.span.begin,
        len(read),
        len(affirmed),
        len(sentences) / max(len(analysis.sentences), 1),
        place.presence,
        place.temporality,
        place.other,
        place.section,
        float(1 in groups),
        float(2 in groups),
        assessed,
        fills,
        fills_assessed,
        float(groups <= _HISTORY),
        float(groups <= _EXAM),
        first / length,
        last / length,
        *((0.0, 0.0, 0.0, 0) if top is None else (1.0, top.coverage, math.log1p(top.support), top.words)),
        learned_sum / learned if learned else 0.0,
        learned,
        marked,
    )
    # What is denied should not outshine what is stated.
    worth = highest if affirmed else 0.3 * highest
    return _Judged((match.span.begin, match.span.end), place.sentence, worth, features)


def _ranks(worths: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    order = np.argsort(-worths, kind="stable")
    ranks = np.empty(len(worths))
    ranks[order] = np.arange(len(worths))
    return ranks


def _rivalry(candidates: Sequence[Candidate], judged: Sequence[_Judged]) -> Matrix:
    """How a candidate stands among codes of the same kind over the same words.

    Columns: how many are worth as much, how far ahead the best is, the worth of the best longer match that swallows this
    one, and the rank. A match never leaves its sentence, so candidates are compared sentence by sentence, which keeps the cost linear.
    """
    groups: dict[tuple[int, bool], list[int]] = {}
    for i, (candidate, j) in enumerate(zip(candidates, judged, strict=True)):
        groups.setdefault((j.sentence, candidate.ref.system is CodeSystem.ICD10CM), []).append(i)
    out = np.zeros((len(candidates), 4), np.float32)
    for members in groups.values():
        if len(members) == 1:
            out[members[0], 1] = -judged[members[0]].worth
            continue
        begins = np.array([judged[i].span[0] for i in members])
        ends = np.array([judged[i].span[1] for i in members])
        worths = np.array([judged[i].worth for i in members])
        over = (begins[:, None] < ends[None, :]) & (begins[None, :] < ends[:, None])
        np.fill_diagonal(over, val=False)
        other = np.where(over, worths[None, :], 0.0)
        longer = over & (begins[None, :] <= begins[:, None]) & (ends[None, :] >= ends[:, None])
        longer &= (ends - begins)[None, :] > (ends - begins)[:, None]
        out[members, 0] = ((other >= 0.95 * worths[:, None]) & over).sum(axis=1)
        out[members, 1] = other.max(axis=1, initial=0.0) - worths
        out[members, 2] = np.where(longer, worths[None, :], 0.0).max(axis=1, initial=0.0)
        out[members, 3] = (other > worths[:, None]).sum(axis=1)
    return out


def _categories(candidates: Sequence[Candidate], judged: Sequence[_Judged]) -> list[tuple[float, float, float, float]]:
    """Among candidates of the same three-character category: how many, gap to the best other, rank, and whether a candidate is a child."""
    groups: dict[tuple[CodeSystem, str], list[int]] = {}
    for i, candidate in enumerate(candidates):
        groups.setdefault((candidate.ref.system, candidate.ref.code[:3]), []).append(i)
    out: list[tuple[float, float, float, float]] = [(0.0, 0.0, 0.0, 0.0)] * len(candidates)
    for members in groups.values():
        if len(members) == 1:
            out[members[0]] = (0.0, -judged[members[0]].worth, 0.0, 0.0)
            continue
        ranked = sorted(members, key=lambda i: -judged[i].worth)
        for rank, i in enumerate(ranked):
            best = judged[ranked[1] if rank == 0 else ranked[0]].worth
            code = candidates[i].ref.code
            child = any(candidates[k].ref.code.startswith(code) and k != i for k in members)
            out[i] = (len(members) - 1.0, best - judged[i].worth, float(rank), float(child))
    return out


def _sex_conflict(ref: CodeRef, sex: Sex) -> float:
    if sex is Sex.UNKNOWN or ref.system is not CodeSystem.ICD10CM:
        return 0.0
    return float(ref.code.startswith(FEMALE_ONLY if sex is Sex.MALE else MALE_ONLY))
