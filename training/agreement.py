"""Figures that look at documents one by one: categories, the first-listed code, evidence, whole charts."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.suggestion import Status
from training import metrics
from training.answers import Answer, Said
from training.figures import Figures


def categories(answers: Sequence[Answer], system: CodeSystem) -> Figures:
    """Micro precision, recall and F1 of the first three characters, each counted once a document."""
    hits = said = wanted = 0
    for answer in answers:
        labels = {ref.code[:3] for ref in answer.example.labels if ref.system is system}
        now = {s.ref.code[:3] for s in suggested(answer, system)}
        hits, said, wanted = hits + len(labels & now), said + len(now), wanted + len(labels)
    precision, recall, f1 = metrics.precision_recall_f1(hits, said, wanted)
    return {"precision": precision, "recall": recall, "f1": f1}


def first_listed(answers: Sequence[Answer], system: CodeSystem) -> Figures:
    """How often the first diagnosis of the claim, or the most confident suggestion where there is none, is the label that stands first.

    Only where the setting is known, since only a claim has an order.
    """
    documents = right = 0
    for answer in answers:
        labels = [ref for ref in answer.example.labels if ref.system is system]
        if not labels or answer.example.encounter.setting is Setting.UNKNOWN:
            continue
        documents += 1
        now = [ref for ref in answer.diagnoses if ref.system is system] or [s.ref for s in suggested(answer, system)]
        right += bool(now) and now[0] == labels[0]
    return {"documents": documents, "right": right / max(documents, 1)}


def evidence(answers: Sequence[Answer], system: CodeSystem) -> Figures:
    """Of right suggestions whose label has spans: the share with a piece of evidence, and the share whose first piece, overlaps one."""
    pairs = overlap = first = 0
    for answer in answers:
        for s in suggested(answer, system):
            marked = [span for piece in answer.example.labels.get(s.ref, ()) for span in piece]
            if not marked:
                continue
            pairs += 1
            overlap += any(e.overlaps(m) for e in s.evidence for m in marked)
            first += any(s.evidence[0].overlaps(m) for m in marked)
    return {"pairs": pairs, "overlapping": overlap / max(pairs, 1), "first_overlapping": first / max(pairs, 1)}


def whole_charts(answers: Sequence[Answer], systems: Sequence[CodeSystem]) -> float:
    """Share of documents whose suggestions in all `systems` together are the labels, no more and no less."""
    right = 0
    for answer in answers:
        now = {s.ref for system in systems for s in suggested(answer, system)}
        right += now == {ref for ref in answer.example.labels if ref.system in systems}
    return right / max(len(answers), 1)


def suggested(answer: Answer, system: CodeSystem) -> list[Said]:
    """The suggestions of a system, best first."""
    return [s for s in answer.said if s.ref.system is system and s.status is Status.SUGGESTED]
