"""How a bundle does on documents that the simulated site never codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from app.domain.automation.audited import AuditedCode, AuditedDraft
from app.domain.code import CodeSystem
from app.domain.suggestion import CodingDraft, Status
from app.usecases.suggest_codes import SuggestCodes, SuggestionRequest
from training import metrics
from training.certificates import slices
from training.examples import TrainingExample
from training.figures import Figures
from training.simulation.coder import Edit, Kind, decide

# As the service keeps suggestions with a chart.
LIMIT, LEAST = 60, 0.01
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def drafted(service: SuggestCodes, example: TrainingExample) -> CodingDraft:
    """What the service suggests, as it would be kept with a chart."""
    return service(SuggestionRequest(example.note, example.encounter, limit=LIMIT, min_confidence=LEAST))


def measure(service: SuggestCodes, examples: Sequence[TrainingExample], aim: slices.Aim, told: Callable[[float], None]) -> Figures:
    """F1 by code system, what a coder without errors would change, and what could be automated at the precision of `aim`."""
    drafts = []
    for number, example in enumerate(examples, 1):
        drafts.append(drafted(service, example))
        told(number / len(examples))
    systems = [s for s in CodeSystem if any(ref.system is s for e in examples for ref in e.labels)]
    changed = [decide(draft, example, error=0.0, seed=0)[1] for draft, example in zip(drafts, examples, strict=True)]

    def of_system(system: CodeSystem) -> Figures:
        own = [[edit for edit in edits if edit.system is system] for edits in changed]
        return {**_of_system(drafts, examples, system), "edits": edits_per_chart(own)}

    return {"systems": {s.value: of_system(s) for s in systems}, "edits": edits_per_chart(changed), "automated": _automated(drafts, examples, aim)}


def edits_per_chart(changed: Sequence[Sequence[Edit]]) -> Figures:
    """Means over charts, of each kind and in all; `changed` holds the edits of each chart."""
    counts = Counter(edit.kind for of_chart in changed for edit in of_chart)
    n = max(len(changed), 1)
    return {**{kind.value: round(counts[kind] / n, 4) for kind in Kind}, "total": round(counts.total() / n, 4)}


def _of_system(drafts: Sequence[CodingDraft], examples: Sequence[TrainingExample], system: CodeSystem) -> Figures:
    hits = said = wanted = 0
    for draft, example in zip(drafts, examples, strict=True):
        labels = {ref for ref in example.labels if ref.system is system}
        suggested = {s.ref for s in draft.having(Status.SUGGESTED) if s.ref.system is system}
        hits, said, wanted = hits + len(labels & suggested), said + len(suggested), wanted + len(labels)
    precision, recall, f1 = metrics.precision_recall_f1(hits, said, wanted)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _automated(drafts: Sequence[CodingDraft], examples: Sequence[TrainingExample], aim: slices.Aim) -> Figures:
    """What could be marked automatic, were these documents a random audit: shares of suggested codes and of charts, and the share right."""
    audited = [_audited(draft, example) for draft, example in zip(drafts, examples, strict=True)]
    tests = {test.setting: test.slices for test in slices.run(audited, aim)}
    codes = [code for chart in audited for code in chart.codes]
    auto = [c for chart in audited for c in chart.codes if slices.is_auto(c.ref, c.confidence, tests[chart.setting])]
    whole = [chart for chart in audited if slices.is_whole(chart, tests[chart.setting], aim)]
    return {
        "codes": round(len(auto) / max(len(codes), 1), 4),
        "precision": round(sum(code.right for code in auto) / len(auto), 4) if auto else None,
        "charts": round(len(whole) / max(len(audited), 1), 4),
    }


def _audited(draft: CodingDraft, example: TrainingExample) -> AuditedDraft:
    suggested = draft.having(Status.SUGGESTED)
    refs = {s.ref for s in suggested}
    return AuditedDraft(
        example.id,
        example.encounter.setting,
        _WHEN,
        tuple(AuditedCode(s.ref, s.confidence, s.ref in example.labels) for s in suggested),
        tuple(ref for ref in example.labels if ref not in refs),
        max((s.confidence for s in draft.having(Status.CANDIDATE)), default=0.0),
    )
