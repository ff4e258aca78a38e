"""What became of suggestions on one finalised chart, as figures need it: a pure fold over the chart, so that it can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.chart import Chart, FinalizedSet, NoteDraft
from app.domain.code import PROCEDURE_SYSTEMS, CodeRef
from app.domain.coding import ChartLine, Coding, LineState, Origin, coding_of
from app.domain.encounter import Setting
from app.domain.review import Accept, standing


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """A code that was suggested or billed. `confidence` in [0, 1]; None for a code that nobody suggested.

    `replaced`: by another code for the same words.
    """

    ref: CodeRef
    origin: Origin
    confidence: float | None
    billed: bool
    replaced: bool


@dataclass(frozen=True, slots=True)
class ChartOutcome:
    """One finalised set beside what was suggested for it.

    `bundle`: id of the bundle of the last note's draft. `edits`: decisions of this version that stand and are not plain
    accepts. `seconds`: active seconds of coders on this version; None where they were not recorded. `seen`: codes that were weighed
    or added. `first_kept`: the first diagnosis is the one that was suggested first; None where none was suggested.
    """

    chart_id: str
    version: int
    at: datetime
    by: str
    setting: Setting
    bundle: str
    overridden: bool
    edits: int
    seconds: int | None
    seen: int
    first_kept: bool | None
    codes: tuple[CodeOutcome, ...]


def outcome_of(chart: Chart, done: FinalizedSet) -> ChartOutcome:
    """The outcome of one finalised set of the chart."""
    drafts, coding = _drafts(chart, done), coding_at(chart, done)
    edits = [d for d in standing(chart.decisions) if d.version == done.version and not isinstance(d.verdict, Accept)]
    return ChartOutcome(
        chart.id,
        done.version,
        done.at,
        done.by,
        chart.encounter.setting,
        drafts[-1].draft.bundle_id if drafts else "",
        bool(done.override),
        len(edits),
        done.active_seconds,
        len(coding.lines),
        _first_kept(drafts, done),
        tuple(_code(line) for line in coding.lines if line.origin is Origin.SUGGESTED or line.state is LineState.ACCEPTED),
    )


def coding_at(chart: Chart, done: FinalizedSet) -> Coding:
    """The codes of the chart as they were when a set was finalised, with all that was weighed."""
    drafts = _drafts(chart, done)
    last = {d.note: d.version for d in drafts}
    decisions = tuple(d for d in chart.decisions if d.version <= done.version)
    return coding_of([(d.note, d.version, d.draft, last[d.note] == d.version) for d in drafts], decisions)


def _drafts(chart: Chart, done: FinalizedSet) -> list[NoteDraft]:
    return [d for d in chart.drafts if d.made_at <= done.at]


def _first_kept(drafts: list[NoteDraft], done: FinalizedSet) -> bool | None:
    suggested = next((d.draft.claim.diagnoses[0] for d in drafts if d.draft.claim is not None and d.draft.claim.diagnoses), None)
    billed = next((line.ref for line in done.lines if line.ref.system not in PROCEDURE_SYSTEMS), None)
    return None if suggested is None else suggested == billed


def _code(line: ChartLine) -> CodeOutcome:
    return CodeOutcome(line.ref, line.origin, line.confidence, line.state is LineState.ACCEPTED, line.replaced_by is not None)
