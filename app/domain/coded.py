"""The codes of an encounter together, as the rules of a claim look at them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Evidence
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.note import TextSpan
from app.domain.tabular.tabular import Tabular


@dataclass(frozen=True, slots=True)
class CodedLine:
    """A code on or off the claim. `code` is None when the release of the day does not hold it; without a note there is no evidence."""

    ref: CodeRef
    code: Code | None
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: int = 1


@dataclass(frozen=True, slots=True)
class CodedEncounter:
    """The codes of an encounter as the rules of the claim look at them.

    `lines` are on the claim, in claim order; `seen` were weighed and are not on it. `tabular` is the ICD-10-CM of the
    day, with the notes of each code and of its ancestors. `note` is None where only codes were given.
    """

    encounter: Encounter
    lines: tuple[CodedLine, ...]
    tabular: Tabular
    note: NoteAnalysis | None = None
    seen: tuple[CodedLine, ...] = ()
    releases: Mapping[CodeSystem, str] = field(default_factory=dict)
    # Every round of a claim asks anew: what is known of the note goes along with its lines.
    _sentences: dict[CodeRef, tuple[tuple[Evidence, ...], tuple[int, ...]]] = field(default_factory=dict, repr=False, compare=False)
    _diagnoses: tuple[CodedLine, ...] = field(init=False, repr=False, compare=False)
    _procedures: tuple[CodedLine, ...] = field(init=False, repr=False, compare=False)
    _codes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _beginnings: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_diagnoses", tuple(line for line in self.lines if line.ref.system is CodeSystem.ICD10CM))
        codes = tuple(line.ref.code for line in self._diagnoses)
        object.__setattr__(self, "_codes", codes)
        # Rules ask for a thousand beginnings a claim, most of which no code has.
        object.__setattr__(self, "_beginnings", frozenset().union(*map(_beginnings, codes)))
        object.__setattr__(self, "_procedures", tuple(line for line in self.lines if line.ref.system is not CodeSystem.ICD10CM))

    @property
    def diagnoses(self) -> tuple[CodedLine, ...]:
        """ICD-10-CM codes on the claim, in claim order."""
        return self._diagnoses

    @property
    def procedures(self) -> tuple[CodedLine, ...]:
        """Codes of services on the claim, in claim order."""
        return self._procedures

    def has(self, *beginnings: str) -> bool:
        """True when a diagnosis on the claim starts with one of `beginnings`."""
        return not self._beginnings.isdisjoint(beginnings)

    def starting(self, *beginnings: str) -> tuple[CodedLine, ...]:
        """The diagnoses on the claim whose code starts with one of `beginnings`."""
        if self._beginnings.isdisjoint(beginnings):
            return ()
        return tuple([line for line, code in zip(self._diagnoses, self._codes, strict=True) if code.startswith(beginnings)])

    def words_about(self, line: CodedLine) -> str:
        """The sentences of the note around the evidence of a code, in lower case; "" without note or evidence."""
        if self.note is None or not self.note.sentences:
            return ""
        text = self.note.note.text
        spans = [self.note.sentences[i].span for i in dict.fromkeys(self.sentences_of(line))]
        return "\n".join(text[span.begin : span.end] for span in spans).lower()

    def sentences_of(self, line: CodedLine) -> tuple[int, ...]:
        """The sentence that each piece of evidence of a code begins in; without a note each stands by itself."""
        known = self._sentences.get(line.ref)
        if known is None or known[0] is not line.evidence:
            begins = [e.span.begin for e in line.evidence]
            places = begins if self.note is None else map(self.note.sentence_at, begins)
            known = self._sentences[line.ref] = (line.evidence, tuple(places))
        return known[1]

    def said(self, words: re.Pattern[str]) -> TextSpan | None:
        """The first place where the note affirms what `words` match, of the patient and not of the past; None without one or without a note."""
        return None if self.note is None else self.note.affirmed_now(words)

    def mentioned(self, words: re.Pattern[str]) -> TextSpan | None:
        """The first place where `words` match, whatever the note asserts of them; None without one or without a note."""
        m = None if self.note is None else words.search(self.note.note.text)
        return None if m is None else TextSpan(m.start(), m.end())


@lru_cache(maxsize=50_000)
def _beginnings(code: str) -> frozenset[str]:
    return frozenset(code[:end] for end in range(len(code) + 1))


def icd(code: str) -> CodeRef:
    """A diagnosis code by name."""
    return CodeRef(CodeSystem.ICD10CM, code)
