"""Plain sentences made of phrases of the data files, and what the service makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from app.domain.anesthesia import is_anesthesia
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting
from app.domain.knowledge import Knowledge
from app.domain.note import ClinicalNote
from app.domain.suggestion import Status
from app.usecases.suggest_codes import SuggestCodes, SuggestionRequest

FIRST = 3
# So many sentences are read as one note, for speed; what fails there is asked again as a note of its own.
_TOGETHER = 40
_OUTPATIENT = Encounter(Setting.OUTPATIENT)
_DENIALS = frozenset("no not non never without absent absence lack lacks against negative".split())
_DONE = frozenset(
    "given performed done placed injected removed inserted administered applied drained repaired completed obtained used measured".split()
)
# After these "no" is no English.
_ADVERBIAL = frozenset("here due caused in on with at for to by from lives living resides uses takes unable admitted presents".split())


class Said(StrEnum):
    """What a sentence says of its phrase."""

    STATED = "stated"
    DENIED = "denied"
    PLANNED = "planned"
    PAST = "past"


class Statement(NamedTuple):
    """A phrase, its code, and the sentence that denies it where the data file writes one."""

    ref: CodeRef
    phrase: str
    denial: str = ""

    @property
    def is_service(self) -> bool:
        return self.ref.system is not CodeSystem.ICD10CM

    @property
    def is_denial(self) -> bool:
        """True for a phrase that denies something itself ("no appetite"), which nobody denies with another "no"."""
        return not _DENIALS.isdisjoint(self.phrase.lower().replace("-", " ").split())

    def sentence(self, said: Said) -> str:
        """The sentence, with the end of its line."""
        words = self.phrase.lower().split()
        if said is Said.STATED:
            return f"PROCEDURE PERFORMED: {self.phrase}.\n" if self.is_service else f"ASSESSMENT: {self.phrase}.\n"
        if said is Said.PLANNED:
            return f"Will schedule {self.phrase} for next month.\n"
        if said is Said.PAST:
            return f"Status post {self.phrase} in 2019.\n"
        if self.denial:
            return f"{self.denial}.\n"
        if self.is_service and _DONE.isdisjoint(words) and not self.is_denial:
            return f"{self.phrase} was not performed.\n"
        return f"Not {self.phrase}.\n" if words[0] in _ADVERBIAL else f"No {self.phrase}.\n"


def statements(knowledge: Knowledge, *, every_phrase: bool) -> list[Statement]:
    """One statement for each entry, of its first phrase, or of every phrase; neighbours in the files stand apart."""
    found = [
        Statement(entry.ref, phrase, entry.denial.get(phrase, ""))
        for entry in knowledge.phrasebook
        for phrase in (entry.phrases if every_phrase else entry.phrases[:1])
    ]
    found += [Statement(p.ref, phrase) for p in knowledge.procedures for phrase in (p.phrases if every_phrase else p.phrases[:1])]
    random.Random(1).shuffle(found)
    return found


def failing(service: SuggestCodes, asked: Sequence[Statement], said: Said) -> Iterator[Statement]:
    """Statements whose code is not among the FIRST of its kind when stated, or not suppressed when denied, planned or past."""
    for kind in range(3):
        of_kind = [s for s in asked if s.is_service + is_anesthesia(s.ref) == kind]
        for i in range(0, len(of_kind), _TOGETHER):
            for statement in _failing_together(service, of_kind[i : i + _TOGETHER], said):
                yield from _failing_together(service, [statement], said)


def _failing_together(service: SuggestCodes, asked: Sequence[Statement], said: Said) -> list[Statement]:
    # Anesthesia is billed from its own record alone.
    text, places = "ANESTHESIA RECORD\n" if any(is_anesthesia(s.ref) for s in asked) else "", []
    for statement in asked:
        begin = len(text)
        text += statement.sentence(said)
        places.append((begin, len(text)))
    # What a claim makes of the codes together is not asked: a body mass index stands on none without its diagnosis.
    draft = service(SuggestionRequest(ClinicalNote(text), _OUTPATIENT, limit=len(asked) * 2000, compose=False))
    standing = [s for s in draft.suggestions if s.status is not Status.SUPPRESSED]
    failed = []
    for statement, (begin, end) in zip(asked, places, strict=True):
        here = [
            s.ref
            for s in standing
            if (s.ref.system is not CodeSystem.ICD10CM) is statement.is_service and any(begin <= e.span.begin < end for e in s.evidence)
        ]
        if said is Said.STATED:
            ranked = [ref for ref in here if ref == statement.ref or not is_level(ref)]
            if statement.ref not in ranked[:FIRST]:
                failed.append(statement)
        elif statement.ref in here:
            failed.append(statement)
    return failed


def is_level(ref: CodeRef) -> bool:
    """Levels of visits rest on the whole note, whatever one sentence says, so that they stand beside any code."""
    return ref.system is CodeSystem.CPT and "99202" <= ref.code <= "99499"
