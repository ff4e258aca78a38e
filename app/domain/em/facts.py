"""What a note says that bears on the level of its visit, with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.domain.code import CodeRef
from app.domain.em.families import PatientStatus, VisitFamily
from app.domain.em.levels import Kind, Level
from app.domain.note import TextSpan


class Support(NamedTuple):
    """One thing that counts towards an element: its kind, its name (the test, the condition, the drug), and the words."""

    kind: Kind
    name: str
    span: TextSpan


class DocumentedTime(NamedTuple):
    """Minutes of total time on the date of the visit, and the words. "Over 30" is 31, "less than 30" is 29."""

    minutes: int
    span: TextSpan


class StatedCode(NamedTuple):
    """A code of a visit that the note itself gives, with the modifiers behind it."""

    ref: CodeRef
    modifiers: tuple[str, ...]
    span: TextSpan


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """Everything found; what was not found is empty.

    `family` None: the note is of a visit, but does not tell where. `stated_level`: "level 4" as 4. `stated_decisions`:
    the decision making that the note claims for itself. `age` in whole years, of the encounter or else of the note.
    """

    family: VisitFamily | None
    family_words: tuple[TextSpan, ...] = ()
    status: PatientStatus = PatientStatus.NOT_STATED
    status_words: tuple[TextSpan, ...] = ()
    age: int | None = None
    day: date | None = None
    supports: tuple[Support, ...] = ()
    time: DocumentedTime | None = None
    critical_care_time: DocumentedTime | None = None
    stated_codes: tuple[StatedCode, ...] = ()
    stated_level: tuple[int, TextSpan] | None = None
    stated_decisions: tuple[Level, TextSpan] | None = None
