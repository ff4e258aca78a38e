"""The level of a visit on the wire, of the shape of EvaluationManagementOut."""

from __future__ import annotations

from typing import Any

from app.domain.em.evaluation import EvaluationManagement, VisitLine
from app.domain.note import ClinicalNote, TextSpan


def evaluation_management(em: EvaluationManagement | None, note: ClinicalNote) -> dict[str, Any] | None:
    """The element table with every word of support quoted from the note."""
    if em is None:
        return None
    time = em.time
    return {
        "family": None if em.family is None else em.family.value,
        "family_evidence": _quotes(em.family_words, note),
        "patient_status": em.status.value,
        "patient_status_evidence": _quotes(em.status_words, note),
        "elements": [
            {
                "element": e.element.value,
                "level": e.level.words,
                "supports": [{"kind": s.kind.value, "name": s.name, **_quote(s.span, note)} for s in e.supports],
            }
            for e in em.elements
        ],
        "decision_making": em.decisions.words,
        "decision_making_code": em.decisions_code or None,
        "time": None if time is None else {"minutes": time.minutes, "code": em.time_code or None, **_quote(time.span, note)},
        "basis": em.basis.value,
        "system": None if em.code is None else em.code.system.value,
        "code": None if em.code is None else em.code.code,
        "modifiers": list(em.modifiers),
        "evidence": _quotes(em.evidence, note),
        "further": [_line(line) for line in em.further],
        "other_payers": [_line(line) for line in em.payers],
        "neighbours": [{"system": ref.system.value, "code": ref.code} for ref in em.neighbours],
        "missing": list(em.missing),
        "remarks": list(em.remarks),
    }


def _line(line: VisitLine) -> dict[str, Any]:
    return {"system": line.ref.system.value, "code": line.ref.code, "units": line.units, "modifiers": list(line.modifiers), "why": line.why}


def _quotes(spans: tuple[TextSpan, ...], note: ClinicalNote) -> list[dict[str, Any]]:
    return [_quote(span, note) for span in spans]


def _quote(span: TextSpan, note: ClinicalNote) -> dict[str, Any]:
    return {"begin": span.begin, "end": span.end, "text": note.quote(span)}
