"""The second-level audit from the wire to the domain and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.api.schemas import audits as a
from app.api.schemas.encounters import CodeIn
from app.domain.audits.difference import Difference
from app.domain.audits.item import AuditItem
from app.domain.audits.judgement import AuditError, Judgement
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import ChartRule, Size
from app.domain.code import CodeRef, CodeSystem
from app.domain.coding import ChartLine
from app.domain.note import TextSpan
from app.domain.review import NoteSpan
from app.domain.statistics import wilson
from app.usecases.audits.draw import SamplePlan
from app.usecases.audits.view import AuditRecord, BlindView, OpenView
from app.usecases.records.audits import ItemSummary, SampleProgress


def plan(body: a.SampleIn) -> SamplePlan:
    """The sample to draw. Raises InvalidAudit."""
    r = body.rule
    rule = ChartRule(
        None if r.coder is None else r.coder.casefold(),
        frozenset(r.settings),
        r.code.upper(),
        r.least_confidence,
        r.most_confidence,
        r.overridden,
        r.bundle,
        within(r.finalized_from),
        within(r.finalized_before),
    )
    return SamplePlan(body.name, body.kind, rule, Size(body.charts, body.share), body.blind, body.auditor)


def within(at: datetime | None) -> datetime | None:
    """A time that stays one in every zone; those of the first and last days of the calendar don't."""
    if at is None:
        return None
    return at if 1 < at.year < 9999 else at.replace(year=min(max(at.year, 2), 9998))


def lines(body: list[a.AuditLineIn]) -> list[AuditedLine]:
    """The auditor's codes. Raises InvalidSpan and InvalidDecision."""
    return [
        AuditedLine(
            _ref(line),
            "",
            tuple(line.modifiers),
            line.units,
            tuple(map(_ref, line.pointers)),
            tuple(NoteSpan(w.note, w.version, TextSpan(w.begin, w.end)) for w in line.words),
        )
        for line in body
    ]


def errors(body: list[a.AuditErrorIn]) -> list[AuditError]:
    """The errors of a judgement."""
    return [AuditError(_ref(e), e.category, e.grade, None if e.instead is None else _ref(e.instead), e.comment.strip()) for e in body]


def sample(found: SampleProgress) -> dict[str, Any]:
    """Of the shape of SampleOut."""
    it, share = found.sample, wilson(found.agreed, found.codes)
    rule = it.rule
    return {
        "id": it.id,
        "name": it.name,
        "kind": it.kind.value,
        "blind": it.blind,
        "rule": {
            "coder": rule.coder,
            "settings": sorted(rule.settings),
            "code": rule.code,
            "least_confidence": rule.least_confidence,
            "most_confidence": rule.most_confidence,
            "overridden": rule.overridden,
            "bundle": rule.bundle,
            "finalized_from": _time(rule.finalized_from),
            "finalized_before": _time(rule.finalized_before),
        },
        "charts": sum(found.states.values()),
        "auditor": it.auditor,
        "drawn_by": it.by,
        "drawn_at": _time(it.drawn_at),
        "seed": it.seed,
        "population": it.population,
        "digest": it.digest,
        "states": {state.value: number for state, number in found.states.items()},
        "codes": found.codes,
        "agreed": found.agreed,
        "accuracy": None if share is None else {"share": share.share, "low": share.low, "high": share.high},
    }


def row(it: ItemSummary, *, reader: str) -> dict[str, Any]:
    """Of the shape of ItemRowOut; who coded is hidden from the auditor who codes blind."""
    hidden = it.blind and it.state == "waiting" and it.auditor == reader
    return {
        "sample": it.sample_id,
        "number": it.number,
        "encounter": it.chart_id,
        "external_id": it.external_id,
        "version": it.version,
        "coder": None if hidden else it.coder,
        "auditor": it.auditor,
        "blind": it.blind,
        "state": it.state.value,
        "judged_at": _time(it.judged_at),
        "codes": it.codes,
        "agreed": it.agreed,
    }


def view(found: BlindView | OpenView, *, reader: str) -> dict[str, Any]:
    """Of the shape of AuditItemOut. A blind view has nothing that could tell a code of program or coder."""
    it = found.item
    shared = {
        "sample": it.sample_id,
        "number": it.number,
        "kind": it.kind.value,
        "blind": it.blind,
        "hidden": isinstance(found, BlindView),
        "state": it.state.value,
        "revision": it.revision,
        "auditor": it.auditor,
        "version": it.version,
        "record": _record(found.record),
        "draft": [_line(line) for line in it.draft] if it.auditor == reader else [],
    }
    if isinstance(found, BlindView):
        keys = ("encounter", "coder", "weighed", "coder_codes", "auditor_codes", "blind_codes", "differences")
        return {**shared, **dict.fromkeys(keys), "judgements": [], "replies": []}
    return {
        **shared,
        "encounter": it.chart_id,
        "coder": it.coder,
        "weighed": [_weighed(line) for line in found.weighed],
        "coder_codes": [_line(line) for line in found.coder],
        "auditor_codes": None if found.auditor is None else [_line(line) for line in found.auditor],
        "blind_codes": None if it.blind_lines is None else [_line(line) for line in it.blind_lines],
        "differences": [difference(d) for d in found.proposed],
        "judgements": [_judgement(j) for j in it.judgements],
        "replies": [{"state": r.state.value, "by": r.by, "at": _time(r.at), "comment": r.comment} for r in it.replies],
    }


def etag(item: AuditItem) -> dict[str, str]:
    """The header of an item."""
    return {"ETag": f'"{item.revision}"'}


def _record(record: AuditRecord) -> dict[str, Any]:
    e = record.encounter
    return {
        "external_id": record.external_id,
        "setting": e.setting.value,
        "service_date": None if e.service_date is None else e.service_date.isoformat(),
        "patient": {"sex": e.sex.value, "age": e.age},
        "notes": [
            {
                "number": n.number,
                "version": n.version,
                "current": True,
                "title": n.title,
                "text": n.text,
                "received_at": _time(n.received_at),
                "by": n.by,
            }
            for n in record.notes
        ],
        "answers": [{"title": q.title, "question": q.question, "answer": q.answer} for q in record.answers],
    }


def _line(line: AuditedLine) -> dict[str, Any]:
    return {
        **_named(line.ref),
        "display": line.display,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "pointers": [_named(ref) for ref in line.pointers],
        "words": [_words(w) for w in line.words],
    }


def _weighed(line: ChartLine) -> dict[str, Any]:
    return {
        **_named(line.ref),
        "display": line.display,
        "origin": line.origin.value,
        "state": line.state.value,
        "confidence": None if line.confidence is None else round(line.confidence, 6),
        "evidence": [_words(w) for w in line.evidence],
        "rule": line.rule,
        "reason": line.reason,
    }


def difference(d: Difference) -> dict[str, Any]:
    """Of the shape of AuditErrorOut."""
    return _error(AuditError(d.ref, d.category, d.grade, d.instead))


def _error(e: AuditError) -> dict[str, Any]:
    instead = None if e.instead is None else _named(e.instead)
    return {**_named(e.ref), "category": e.category.value, "grade": e.grade.value, "instead": instead, "comment": e.comment}


def _judgement(j: Judgement) -> dict[str, Any]:
    return {"by": j.by, "at": _time(j.at), "codes": [_line(x) for x in j.lines], "errors": [_error(e) for e in j.errors], "comment": j.comment}


def _words(w: NoteSpan) -> dict[str, Any]:
    return {"note": w.note, "version": w.version, "begin": w.span.begin, "end": w.span.end}


def _named(ref: CodeRef) -> dict[str, str]:
    return {"system": ref.system.value, "code": ref.code}


def _ref(code: CodeIn) -> CodeRef:
    return CodeRef(CodeSystem(code.system), code.code.upper())


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
