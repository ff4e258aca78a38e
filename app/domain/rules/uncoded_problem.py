"""What the note concludes is coded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from app.domain.analysis import NoteAnalysis
from app.domain.assertion import Temporality
from app.domain.candidate import Evidence
from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.evidence import CONCLUSIONS
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found
from app.domain.tabular.sides import Side, side_of

_REASONS = frozenset({"preoperative_diagnosis", "indication", "chief_complaint"})
_STATED = CONCLUSIONS | _REASONS | {"plan"}
# Half of what a code needs by itself: here the section speaks for it, and nothing else explains the words.
_ENOUGH = 0.15
# The main statement has a code on every claim: of its readings one is nearly always right, and the likeliest in .4 to .5 of cases.
_ENOUGH_FOR_MAIN = 0.1
# A claim without any diagnosis pays for nothing: words anywhere in the note are better than none.
_ENOUGH_FOR_ONLY = 0.2
# A disease that the note gives as the cause of a symptom: "pain due to", "numbness secondary to".
_CAUSED = re.compile(
    r"\b(?:due to|owing to|because of|secondary to|caused by|attribut(?:ed|able) to|explained by|(?:as )?(?:a )?result of|stemming from)\b"
)
_SYNDROME = re.compile(r"\s+syndromes?\b", re.IGNORECASE)
_SYMPTOMS = ("R", "M25.5", "M25.4", "M54.2", "M54.5", "M54.6", "M54.9", "M79.6", "M79.1", "H57.1", "H92.0", "G89", "N64.4", "K08.89")
_OPPOSITE = frozenset({Side.RIGHT, Side.LEFT})
# What was before is a status or a history; a disease that was is none of today.
_PAST = ("Z77", "Z78", "Z79", "Z8", "Z9")
# What an operation leaves behind; told of the operation of today it is no status yet.
_AFTER = ("Z89", "Z90", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98")
_OPERATIVE = frozenset({"procedure", "procedure_description", "operative_details", "technique", "findings"})
# Of codes so put on the claims of our charts, by predictions of rankers that had not seen them, this share was right.
_RIGHT = 0.38


class UncodedProblem:
    """A problem that the note states where it concludes, or as the reason for the visit, has no code on the claim.

    Its best reading is put on (Guidelines IV.G, IV.J, III).

    Of several readings of the same words the likeliest is taken. Words that a code on the claim already explains are left
    alone, and so are readings of almost no confidence; of the first statement of a conclusion, and where the claim has no
    diagnosis at all, less is asked. A symptom doesn't explain a statement that goes on to name its cause.
    """

    id = "uncoded-problem"
    citation = "ICD-10-CM Official Guidelines III, IV.G and IV.J"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each problem."""
        taken: set[int] = set()
        for line in coded.diagnoses:
            taken.update(_characters(line))
        codable = (line for line in coded.seen if _codable(line) and not _in_a_name(coded.note, line))
        likeliest = sorted(codable, key=lambda o: (-o.confidence, o.ref))
        put_on = []
        for line in likeliest:
            if line.confidence >= _ENOUGH and _stated_in(line, _STATED) and taken.isdisjoint(_characters(line)):
                taken.update(_characters(line))
                put_on.append(line)
        left = [line for line in likeliest if line not in put_on]
        main = _main_problem(coded, [*coded.diagnoses, *put_on], left) or _only_problem(coded, put_on, left)
        for line in [*put_on, *main]:
            message = f"The note states {_title(line)} where it concludes, and nothing on the claim says so: {line.ref.code}"
            if line in main and not _stated_in(line, _STATED):
                message = f"The claim has no diagnosis, and the note states {_title(line)}: {line.ref.code}"
            yield found(self, Severity.INFO, [line], message, repair=Repair(add=(line.ref,), stated=True, confidence=_RIGHT))


def _codable(line: CodedLine) -> bool:
    return line.ref.system is CodeSystem.ICD10CM and line.code is not None and line.code.billable


def _in_a_name(note: NoteAnalysis | None, line: CodedLine) -> bool:
    """True for words that are but the beginning of a syndrome's name: a nevus syndrome is no nevus."""
    if note is None or "syndrome" in _title(line):
        return False
    return all(_SYNDROME.match(note.note.text, e.span.end) for e in line.evidence)


def _title(line: CodedLine) -> str:
    return line.ref.code if line.code is None else line.code.title.lower()


def _stated_in(line: CodedLine, sections: frozenset[str]) -> bool:
    return any(e.section in sections and _stated(line, e) for e in line.evidence)


def _stated(line: CodedLine, e: Evidence) -> bool:
    """True where the words say that the patient has it.

    Outside conclusions not as something of the past ("has undergone cataract surgery"), and never as what today's operation leaves.
    """
    if e.section in _OPERATIVE and line.ref.code.startswith(_AFTER):
        return False
    past = e.assertion.temporality is Temporality.HISTORICAL and e.section not in CONCLUSIONS
    return e.assertion.affirmed and (not past or line.ref.code.startswith(_PAST))


def _characters(line: CodedLine) -> Iterator[int]:
    return chain.from_iterable([range(e.span.begin, e.span.end) for e in line.evidence])


def _main_problem(coded: CodedEncounter, on: Sequence[CodedLine], likeliest: Sequence[CodedLine]) -> list[CodedLine]:
    """The likeliest reading of the first statement that concludes, or without one of the first reason, unless a code of `on` rests on it."""
    if coded.note is None:
        return []
    for sections in (CONCLUSIONS, _REASONS):
        begins = [e.span.begin for line in (*on, *likeliest) for e in line.evidence if e.section in sections and _stated(line, e)]
        if not begins:
            continue
        first = coded.note.sentence_at(min(begins))
        there = [line for line in on if first in coded.sentences_of(line)]
        likely = [line for line in likeliest if line.confidence >= _ENOUGH_FOR_MAIN and first in _statements(coded, line, sections)]
        if there and all(line.ref.code.startswith(_SYMPTOMS) for line in there):
            # Pain of the right foot has no cause in the left one.
            sides = {side_of(coded.tabular, line.ref.code) for line in there}
            fitting = [line for line in likely if {*sides, side_of(coded.tabular, line.ref.code)} & _OPPOSITE != _OPPOSITE]
            return [line for line in fitting if _named_as_cause(coded.note, line, first)][:1]
        return [] if there else likely[:1]
    return []


def _named_as_cause(note: NoteAnalysis, line: CodedLine, sentence: int) -> bool:
    """True for a disease whose words end behind "due to" and its like."""
    begin = note.sentences[sentence].span.begin
    ends = [e.span.end for e in line.evidence if note.sentence_at(e.span.begin) == sentence]
    return not line.ref.code.startswith(_SYMPTOMS) and any(_CAUSED.search(note.note.text[begin:end].lower()) for end in ends)


def _statements(coded: CodedEncounter, line: CodedLine, sections: frozenset[str]) -> Iterator[int]:
    """The sentences of these sections that affirm a code."""
    placed = zip(line.evidence, coded.sentences_of(line), strict=True)
    return (sentence for e, sentence in placed if e.section in sections and _stated(line, e))


def _only_problem(coded: CodedEncounter, put_on: Sequence[CodedLine], likeliest: Sequence[CodedLine]) -> list[CodedLine]:
    """The likeliest reading of anything that the note affirms, where the claim would have no diagnosis."""
    if coded.diagnoses or put_on:
        return []
    return [line for line in likeliest if line.confidence >= _ENOUGH_FOR_ONLY and any(_stated(line, e) for e in line.evidence)][:1]
