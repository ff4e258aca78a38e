"""The workflow from the wire to the domain and back. Nothing else builds one from the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.api.schemas import charts as c
from app.api.schemas import claims, request
from app.api.schemas import encounters as q
from app.api.schemas.mapping import auto
from app.domain.chart import Chart, FinalizedSet
from app.domain.chart_event import ChartEvent
from app.domain.chart_work import QueryWords
from app.domain.code import CodeRef, CodeSystem
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.finding import Check, Finding
from app.domain.note import ClinicalNote, TextSpan
from app.domain.people import Permission, Reach
from app.domain.review import Accept, Add, Decision, Modify, NoteSpan, Point, Reject, Reorder, Replace, Undo, Verdict, unvoided
from app.usecases.charts.submit import Submission, TitledNote
from app.usecases.people.sign_in import SignedIn
from app.usecases.records.charts import ChartSummary


def submission(body: q.EncounterRequest, key: str) -> Submission:
    """The encounter in the words of the domain. Raises EmptyNote and UnreadableText."""
    encounter = body.encounter or request.EncounterIn()
    patient = encounter.patient or request.PatientIn()
    return Submission(
        Encounter(Setting(encounter.setting or Setting.UNKNOWN), Sex(patient.sex or Sex.UNKNOWN), patient.age, encounter.service_date),
        tuple(titled_note(note) for note in body.notes),
        body.external_id,
        key,
        body.patient_id,
    )


def titled_note(note: q.NoteIn) -> TitledNote:
    """A note. Raises EmptyNote and UnreadableText."""
    return TitledNote(ClinicalNote(note.text), note.title)


def verdict(body: q.VerdictIn) -> Verdict:  # noqa: PLR0911  one case for each verdict
    """What the coder says. Raises InvalidSpan and InvalidDecision."""
    match body:
        case q.AcceptIn():
            return Accept(_ref(body))
        case q.RejectIn():
            return Reject(_ref(body), body.reason, body.comment)
        case q.ReplaceIn():
            return Replace(_ref(body), _ref(body.by), "")
        case q.AddIn():
            return Add(_ref(body), "", tuple(map(note_span, body.words)))
        case q.ReorderIn():
            return Reorder(tuple(map(_ref, body.codes)))
        case q.ModifyIn():
            return Modify(_ref(body), tuple(body.modifiers), body.units)
        case q.PointIn():
            return Point(_ref(body), tuple(map(_ref, body.diagnoses)))
        case q.UndoIn():
            return Undo(body.sequence)


def encounter_response(chart: Chart) -> dict[str, Any]:
    """The chart, of the shape of EncounterOut. Plain dictionaries: a chart may have hundreds of codes."""
    e = chart.encounter
    current = {(n.number, n.version) for n in chart.current_notes()}
    kept = {d.sequence for d in unvoided(chart.decisions)}
    drafts = [d.draft for d in chart.drafts if (d.note, d.version) in current]
    return {
        "id": chart.id,
        "external_id": chart.external_id,
        "source": chart.source,
        "received_at": _time(chart.received_at),
        "setting": e.setting.value,
        "service_date": None if e.service_date is None else e.service_date.isoformat(),
        "patient": {"sex": e.sex.value, "age": e.age},
        "status": chart.status.value,
        "version": chart.version,
        "revision": chart.revision,
        "priority": chart.priority,
        "priority_reasons": list(chart.priority_reasons),
        "random_slice": chart.random_slice,
        "assignee": chart.assignee,
        "claim": _claim(chart),
        "bundles": sorted({d.bundle_id for d in drafts}),
        "releases": {system.value: name for d in drafts for system, name in d.releases.items()},
        "notes": [
            {
                "number": n.number,
                "version": n.version,
                "current": (n.number, n.version) in current,
                "title": n.title,
                "text": n.text,
                "received_at": _time(n.received_at),
                "by": n.by,
            }
            for n in chart.notes
        ],
        "codes": [code_line(line) for line in chart.coding().lines],
        "decisions": [_decision(d, stands=d.sequence in kept) for d in chart.decisions],
        "queries": [
            {
                "number": query.number,
                "kind": query.kind.value,
                "title": query.title,
                "question": query.question,
                "options": list(query.options),
                "status": query.status.value,
                "by": query.by,
                "at": _time(query.at),
                "answer": query.answer,
                "quotes": list(query.quotes),
            }
            for query in chart.queries
        ],
        "finalized": [_finalized(done) for done in chart.finalized],
        "reopenings": [{"version": r.version, "reason": r.reason, "by": r.by, "at": _time(r.at)} for r in chart.reopenings],
        "active_seconds": chart.active_seconds,
    }


def found(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings of the shape of FindingsOut."""
    return {
        name: [claims.finding(f) for f in findings if f.check is check]
        for name, check in (("findings", Check.FOUND), ("not_checked", Check.NOT_CHECKED))
    }


def revision(chart: Chart) -> dict[str, Any]:
    """What tells whether the chart has changed, of the shape of RevisionOut."""
    return {"revision": chart.revision, "status": chart.status.value, "claim": _claim(chart)}


def query_words(body: q.QueryIn) -> QueryWords:
    """What a query says."""
    return QueryWords(body.kind, body.title, body.question, tuple(body.options), tuple(body.quotes))


def note_span(words: q.WordsIn) -> NoteSpan:
    """Words of a note. Raises InvalidSpan."""
    return NoteSpan(words.note, words.version, TextSpan(words.begin, words.end))


def row(summary: ChartSummary) -> c.RowOut:
    """A row of the worklist."""
    claim = None
    if summary.claimed_by is not None and summary.claimed_until is not None:
        claim = c.ClaimOut(by=summary.claimed_by, until=summary.claimed_until)
    return c.RowOut(
        id=summary.id,
        external_id=summary.external_id,
        received_at=summary.received_at,
        setting=summary.setting.value,
        status=summary.status,
        priority=summary.priority,
        priority_reasons=list(summary.priority_reasons),
        random_slice=summary.random_slice,
        version=summary.version,
        revision=summary.revision,
        assignee=summary.assignee,
        claim=claim,
    )


def chart_row(chart: Chart) -> c.RowOut:
    """A chart as a row of the worklist."""
    by, until = (None, None) if chart.claim is None else (chart.claim.by, chart.claim.until)
    return row(
        ChartSummary(
            chart.id,
            chart.external_id,
            chart.received_at,
            chart.encounter.setting,
            chart.status,
            chart.priority,
            chart.random_slice,
            chart.version,
            chart.revision,
            chart.assignee,
            by,
            until,
            chart.priority_reasons,
        )
    )


def event(e: ChartEvent) -> c.EventOut:
    """An event of the feed."""
    return c.EventOut(
        sequence=e.sequence, type=e.type, encounter=e.chart_id, external_id=e.external_id, version=e.version, at=e.at, data=dict(e.data)
    )


def session(signed_in: SignedIn) -> c.SessionOut:
    """Who is signed in, and what they may."""
    user, principal = signed_in.user, signed_in.user.principal()
    reaches = {p: principal.reach(p) for p in Permission}
    return c.SessionOut(
        name=user.name,
        display_name=user.display_name,
        roles=sorted(user.roles),
        permissions={p: reach.value for p, reach in reaches.items() if reach is not Reach.NONE},  # type: ignore[misc]  # NONE is left out
        csrf_token=signed_in.session.csrf,
    )


def _ref(code: q.CodeIn) -> CodeRef:
    return CodeRef(CodeSystem(code.system), code.code.upper())


def _named(ref: CodeRef | None) -> dict[str, Any] | None:
    return None if ref is None else {"system": ref.system.value, "code": ref.code}


def _words(span: NoteSpan) -> dict[str, Any]:
    return {"note": span.note, "version": span.version, "begin": span.span.begin, "end": span.span.end}


def code_line(line: ChartLine) -> dict[str, Any]:
    """A code of the shape of LineOut."""
    return {
        "system": line.ref.system.value,
        "code": line.ref.code,
        "display": line.display,
        "origin": line.origin.value,
        "state": line.state.value,
        "confidence": None if line.confidence is None else round(line.confidence, 6),
        "evidence": [_words(span) for span in line.evidence],
        "alternatives": [
            {"system": a.ref.system.value, "code": a.ref.code, "display": a.display, "confidence": round(a.confidence, 6)} for a in line.alternatives
        ],
        "modifiers": list(line.modifiers),
        "units": line.units,
        "pointers": [_named(ref) for ref in line.pointers],
        "reject_reason": None if line.reject_reason is None else line.reject_reason.value,
        "replaced_by": _named(line.replaced_by),
        "replaces": _named(line.replaces),
        "rule": line.rule,
        "reason": line.reason,
        "auto": None if line.auto is None else auto(line.auto),
    }


def _decision(d: Decision, *, stands: bool) -> dict[str, Any]:
    return {"sequence": d.sequence, "version": d.version, "by": d.by, "at": _time(d.at), "stands": stands, "verdict": _said(d.verdict)}


def _said(said: Verdict) -> dict[str, Any]:  # noqa: PLR0911  one case for each verdict
    name = {"verdict": type(said).__name__.lower()}
    match said:
        case Accept(ref):
            return {**name, **(_named(ref) or {})}
        case Reject(ref, reason, comment):
            return {**name, **(_named(ref) or {}), "reason": reason.value, "comment": comment}
        case Replace(ref, by):
            return {**name, **(_named(ref) or {}), "by": _named(by)}
        case Add(ref, _, words):
            return {**name, **(_named(ref) or {}), "words": [_words(w) for w in words]}
        case Reorder(refs):
            return {**name, "codes": [_named(ref) for ref in refs]}
        case Modify(ref, modifiers, units):
            return {**name, **(_named(ref) or {}), "modifiers": list(modifiers), "units": units}
        case Point(ref, diagnoses):
            return {**name, **(_named(ref) or {}), "diagnoses": [_named(d) for d in diagnoses]}
        case Undo(sequence):
            return {**name, "sequence": sequence}


def _finalized(done: FinalizedSet) -> dict[str, Any]:
    return {
        "version": done.version,
        "by": done.by,
        "at": _time(done.at),
        "codes": [code_line(line) for line in done.lines],
        **found(done.findings),
        "override_reason": done.override,
        "active_seconds": done.active_seconds,
    }


def _claim(chart: Chart) -> dict[str, Any] | None:
    return None if chart.claim is None else {"by": chart.claim.by, "until": _time(chart.claim.until)}


def _time(at: datetime) -> str:
    return at.isoformat()
