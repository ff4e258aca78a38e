"""Charts to rows and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select

from app.domain.chart import Chart, ChartNote, ChartQuery, ChartStatus, Claim, FinalizedSet, NoteDraft, QueryStatus, Reopening
from app.domain.coding import ChartLine
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.finding import Finding
from app.domain.query_kind import QueryKind
from app.domain.review import Decision, Reject, Verdict
from app.domain.suggestion import CodingDraft
from app.store import chart_tables as t
from app.store.codec import from_json, to_json
from app.store.sealing import Seal

_ERASED: dict[str, Any] = {"title": "", "question": "", "options": [], "answer": ""}


class ChartRows:
    """Reads and writes the rows of charts within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection, self._seal = connection, seal

    def read(self, row: Row[Any]) -> Chart:
        """The whole chart of a row of `charts`."""
        claim = None if row.claim_by is None else Claim(row.claim_by, row.claim_until)
        return Chart(
            id=row.id,
            external_id=row.external_id,
            source=row.source,
            received_at=row.received_at,
            encounter=Encounter(Setting(row.setting), Sex(row.sex), row.age, row.service_date),
            notes=tuple(self._note(r) for r in self._of(t.notes, row.id)),
            drafts=tuple(NoteDraft(r.note, r.version, r.made_at, from_json(r.draft, CodingDraft)) for r in self._of(t.drafts, row.id)),
            priority=row.priority,
            random_slice=row.random_slice,
            status=ChartStatus(row.status),
            version=row.version,
            revision=row.revision,
            assignee=row.assignee,
            claim=claim,
            decisions=tuple(self._decision(r) for r in self._of(t.decisions, row.id)),
            queries=tuple(self._query(r) for r in self._of(t.queries, row.id)),
            finalized=tuple(map(_finalized, self._of(t.finalized_sets, row.id))),
            reopenings=tuple(Reopening(r.version, r.reason, r.by, r.at) for r in self._of(t.reopenings, row.id)),
            active_seconds=row.active_seconds,
            priority_reasons=tuple(row.priority_reasons),
            patient="" if row.patient is None else self._seal.open(row.patient),
        )

    def row(self, chart: Chart) -> dict[str, object]:
        """The row of `charts` of a new chart."""
        return {**chart_row(chart), "patient": self._seal.seal(chart.patient) if chart.patient else None}

    def write_new(self, chart: Chart, *, before: Chart | None) -> None:
        """Add the rows that `chart` has more than `before`."""
        had = (
            (0, 0, 0, 0, 0)
            if before is None
            else tuple(map(len, (before.notes, before.drafts, before.decisions, before.finalized, before.reopenings)))
        )
        self._insert(t.notes, [self._note_row(chart.id, n) for n in chart.notes[had[0] :]])
        self._insert(t.drafts, [_draft_row(chart.id, d) for d in chart.drafts[had[1] :]])
        self._insert(t.decisions, [self._decision_row(chart.id, d) for d in chart.decisions[had[2] :]])
        for done in chart.finalized[had[3] :]:
            self._insert(t.finalized_sets, [_finalized_row(chart.id, done)])
            codes = [
                {"chart_id": chart.id, "version": done.version, "position": i, "system": line.ref.system.value, "code": line.ref.code}
                for i, line in enumerate(done.lines)
            ]
            self._insert(t.finalized_codes, codes)
        self._insert(
            t.reopenings,
            [{"chart_id": chart.id, "version": r.version, "reason": r.reason, "by": r.by, "at": r.at} for r in chart.reopenings[had[4] :]],
        )
        old = {} if before is None else {q.number: q for q in before.queries}
        for query in chart.queries:
            if query.number not in old:
                self._insert(t.queries, [self._query_row(chart.id, query)])
            elif query != old[query.number]:
                where = (t.queries.c.chart_id == chart.id) & (t.queries.c.number == query.number)
                self._connection.execute(t.queries.update().where(where).values(self._query_row(chart.id, query)))

    def _insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(table), list(rows))

    def _of(self, table: Table, chart_id: str) -> Sequence[Row[Any]]:
        # In the order they came: note versions by time, all others by their number.
        order = [table.c.received_at] if "received_at" in table.c else [table.c.made_at] if "made_at" in table.c else []
        return self._connection.execute(select(table).where(table.c.chart_id == chart_id).order_by(*order, *table.primary_key.columns)).all()

    def _note(self, r: Row[Any]) -> ChartNote:
        text = None if r.text is None else self._seal.open(r.text)
        return ChartNote(r.number, r.version, self._seal.open(r.title), text, r.received_at, r.by)

    def _note_row(self, chart_id: str, n: ChartNote) -> dict[str, object]:
        text = None if n.text is None else self._seal.seal(n.text)
        title = self._seal.seal(n.title)
        return {
            "chart_id": chart_id,
            "number": n.number,
            "version": n.version,
            "received_at": n.received_at,
            "by": n.by,
            "title": title,
            "text": text,
        }

    def _decision(self, r: Row[Any]) -> Decision:
        verdict: Verdict = from_json(r.verdict, Verdict)  # type: ignore[arg-type]  # a union of types is not a type
        if isinstance(verdict, Reject) and r.comment is not None:
            verdict = replace(verdict, comment=self._seal.open(r.comment))
        return Decision(r.sequence, r.version, r.by, r.at, verdict)

    def _decision_row(self, chart_id: str, d: Decision) -> dict[str, object]:
        verdict, comment = d.verdict, None
        if isinstance(verdict, Reject) and verdict.comment:
            comment = self._seal.seal(verdict.comment)
            verdict = replace(verdict, comment="")
        raw = to_json(verdict, Verdict)
        return {"chart_id": chart_id, "sequence": d.sequence, "version": d.version, "by": d.by, "at": d.at, "verdict": raw, "comment": comment}

    def _query(self, r: Row[Any]) -> ChartQuery:
        words: dict[str, Any] = _ERASED if r.words is None else json.loads(self._seal.open(r.words))
        kind, status = QueryKind(r.kind), QueryStatus(r.status)
        options, quotes = tuple(words["options"]), tuple(words.get("quotes", ()))
        return ChartQuery(r.number, kind, words["title"], words["question"], options, status, r.by, r.at, words["answer"], quotes)

    def _query_row(self, chart_id: str, q: ChartQuery) -> dict[str, object]:
        said = {"title": q.title, "question": q.question, "options": q.options, "answer": q.answer, "quotes": q.quotes}
        words = self._seal.seal(json.dumps(said))
        return {"chart_id": chart_id, "number": q.number, "kind": q.kind.value, "status": q.status.value, "by": q.by, "at": q.at, "words": words}


def chart_row(chart: Chart) -> dict[str, object]:
    """The row of `charts` without the patient, which never changes."""
    e, claim = chart.encounter, chart.claim
    return {
        "id": chart.id,
        "external_id": chart.external_id,
        "source": chart.source,
        "received_at": chart.received_at,
        "setting": e.setting.value,
        "sex": e.sex.value,
        "age": e.age,
        "service_date": e.service_date,
        "status": chart.status.value,
        "version": chart.version,
        "revision": chart.revision,
        "priority": chart.priority,
        "priority_reasons": list(chart.priority_reasons),
        "random_slice": chart.random_slice,
        "assignee": chart.assignee,
        "claim_by": None if claim is None else claim.by,
        "claim_until": None if claim is None else claim.until,
        "active_seconds": chart.active_seconds,
    }


def _draft_row(chart_id: str, d: NoteDraft) -> dict[str, object]:
    raw = to_json(d.draft, CodingDraft)
    return {"chart_id": chart_id, "note": d.note, "version": d.version, "made_at": d.made_at, "bundle_id": d.draft.bundle_id, "draft": raw}


def _finalized(r: Row[Any]) -> FinalizedSet:
    lines, findings = from_json(r.lines, tuple[ChartLine, ...]), from_json(r.findings, tuple[Finding, ...])
    return FinalizedSet(r.version, r.by, r.at, lines, findings, r.override, r.active_seconds)


def _finalized_row(chart_id: str, done: FinalizedSet) -> dict[str, object]:
    lines, findings = to_json(done.lines, tuple[ChartLine, ...]), to_json(done.findings, tuple[Finding, ...])
    return {
        "chart_id": chart_id,
        "version": done.version,
        "by": done.by,
        "at": done.at,
        "lines": lines,
        "findings": findings,
        "override": done.override,
        "active_seconds": done.active_seconds,
    }
