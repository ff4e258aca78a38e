"""A new encounter with its notes; a note more; a note corrected."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from app.domain import chart_work
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.automation.whole_chart import is_automatic
from app.domain.chart import Chart, ChartNote, NoteDraft
from app.domain.chart_event import ChartEvent, EventType
from app.domain.drift import scores_of
from app.domain.encounter import Encounter
from app.domain.errors import IdempotencyConflict, InvalidDecision
from app.domain.note import ClinicalNote
from app.domain.note_profile import Profile
from app.domain.people import AUTOMATION, Permission
from app.domain.priority import Worth, in_random_slice, worth_of_review
from app.domain.suggestion import CodingDraft, Status
from app.usecases.charts.desk import Desk, Open, need
from app.usecases.records.charts import Receipt
from app.usecases.records.unit_of_work import UnitOfWork
from app.usecases.suggest_codes import SuggestionRequest

MOST_NOTES = 50
# Far more codes than a coder looks at; the rest would only make charts heavy.
_LIMIT, _MIN_CONFIDENCE = 60, 0.01


class Suggesting(Protocol):
    """Suggests codes for a note."""

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft. Raises NoteTooLong and ReleaseNotFound."""
        ...


class Finishing(Protocol):
    """Finalises what needs no person."""

    def __call__(self, chart: Chart) -> Chart:
        """The chart finalised, or as it was."""
        ...


@dataclass(frozen=True, slots=True)
class TitledNote:
    """A note with what its author calls it."""

    note: ClinicalNote
    title: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """An encounter as another system sends it. `key`: its Idempotency-Key; `patient`: the patient's id there; both "" for none."""

    encounter: Encounter
    notes: tuple[TitledNote, ...]
    external_id: str = ""
    key: str = ""
    patient: str = field(default="", repr=False)

    def digest(self) -> str:
        """SHA-256 over all of it but the key."""
        said = (self.encounter, self.external_id, [(n.title, n.note.text, n.note.language) for n in self.notes])
        # Without a patient as it always was, so that keys kept before there were patients still hold.
        return hashlib.sha256(repr((*said, self.patient) if self.patient else said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The chart; `replayed` when its Idempotency-Key had made it before."""

    chart: Chart
    replayed: bool


class SubmitNotes:
    """Takes notes in. Safe to share between threads."""

    def __init__(self, desk: Desk, suggest: Suggesting, finish: Finishing) -> None:
        """`finish` is given every new chart, to finalise it without a person where that is allowed."""
        self._desk, self._suggest, self._finish = desk, suggest, finish

    def submit(self, actor: Actor, given: Submission) -> Submitted:
        """A new chart with suggestions. Raises NotAllowed, IdempotencyConflict, NoteTooLong and ReleaseNotFound."""
        need(actor, Permission.SUBMIT)
        if given.key:
            with self._desk.work() as work:
                known = work.receipts.find(actor.principal.id, given.key)
                if known is not None:
                    return Submitted(self._replayed(actor, work, known, given), replayed=True)
        drafts = self._drafts(given)
        chart_id = secrets.token_hex(12)
        with self._desk.work() as work:
            if given.key:
                receipt = Receipt(actor.principal.id, given.key, given.digest(), chart_id)
                kept = work.receipts.put(receipt)
                if kept != receipt:
                    return Submitted(self._replayed(actor, work, kept, given), replayed=True)
            now = self._desk.now()
            chart = _new_chart(chart_id, actor, given, drafts, now, work)
            work.charts.add(chart)
            _count(work, chart, chart.drafts)
            work.audit.add(AuditEntry(now, actor, Action.CHART_SUBMITTED, chart_id, {"revision": 1, "notes": len(given.notes)}))
            work.events.add(ChartEvent(EventType.SUGGESTED, chart_id, chart.external_id, chart.source, now, 1, suggested(drafts)))
        return Submitted(self._finish(chart), replayed=False)

    def add_note(self, actor: Actor, chart_id: str, given: TitledNote, *, revision: int) -> Chart:
        """The chart with one more note. Raises StaleWrite, ChartFinalized, and what `submit` raises."""
        return self._put(actor, chart_id, None, given, revision)

    def correct_note(self, actor: Actor, chart_id: str, number: int, given: TitledNote, *, revision: int) -> Chart:
        """The chart with a new version of a note; earlier versions stay. Raises InvalidDecision when there is no such note."""
        return self._put(actor, chart_id, number, given, revision)

    def _put(self, actor: Actor, chart_id: str, number: int | None, given: TitledNote, revision: int) -> Chart:
        with self._desk.chart(actor, Permission.SUBMIT, chart_id, to_change=False, revision=revision) as open_chart:
            encounter = open_chart.chart.encounter
        # Reading a note takes far longer than a transaction should.
        draft = self._draft(given.note, encounter)
        with self._desk.chart(actor, Permission.SUBMIT, chart_id, revision=revision) as it:
            versions = {n.number: n.version for n in it.chart.current_notes()}
            if number is None and len(versions) >= MOST_NOTES:
                raise InvalidDecision(f"An encounter has at most {MOST_NOTES} notes")
            if number is not None and number not in versions:
                raise InvalidDecision("The encounter has no note of this number")
            place = max(versions, default=0) + 1 if number is None else number
            note = ChartNote(place, versions.get(place, 0) + 1, given.title, given.note.text, it.now, actor.principal.id)
            after = chart_work.put_note(_taken_up(it), note, draft)
            current = {(n.number, n.version) for n in after.current_notes()}
            drafts = [d.draft for d in after.drafts if (d.note, d.version) in current]
            worth = _worth(drafts, it.work, random_slice=after.random_slice)
            after = replace(after, priority=worth.value, priority_reasons=worth.reasons)
            action = Action.NOTE_ADDED if number is None else Action.NOTE_CORRECTED
            kept = it.save(after, action, {"note": note.number, "version": note.version})
            _count(it.work, kept, kept.drafts[-1:])
            it.tell(kept, EventType.SUGGESTED, suggested([draft]))
            return kept

    def _drafts(self, given: Submission) -> list[CodingDraft]:
        drafts = [self._draft(n.note, given.encounter) for n in given.notes]
        # Another bundle was promoted between two notes: those before it are read again, so that one encounter is of one bundle.
        while len({d.bundle_id for d in drafts}) > 1:
            drafts = [self._draft(n.note, given.encounter) for n in given.notes]
        return drafts

    def _draft(self, note: ClinicalNote, encounter: Encounter) -> CodingDraft:
        return self._suggest(SuggestionRequest(note, encounter, limit=_LIMIT, min_confidence=_MIN_CONFIDENCE))

    def _replayed(self, actor: Actor, work: UnitOfWork, receipt: Receipt, given: Submission) -> Chart:
        if receipt.digest != given.digest():
            raise IdempotencyConflict
        chart = work.charts.get(receipt.chart_id)
        work.audit.add(AuditEntry(self._desk.now(), actor, Action.CHART_READ, chart.id, {"revision": chart.revision}))
        return chart


def _taken_up(it: Open) -> Chart:
    """The chart, re-opened where it was finalised without a person: what came later may change the codes, and now a person decides."""
    if not is_automatic(it.chart):
        return it.chart
    actor = Actor(AUTOMATION, it.actor.address, it.actor.request_id)
    reopened = chart_work.reopen(it.chart, "a note came after the encounter was finalised without a person", AUTOMATION.id, it.now)
    it.work.audit.add(AuditEntry(it.now, actor, Action.REOPENED, it.chart.id, {"version": reopened.version}))
    it.tell(reopened, EventType.REOPENED, {})
    return reopened


def _count(work: UnitOfWork, chart: Chart, drafts: Sequence[NoteDraft]) -> None:
    """Keep the counts of new notes, for the watch over drift."""
    for made in drafts:
        profile = replace(made.draft.profile or Profile(1), scores=scores_of(made.draft))
        setting, bundle_id = chart.encounter.setting, made.draft.bundle_id
        work.profiles.add(chart.id, made.note, made.version, at=made.made_at, setting=setting, bundle_id=bundle_id, profile=profile)


def suggested(drafts: Sequence[CodingDraft]) -> dict[str, object]:
    """What is told of suggestions: bundles, and the codes suggested."""
    codes = {(s.ref.system.value, s.ref.code) for draft in drafts for s in draft.having(Status.SUGGESTED)}
    return {"bundles": sorted({d.bundle_id for d in drafts}), "codes": [{"system": system, "code": code} for system, code in sorted(codes)]}


def _new_chart(chart_id: str, actor: Actor, given: Submission, drafts: Sequence[CodingDraft], now: datetime, work: UnitOfWork) -> Chart:
    random_slice = in_random_slice(chart_id)
    worth = _worth(drafts, work, random_slice=random_slice)
    return Chart(
        chart_id,
        given.external_id,
        actor.principal.id,
        now,
        given.encounter,
        tuple(ChartNote(i, 1, n.title, n.note.text, now, actor.principal.id) for i, n in enumerate(given.notes, 1)),
        tuple(NoteDraft(i, 1, now, draft) for i, draft in enumerate(drafts, 1)),
        worth.value,
        random_slice,
        priority_reasons=worth.reasons,
        patient=given.patient,
    )


def _worth(drafts: Sequence[CodingDraft], work: UnitOfWork, *, random_slice: bool) -> Worth:
    seen = work.charts.times_finalized({s.ref for draft in drafts for s in draft.suggestions if s.status is not Status.SUPPRESSED})
    return worth_of_review(drafts, seen, random_slice=random_slice)
