"""What rules are: those that judge one code by the words behind it, and those that look at the whole set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Evidence
from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.encounter import Encounter
from app.domain.finding import Finding
from app.domain.suggestion import Status, Suggestion
from app.domain.tabular.tabular import Tabular


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's word on one code: the hardest status it may still have, and why."""

    rule: str
    status: Status
    reason: str


@runtime_checkable
class CodeRule(Protocol):
    """Judges one suggestion in its encounter by the words behind it; never raises for a clinical reason."""

    id: str
    citation: str

    def judge(self, suggestion: Suggestion, code: Code, encounter: Encounter) -> Ruling | None:
        """A ruling, or None when the rule has nothing to say."""
        ...


class Data(StrEnum):
    """What a rule of the claim may need to know. Without it, the rule is reported as not checked."""

    NOTE = "note"
    SEX = "sex"
    AGE = "age"
    SERVICE_DATE = "service_date"


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
    _diagnoses: tuple[CodedLine, ...] = field(init=False, repr=False, compare=False)
    _procedures: tuple[CodedLine, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_diagnoses", tuple(line for line in self.lines if line.ref.system is CodeSystem.ICD10CM))
        object.__setattr__(self, "_procedures", tuple(line for line in self.lines if line.ref.system in (CodeSystem.CPT, CodeSystem.HCPCS)))

    @property
    def diagnoses(self) -> tuple[CodedLine, ...]:
        """ICD-10-CM codes on the claim, in claim order."""
        return self._diagnoses

    @property
    def procedures(self) -> tuple[CodedLine, ...]:
        """CPT and HCPCS codes on the claim, in claim order."""
        return self._procedures

    def starting(self, *beginnings: str) -> tuple[CodedLine, ...]:
        """The diagnoses on the claim whose code starts with one of `beginnings`."""
        return tuple(line for line in self._diagnoses if line.ref.code.startswith(beginnings))

    def words_about(self, line: CodedLine) -> str:
        """The sentences of the note around the evidence of a code, in lower case; "" without note or evidence."""
        if self.note is None or not self.note.sentences:
            return ""
        places = dict.fromkeys(self.note.sentence_at(e.span.begin) for e in line.evidence)
        text = self.note.note.text
        return "\n".join(text[self.note.sentences[i].span.begin : self.note.sentences[i].span.end] for i in places).lower()


class ClaimRule(Protocol):
    """Looks at all codes of an encounter together; pure, and never raises for a clinical reason.

    The first paragraph of its docstring says what it does, with the paragraph of the guideline. `needs` lists the data
    without which it can't look.
    """

    id: str
    citation: str
    needs: frozenset[Data]

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """Findings; none when all is well. Only rules of order look at the order of the lines."""
        ...


AnyRule = CodeRule | ClaimRule
