"""One row of numbers for each (note, candidate): the single place where features are computed, in training and in serving.

Everything is computed for all matches of a note at once; `match_table`, `places`, `standing` and `code_traits` hold the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from app.classifier.code_traits import CATEGORY, FEMALE, MALE, TRAITS, CodeTraits
from app.classifier.learned_words import LEARNED, learned_words
from app.classifier.match_table import Bools, Floats, Ints, MatchTable, first_of_groups, match_table
from app.classifier.places import ASSESSED, COMPLAINED, IS_EXAM, IS_HISTORY, Places, places
from app.classifier.standing import categories, ranks, rivalry
from app.classifier.term_precision import NO_PRECISION, PRECISION, TermPrecision, TermRecord
from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.evidence import CONCLUSIONS

Matrix = npt.NDArray[np.float32]

_SETTINGS = {setting: i for i, setting in enumerate(Setting)}
_OF_MATCHES: tuple[str, ...] = (
    "affirmed", "coverage", "weight", "words", "exact", "tightness", "source", "worth", "breaks", "span_length",
    "matches", "affirmed_matches", "sentences_share", "presence", "temporality", "other_person", "section", "any_assessment", "any_complaint",
    "assessed", "fills_sentence", "fills_assessed",
    "only_history", "only_exam", "position", "last_position",
    "worth_anywhere", "whole_anywhere", "statement", "lead", "assessed_statement",
)  # fmt: skip
NAMES: tuple[str, ...] = (
    *_OF_MATCHES,
    *LEARNED,
    *PRECISION,
    "rivals", "rival_gap", "inside_longer", "rank_here", "rank_note", "worth_share",
    "category_rivals", "category_gap", "category_rank", "heading_of_candidate",
    *TRAITS,
    "setting", "age", "sex_conflict", "note_words", "note_candidates", "has_assessment", "has_procedure",
)  # fmt: skip
# What is denied should not outshine what is stated.
_DENIED_WORTH = 0.3
# More statements than an assessment has: of what stands in none.
_NEVER = 999
# Share of a sentence from which on a term is its subject.
_NAMED = 0.6
# More than any worth: a problem that the assessment lists by name is that, whatever richer words stand elsewhere.
_PLAINLY = 1e6


class FeatureBuilder:
    """Rows for the candidates of one note.

    `find` looks up codes; `priors` is the log of 1 + training documents per code; `precision` is how often terms were right there.
    """

    def __init__(self, find: Callable[[CodeRef], Code | None], priors: Mapping[CodeRef, float], precision: TermPrecision = NO_PRECISION) -> None:
        self._traits, self._record = CodeTraits(find, priors), TermRecord(precision)

    def rows(self, analysis: NoteAnalysis, encounter: Encounter, candidates: Sequence[Candidate]) -> Matrix:
        """Shape (candidates, NAMES); the order of the candidates is kept."""
        if not candidates:
            return np.zeros((0, len(NAMES)), np.float32)
        count = len(candidates)
        matches, spans = match_table(candidates)
        stand = places(analysis, matches, spans)
        judged = _judge(analysis, matches, stand)
        refs = [c.ref for c in candidates]
        traits = self._traits(refs)
        diagnosis = np.array([ref.system is CodeSystem.ICD10CM for ref in refs])
        top = max(float(judged.worth.max()), 1e-6)
        kinds = {section.category for section in analysis.sections}
        note = (
            np.log1p(len(analysis.words)),
            np.log1p(count),
            bool(kinds & CONCLUSIONS),
            "procedure" in kinds or "procedure_description" in kinds,
        )
        encountered = (_SETTINGS[encounter.setting], -1 if encounter.age is None else encounter.age)
        wrong_sex = {Sex.UNKNOWN: np.zeros(count), Sex.MALE: traits[:, FEMALE], Sex.FEMALE: traits[:, MALE]}[encounter.sex]
        blocks = (
            judged.features,
            learned_words(matches, stand),
            self._record(analysis, matches, stand.affirmed, refs),
            # Diagnoses and procedures do not compete, nor do sentences.
            rivalry(2 * judged.sentence + diagnosis, judged.begin, judged.end, judged.worth),
            np.stack((ranks(judged.worth), judged.worth / top), axis=1),
            categories(refs, traits[:, CATEGORY].astype(np.int64), judged.worth),
            traits[:, : len(TRAITS)],
            np.broadcast_to(encountered, (count, len(encountered))),
            wrong_sex[:, None],
            np.broadcast_to(note, (count, len(note))),
        )
        return np.concatenate(blocks, axis=1, dtype=np.float32, casting="unsafe")


class _Judged:
    """Candidates with their assertion looked up: the best match of each, and the features of its own matches.

    `begin`, `end`, `sentence`: where the best match stands. `worth`: the most any match is worth. All of shape (candidates,).
    """

    __slots__ = ("begin", "end", "features", "sentence", "worth")

    def __init__(self, begin: Ints, end: Ints, sentence: Ints, worth: Floats, features: Floats) -> None:
        self.begin, self.end, self.sentence, self.worth, self.features = begin, end, sentence, worth, features


def _judge(analysis: NoteAnalysis, matches: MatchTable, stand: Places) -> _Judged:
    count = int(matches.owner[-1]) + 1
    every = np.bincount(matches.owner)
    affirmed_matches = np.bincount(matches.owner, stand.affirmed, minlength=count)
    affirmed = affirmed_matches > 0
    # Where a code is affirmed anywhere, only those words speak for it.
    pool = stand.affirmed | ~affirmed[matches.owner]
    m, p = matches.rows(pool), stand.rows(pool)
    sizes = np.bincount(m.owner)
    heads = np.cumsum(sizes) - sizes

    def most(values: Floats) -> Floats:
        return np.maximum.reduceat(values, heads)

    def total(values: Bools | Floats) -> Floats:
        return np.bincount(m.owner, values, minlength=count).astype(np.float64, copy=False)

    in_assessment, stated = p.section == ASSESSED, ~(m.learned | m.marked)
    # Where the assessment names it alone rather than in a sentence about the patient.
    named = in_assessment.astype(np.int64) + (in_assessment & (p.fills >= _NAMED))
    plainly = np.where((named > 1) & (m.coverage > 1 - 1e-6), m.worth + _PLAINLY, m.worth)
    term, has_term = first_of_groups(plainly, stated, heads, sizes, preferred=named)
    taught, _ = first_of_groups(m.worth, ~stated, heads, sizes)
    chosen = np.where(has_term, term, taught)
    highest = most(m.worth)
    assessed = total(in_assessment)
    # A heading of the assessment that is the term and nothing else states it; part of a longer term does not.
    whole = np.where(m.learned, 0.0, p.fills * m.coverage)
    all_heads = np.cumsum(every) - every
    length, sentences = len(analysis.note.text), max(len(analysis.sentences), 1)
    here = np.unique(m.owner * sentences + p.sentence) // sentences
    features = (
        affirmed,
        *(np.where(has_term, column[term], 0) for column in (m.coverage, m.weight, m.words, m.exact, m.tightness)),
        m.source[chosen],
        np.where(has_term, m.worth[term], 0.0),
        p.breaks[chosen],
        m.end[chosen] - m.begin[chosen],
        every,
        affirmed_matches,
        np.bincount(here, minlength=count) / sentences,
        p.presence[chosen],
        p.temporality[chosen],
        p.other[chosen],
        p.section[chosen],
        assessed > 0,
        total(p.section == COMPLAINED) > 0,
        assessed,
        most(whole),
        most(np.where(in_assessment, whole, 0.0)),
        total(IS_HISTORY[p.section]) == sizes,
        total(IS_EXAM[p.section]) == sizes,
        np.minimum.reduceat(m.begin, heads) / length,
        np.maximum.reduceat(m.begin, heads) / length,
        np.maximum.reduceat(matches.worth, all_heads),
        np.maximum.reduceat(np.where(matches.learned, 0.0, matches.coverage * (0.5 + 0.5 * matches.tightness)), all_heads),
        p.statement[chosen],
        p.lead[chosen],
        np.minimum.reduceat(np.where(in_assessment, p.statement, _NEVER), heads),
    )
    worth = np.where(affirmed, highest, _DENIED_WORTH * highest)
    return _Judged(m.begin[chosen], m.end[chosen], p.sentence[chosen], worth, np.stack(features, axis=1, dtype=np.float64, casting="unsafe"))
