"""Samples and audited charts to rows and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from app.domain.audits.item import AuditItem, ItemState, Reply
from app.domain.audits.judgement import AuditError, Judgement, Mark, Tally
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import ChartRule, Sample, SampleKind, Size
from app.store.codec import from_json, to_json
from app.store.sealing import Seal

_LINES, _ERRORS = tuple[AuditedLine, ...], tuple[AuditError, ...]


def sample_row(sample: Sample) -> dict[str, object]:
    """The row of a sample."""
    return {
        "id": sample.id,
        "name": sample.name,
        "kind": sample.kind.value,
        "rule": to_json(sample.rule, ChartRule),
        "size": to_json(sample.size, Size),
        "blind": sample.blind,
        "auditor": sample.auditor,
        "by": sample.by,
        "drawn_at": sample.drawn_at,
        "seed": sample.seed,
        "population": sample.population,
        "digest": sample.digest,
    }


def read_sample(r: Row[Any]) -> Sample:
    """The sample of a row."""
    rule, size = from_json(r.rule, ChartRule), from_json(r.size, Size)
    kind = SampleKind(r.kind)
    return Sample(r.id, r.name, kind, rule, size, r.blind, r.auditor, r.by, r.drawn_at, r.seed, r.population, r.digest)


def item_row(item: AuditItem, marks: Sequence[Mark], counts: Tally | None = None) -> dict[str, object]:
    """The row of a chart of a sample."""
    done = item.judgement
    return {
        "sample_id": item.sample_id,
        "number": item.number,
        "kind": item.kind.value,
        "chart_id": item.chart_id,
        "version": item.version,
        "coder": item.coder,
        "auditor": item.auditor,
        "blind": item.blind,
        "state": item.state.value,
        "revision": item.revision,
        "draft": to_json(item.draft, _LINES),
        "blind_lines": None if item.blind_lines is None else to_json(item.blind_lines, _LINES),
        "judged_at": None if done is None else done.at,
        "codes": None if done is None else len(marks),
        "agreed": None if done is None else sum(mark.agreed for mark in marks),
        **(dict.fromkeys(Tally._fields) if counts is None else counts._asdict()),
    }


def read_item(r: Row[Any], judgements: Sequence[Row[Any]], replies: Sequence[Row[Any]], seal: Seal) -> AuditItem:
    """The item of its rows, judgements and replies in the order they came."""
    return AuditItem(
        r.sample_id,
        r.number,
        SampleKind(r.kind),
        r.chart_id,
        r.version,
        r.coder,
        r.auditor,
        r.blind,
        ItemState(r.state),
        r.revision,
        from_json(r.draft, _LINES),
        None if r.blind_lines is None else from_json(r.blind_lines, _LINES),
        tuple(read_judgement(j, seal) for j in judgements),
        tuple(Reply(ItemState(a.state), a.by, a.at, "" if a.comment is None else seal.open(a.comment)) for a in replies),
    )


def judgement_row(item: AuditItem, sequence: int, done: Judgement, seal: Seal) -> dict[str, object]:
    """The row of a judgement; what was said in words is sealed apart."""
    words = json.dumps([done.comment, *(e.comment for e in done.errors)])
    bare = tuple(replace(e, comment="") for e in done.errors)
    return {
        "sample_id": item.sample_id,
        "number": item.number,
        "sequence": sequence,
        "by": done.by,
        "at": done.at,
        "lines": to_json(done.lines, _LINES),
        "errors": to_json(bare, _ERRORS),
        "words": seal.seal(words),
    }


def read_judgement(r: Row[Any], seal: Seal) -> Judgement:
    """The judgement of a row; without words where retention erased them."""
    errors = from_json(r.errors, _ERRORS)
    words = [""] * (1 + len(errors)) if r.words is None else json.loads(seal.open(r.words))
    said = tuple(replace(e, comment=comment) for e, comment in zip(errors, words[1:], strict=True))
    return Judgement(r.by, r.at, from_json(r.lines, _LINES), said, words[0])


def reply_row(item: AuditItem, sequence: int, reply: Reply, seal: Seal) -> dict[str, object]:
    """The row of a reply."""
    key = {"sample_id": item.sample_id, "number": item.number, "sequence": sequence}
    return {**key, "state": reply.state.value, "by": reply.by, "at": reply.at, "comment": seal.seal(reply.comment)}


def mark_row(item: AuditItem, mark: Mark) -> dict[str, object]:
    """The row of a mark."""
    return {
        "sample_id": item.sample_id,
        "number": item.number,
        "system": mark.ref.system.value,
        "code": mark.ref.code,
        "agreed": mark.agreed,
        "category": mark.category,
        "grade": mark.grade,
    }
