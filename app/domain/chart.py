"""A chart: one encounter's notes, the suggestions as they were made, and all that was decided since.

Charts are values: every operation (chart_work.py) returns the next one. Nothing is ever taken out of a chart but the text
of a note that retention erased.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.coding import ChartLine, Coding, Drafted, coding_of
from app.domain.encounter import Encounter
from app.domain.errors import InvalidDecision
from app.domain.finding import Finding
from app.domain.query_kind import QueryKind
from app.domain.review import Decision
from app.domain.suggestion import CodingDraft


class ChartStatus(StrEnum):
    """Where the review stands."""

    NEW = "new"
    IN_REVIEW = "in_review"
    QUERIED = "queried"
    FINALIZED = "finalized"


@dataclass(frozen=True, slots=True)
class ChartNote:
    """One version of one note. `number` counts the notes of the chart from 1, `version` the corrections of a note from 1.

    `text` is None once retention erased it.
    """

    number: int
    version: int
    title: str
    text: str | None = field(repr=False)
    received_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """The suggestions for one version of one note as they were made."""

    note: int
    version: int
    made_at: datetime
    draft: CodingDraft


@dataclass(frozen=True, slots=True)
class Claim:
    """The lock of whoever works on the chart; nobody's once `until` has passed."""

    by: str
    until: datetime


class QueryStatus(StrEnum):
    """`draft` may still change; `sent` waits for the physician; the others are final."""

    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


QUERY_STEPS = {
    QueryStatus.DRAFT: frozenset({QueryStatus.SENT, QueryStatus.WITHDRAWN}),
    QueryStatus.SENT: frozenset({QueryStatus.ANSWERED, QueryStatus.WITHDRAWN}),
    QueryStatus.ANSWERED: frozenset(),
    QueryStatus.WITHDRAWN: frozenset(),
}
"""Status → the statuses that may follow."""


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """A query to the physician as it is kept. `number` counts from 1; `answer` is set with the status `answered`.

    `quotes` are the words of the record that it cites.
    """

    number: int
    kind: QueryKind
    title: str
    question: str = field(repr=False)
    options: tuple[str, ...]
    status: QueryStatus
    by: str
    at: datetime
    answer: str = field(default="", repr=False)
    quotes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class FinalizedSet:
    """The codes of one version of the review, in claim order; never changed.

    `findings` are those that stood then; `override` is the reason where blocking ones were set aside. `active_seconds`:
    how long people worked on this version of the review, None where nobody measured it.
    """

    version: int
    by: str
    at: datetime
    lines: tuple[ChartLine, ...]
    findings: tuple[Finding, ...]
    override: str = ""
    active_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """Why a finalised chart was taken up again; `version` is the one that this began."""

    version: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """`source`: id of who submitted it. `version` counts reviews, `revision` writes. `priority` in [0, 1] with its reasons, see priority.py.

    `notes` and `drafts` hold every version, `decisions` those of every review, each in the order they came.
    `active_seconds`: how long people worked on the present version of the review before they last let go of it. `patient`: the patient's id where
    the encounter comes from, "" where it was not said or retention erased it.
    """

    id: str
    external_id: str
    source: str
    received_at: datetime
    encounter: Encounter
    notes: tuple[ChartNote, ...]
    drafts: tuple[NoteDraft, ...]
    priority: float
    random_slice: bool
    status: ChartStatus = ChartStatus.NEW
    version: int = 1
    revision: int = 1
    assignee: str | None = None
    claim: Claim | None = None
    decisions: tuple[Decision, ...] = ()
    queries: tuple[ChartQuery, ...] = ()
    finalized: tuple[FinalizedSet, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    active_seconds: int = 0
    priority_reasons: tuple[str, ...] = ()
    patient: str = field(default="", repr=False)

    @property
    def person(self) -> str:
        """The same for charts of one patient, by a digest in place of the patient's id.

        Without that id, charts of one encounter of the sending system are of one; without both, every chart is by itself.
        """
        if self.patient:
            # Without the source: a patient may come by several keys, and two systems that number alike only hold too much together.
            return f"patient {hashlib.sha256(self.patient.encode()).hexdigest()[:24]}"
        return f"{self.source}/{self.external_id}" if self.external_id else self.id

    def current_notes(self) -> tuple[ChartNote, ...]:
        """The last version of each note, by number."""
        return tuple({note.number: note for note in sorted(self.notes, key=lambda n: (n.number, n.version))}.values())

    def note(self, number: int, version: int) -> ChartNote:
        """One version of a note. Raises InvalidDecision."""
        for note in self.notes:
            if (note.number, note.version) == (number, version):
                return note
        raise InvalidDecision("The chart has no such version of a note: read the chart anew")

    def coding(self) -> Coding:
        """What the decisions make of the suggestions."""
        return coding_of(self.drafted(), self.decisions)

    def drafted(self) -> list[Drafted]:
        """The suggestions for each version of each note, and whether it is the present one."""
        current = {(n.number, n.version) for n in self.current_notes()}
        return [(d.note, d.version, d.draft, (d.note, d.version) in current) for d in self.drafts]

    def claimed_by(self, now: datetime) -> str | None:
        """Who holds the chart."""
        return self.claim.by if self.claim is not None and self.claim.until > now else None
