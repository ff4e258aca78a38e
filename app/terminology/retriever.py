"""Finds the terms that a note holds, sentence by sentence, whatever the order of their words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.domain.analysis import NoteAnalysis, Sentence
from app.domain.candidate import Candidate, Match
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.evidence import CONCLUSIONS
from app.domain.note import TextSpan
from app.terminology.term_index import MIN_COVERAGE, SOURCES, Ints, TermIndex

MATCHES_PER_CODE = 5
# Of the codes that share the same incomplete words only so many are worth weighing: 98.5 % of the true codes of our own
# charts are among them.
RIVALS_PER_SPAN = 5
# Matched words that spread over more than so many times their number, and some, belong to different statements.
WIDEST_FACTOR, WIDEST_EXTRA = 2, 2
_EXACT_BONUS = 1.15
# How many words around those of a service may name another part of the body: "open reduction and fixation of the left tibia".
_REACH_OF_SERVICES = 2
# As the word reader writes them: "sequele" is sequelae.
_COURSES = (
    ("S", frozenset("sequela sequele residual".split())),
    ("D", frozenset("healing healed followup aftercare subsequent recheck recovering postoperative postop nonunion malunion".split())),
    ("B", frozenset("open compound".split())),
)

_ALL_COURSES = frozenset[str]().union(*(cues for _, cues in _COURSES))

_I64 = npt.NDArray[np.int64]
_F64 = npt.NDArray[np.float64]


class _Places(NamedTuple):
    """Every indexed word of the note, and where each position begins and ends in the text.

    A position counts the content words of the note; the words of a short form's expansion stand at fractions.
    """

    sentences: _I64
    words: _I64
    positions: _F64
    begins: _I64
    ends: _I64


class _Found(NamedTuple):
    """Terms found: sentence, term, share of its weight, first and last position, whether exact, and how tight."""

    sentence: _I64
    term: _I64
    coverage: _F64
    low: _I64
    high: _I64
    exact: npt.NDArray[np.bool_]
    tightness: _F64


class TermRetriever:
    """Candidates by idf-weighted coverage of terms in a sentence; English terms, so English notes.

    Cost is linear in the length of the note and grows with the terms that share two words of a sentence, not with the number of codes.
    """

    def __init__(self, index: TermIndex) -> None:
        self._index = index
        services = np.array([c.ref.system is not CodeSystem.ICD10CM for c in index.codes], np.bool_)
        self._reach = np.where(services, _REACH_OF_SERVICES, 0).astype(np.int64)

    def candidates(self, analysis: NoteAnalysis, encounter: Encounter) -> list[Candidate]:  # noqa: ARG002  the port's signature
        """Codes of which a sentence holds at least MIN_COVERAGE of a term; at most MATCHES_PER_CODE matches each, best first."""
        places = self._places(analysis)
        if not len(places.words):
            return []
        pairs = self._pairs(places)
        if not len(pairs):
            return []
        found = self._measure(places, pairs)
        return self._assemble(analysis, places, found) if len(found.term) else []

    def _places(self, analysis: NoteAnalysis) -> _Places:
        ids, stems = self._index.word_ids, analysis.words.stems
        begins, ends = analysis.words.begins, analysis.words.ends
        short_forms = {e.span.begin: e for e in analysis.expansions}
        sentences: list[int] = []
        words: list[int] = []
        positions: list[float] = []
        place_begins: list[int] = []
        place_ends: list[int] = []
        for number, sentence in enumerate(analysis.sentences):
            first = sentence.first_word + _numbered(analysis, sentence)
            if not (short_forms and any(begins[i] in short_forms for i in range(first, sentence.end_word))):
                content = [i for i in range(first, sentence.end_word) if stems[i]]
                position = len(place_begins)
                known = [(word, position + k) for k, i in enumerate(content) if (word := ids.get(stems[i])) is not None]
                sentences += [number] * len(known)
                words += [word for word, _ in known]
                positions += [at for _, at in known]
                place_begins += [begins[i] for i in content]
                place_ends += [ends[i] for i in content]
                continue
            for i in range(first, sentence.end_word):
                place = len(place_begins)
                word = ids.get(stems[i]) if stems[i] else None
                expansion = short_forms.get(begins[i])
                if expansion is not None:
                    long = [ids[s] for s in expansion.words.stems if s in ids][:63]
                    sentences.extend([number] * len(long))
                    words.extend(long)
                    positions.extend(place + k / 64 for k in range(len(long)))
                if word is not None:
                    sentences.append(number)
                    words.append(word)
                    positions.append(place)
                if stems[i] or expansion is not None:
                    place_begins.append(begins[i])
                    place_ends.append(ends[i] if expansion is None else expansion.span.end)
        return _Places(
            np.array(sentences, np.int64),
            np.array(words, np.int64),
            np.array(positions, np.float64),
            np.array(place_begins, np.int64),
            np.array(place_ends, np.int64),
        )

    def _pairs(self, places: _Places) -> _I64:
        """Sorted unique sentence * T + term for the terms posted under a word or a pair of words of the sentence."""
        index = self._index
        vocabulary, total = len(index.word_weights), len(index.term_weights)
        seen = np.unique(places.sentences * vocabulary + places.words)
        sentence, word = seen // vocabulary, seen % vocabulary
        # Every word with each that follows it in the order of their ids; a sentence has a bounded number of words.
        behind = np.searchsorted(sentence, sentence, side="right") - np.arange(1, len(seen) + 1)
        one = np.repeat(np.arange(len(seen)), behind)
        other = one + 1 + _counting(behind)
        key = word[one] * vocabulary + word[other]
        pair = np.searchsorted(index.pair_keys, key)
        there = np.flatnonzero(index.pair_keys.take(pair, mode="clip") == key) if len(index.pair_keys) else np.zeros(0, np.intp)
        found = (
            _posted(index.lone_starts, index.lone_terms, word, sentence * total),
            _posted(index.pair_starts, index.pair_terms, pair[there], sentence[one[there]] * total),
        )
        pairs: _I64 = np.unique(np.concatenate(found))
        return pairs

    def _measure(self, places: _Places, pairs: _I64) -> _Found:
        """What each pair of sentence and term has in common; pairs below MIN_COVERAGE are left out."""
        index = self._index
        sentence, term = pairs // len(index.term_weights), pairs % len(index.term_weights)
        lengths = (index.term_starts[term + 1] - index.term_starts[term]).astype(np.int64)
        heads = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        flat = np.arange(int(lengths.sum())) - np.repeat(heads - index.term_starts[term], lengths)
        words = index.term_words[flat]
        local_words, local = np.unique(places.words, return_inverse=True)
        lookup = np.full(len(index.word_weights), len(local_words), np.int64)
        lookup[local_words] = np.arange(len(local_words))
        shape = (int(places.sentences[-1]) + 1, len(local_words) + 1)
        first, last = np.full(shape, np.inf), np.full(shape, np.inf)
        np.minimum.at(first, (places.sentences, local), places.positions)
        np.minimum.at(last, (places.sentences, local), -places.positions)
        # Word of the term → its column; words that the note lacks share the last one, which no sentence holds.
        cells = lookup.take(words) + np.repeat(sentence * (len(local_words) + 1), lengths)
        weights = np.where(np.isfinite(first), np.append(index.word_weights[local_words], np.float32(0)), np.float32(0))
        held = weights.ravel().take(cells)
        coverage = np.add.reduceat(held, heads) / index.term_weights[term]
        # "History of heart disease" is not "family history of heart disease", however much of it is there; nor is the place
        # of a disease the disease. A term of one part of the body is not found in words of another: no knee in "x-rays of the hand, three views".
        lacking = held == 0
        other = index.word_decides[words] & lacking
        telling = index.word_tells[words]
        told = np.logical_or.reduceat(telling & ~lacking, heads) | ~np.logical_or.reduceat(telling, heads)
        part = index.word_parts[words]
        elsewhere = np.logical_or.reduceat(part, heads) & ~np.logical_or.reduceat(part & ~lacking, heads)
        kept = (coverage >= MIN_COVERAGE - 1e-6) & ~np.logical_or.reduceat(other, heads) & told
        cells, lengths = cells[np.repeat(kept, lengths)], lengths[kept]
        # A word may stand twice in a sentence: the tighter of two readings, by first and by last occurrences.
        positions = first.ravel()[cells]
        present = np.isfinite(positions)
        again = np.where(present, -last.ravel()[cells], np.inf)
        if not len(lengths):
            nothing = np.zeros(0, np.int64)
            return _Found(nothing, nothing, np.zeros(0), nothing, nothing, np.zeros(0, np.bool_), np.zeros(0))
        heads = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        low, high = _ends(positions, present, heads)
        low_again, high_again = _ends(again, present, heads)
        tighter = high_again - low_again < high - low
        positions = np.where(np.repeat(tighter, lengths), again, positions)
        low, high = np.where(tighter, low_again, low), np.where(tighter, high_again, high)
        matched = np.add.reduceat(present.astype(np.int64), heads)
        with np.errstate(invalid="ignore"):
            ordered = np.concatenate([np.diff(positions) > 0, [True]]) | ~present
        ordered[heads + lengths - 1] = True
        width = high - low + 1
        exact = (coverage[kept] > 1 - 1e-6) & np.logical_and.reduceat(ordered, heads) & (matched >= width)
        near = width <= WIDEST_FACTOR * matched + WIDEST_EXTRA
        reach = self._reach[index.term_codes[term[kept]]]
        near &= ~(elsewhere[kept] & self._other_part(places, sentence[kept], low - reach, high + reach))
        return _Found(
            *(part[kept][near] for part in (sentence, term, coverage.astype(np.float64))),
            *(part[near] for part in (low, high, exact, np.minimum(1.0, matched / width))),
        )

    def _other_part(self, places: _Places, sentence: _I64, low: _I64, high: _I64) -> npt.NDArray[np.bool_]:
        """Whether a word from `low` to `high` of the sentence names a part of the body; of a term that names none of these, another part."""
        here = self._index.word_parts[places.words]
        parts, owners = places.positions[here], places.sentences[here]
        least, most = np.searchsorted(owners, sentence, side="left"), np.searchsorted(owners, sentence, side="right")
        first = np.maximum(np.searchsorted(parts, low, side="left"), least)
        behind = np.minimum(np.searchsorted(parts, high + 1, side="left"), most)
        named: npt.NDArray[np.bool_] = behind > first
        return named

    def _assemble(self, analysis: NoteAnalysis, places: _Places, found: _Found) -> list[Candidate]:
        index = self._index
        code = index.term_codes[found.term].astype(np.int64)
        worth = found.coverage**2 * index.term_weights[found.term] * (0.5 + 0.5 * found.tightness) * np.where(found.exact, _EXACT_BONUS, 1.0)
        # The best term of each code in each sentence, a whole one before the parts of longer ones, then the best sentences of each code.
        statement = code * (len(analysis.sentences) + 1) + found.sentence
        order = np.lexsort((found.term, -worth, found.coverage < 1 - 1e-6, statement))
        order = order[_heads(statement[order])]
        order = order[self._in_the_running(found, worth, order)]
        # Of equal matches those stay that the note concludes with: the history may say it often before.
        aside = ~_concluding(analysis)[found.sentence[order]]
        order = order[np.lexsort((found.sentence[order], aside, -worth[order], code[order]))]
        order = order[_rank_in_group(code[order]) < MATCHES_PER_CODE]
        term, code = found.term[order], code[order]
        spans = _spans(places.begins[found.low[order]], places.ends[found.high[order]])
        matches = Match.rows(
            spans,
            found.coverage[order].tolist(),
            index.term_weights[term].tolist(),
            (index.term_starts[term + 1] - index.term_starts[term]).tolist(),
            found.exact[order].tolist(),
            found.tightness[order].tolist(),
            [SOURCES[source] for source in index.term_sources[term].tolist()],
            repeat(0),
        )
        heads = _heads(code)
        tails = np.append(heads[1:], len(code)).tolist()
        by_ref: dict[CodeRef, tuple[Match, ...]] = {}
        courses = _Courses(analysis, index)
        sentences, terms = found.sentence[order].tolist(), term.tolist()
        for code_id, head, tail in zip(code[heads].tolist(), heads.tolist(), tails, strict=True):
            indexed = index.codes[code_id]
            if not indexed.seventh:
                own = tuple(matches[head:tail])
                by_ref[indexed.ref] = by_ref[indexed.ref] + own if indexed.ref in by_ref else own
                continue
            for i in range(head, tail):
                ref = CodeRef(indexed.ref.system, indexed.seventh.get(courses.of(sentences[i], terms[i]), indexed.default))
                by_ref[ref] = (*by_ref.get(ref, ()), matches[i])
        return [Candidate(ref, m[:MATCHES_PER_CODE]) for ref, m in by_ref.items()]

    def _in_the_running(self, found: _Found, worth: _F64, order: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Places in `order` of complete terms, and of the RIVALS_PER_SPAN best of the incomplete ones over the same words."""
        low, high = found.low[order], found.high[order]
        by_span = np.lexsort((-worth[order], high, low))
        incomplete = by_span[found.coverage[order][by_span] < 1 - 1e-6]
        rank = _rank_in_group(low[incomplete] * (int(high.max()) + 1) + high[incomplete])
        kept = np.ones(len(order), np.bool_)
        kept[incomplete[rank >= RIVALS_PER_SPAN]] = False
        return np.flatnonzero(kept)


def _spans(begins: _I64, ends: _I64) -> list[TextSpan]:
    """One span a place, the same object for the same place."""
    places = list(zip(begins.tolist(), ends.tolist(), strict=True))
    known = {place: TextSpan(*place) for place in set(places)}
    return [known[place] for place in places]


def _concluding(analysis: NoteAnalysis) -> npt.NDArray[np.bool_]:
    """Whether each sentence stands in a section of conclusions."""
    return np.array([analysis.section_at(sentence.span.begin).category in CONCLUSIONS for sentence in analysis.sentences], np.bool_)


def _ends(positions: _F64, present: npt.NDArray[np.bool_], heads: _I64) -> tuple[_I64, _I64]:
    """First and last position of each row that begins at `heads`."""
    low = np.floor(np.minimum.reduceat(positions, heads)).astype(np.int64)
    return low, np.floor(np.maximum.reduceat(np.where(present, positions, -1.0), heads)).astype(np.int64)


def _counting(counts: _I64) -> _I64:
    """0, 1, ... up to each of the counts, one after the other."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _posted(starts: Ints, terms: Ints, rows: _I64, base: _I64) -> _I64:
    """The terms of postings `rows`, each with the `base` of its row added."""
    first = starts[rows].astype(np.int64)
    counts = starts[rows + 1] - first
    found: _I64 = np.repeat(base, counts) + terms[np.repeat(first, counts) + _counting(counts)]
    return found


def _heads(keys: _I64) -> npt.NDArray[np.intp]:
    """Where a new key begins in sorted or grouped keys."""
    return np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.intp)


def _rank_in_group(keys: _I64) -> _I64:
    """Rank from 0 of each element among the run of equal keys it stands in."""
    heads = _heads(keys)
    return np.arange(len(keys)) - np.repeat(heads, np.diff(np.append(heads, len(keys))))


def _numbered(analysis: NoteAnalysis, sentence: Sentence) -> bool:
    """True when the sentence begins with the number of a list item ("4. End-stage"), which says nothing."""
    words, text, i = analysis.words, analysis.note.text, sentence.first_word
    end = words.ends[i]
    return (
        words.norms[i].isdigit()
        and words.begins[i] == sentence.span.begin
        and text[end : end + 1] in (".", ")")
        and text[end + 1 : end + 2].isspace()
    )


class _Courses:
    """The seventh characters that words of one note speak for (Guidelines I.C.19.a)."""

    def __init__(self, analysis: NoteAnalysis, index: TermIndex) -> None:
        self._analysis, self._index = analysis, index
        self._spoken: dict[int, tuple[tuple[str, str], ...]] = {}

    def of(self, sentence: int, term: int) -> str:
        """The character that words of a sentence beside those of the term speak for, "" for active treatment.

        The "postoperative" of a postoperative infection says nothing of how the infection fares.
        """
        spoken = self._spoken.get(sentence)
        if spoken is None:
            spoken = self._spoken[sentence] = tuple(self._said(sentence))
        if not spoken:
            return ""
        index = self._index
        own = set(index.term_words[index.term_starts[term] : index.term_starts[term + 1]].tolist())
        return next((character for character, stem in spoken if index.word_ids.get(stem) not in own), "")

    def _said(self, sentence: int) -> Iterator[tuple[str, str]]:
        """(character, stem) for the words that speak of the course of an injury."""
        part, words = self._analysis.sentences[sentence], self._analysis.words
        norms = words.norms[part.first_word : part.end_word]
        for character, cues in _COURSES if not _ALL_COURSES.isdisjoint(norms) else ():
            for i, norm in enumerate(norms):
                # "Non-healing" is not healing.
                if norm in cues and not (i and norms[i - 1] in {"non", "not"}):
                    yield character, words.stems[part.first_word + i]
