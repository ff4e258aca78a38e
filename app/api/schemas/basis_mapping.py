"""What a review rests on, on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.api.schemas import charts as c
from app.api.schemas.chart_mapping import code_line
from app.api.schemas.claims import claim, ref, span
from app.api.schemas.mapping import evidence
from app.api.schemas.visit import evaluation_management
from app.domain.note import ClinicalNote
from app.usecases.charts.basis import ChartBasis, NoteBasis
from app.usecases.charts.offers import Offer


def basis(found: ChartBasis) -> dict[str, Any]:
    """Of the shape of BasisOut."""
    return {
        "revision": found.revision,
        "codes": [code_line(line) for line in found.lines],
        "superseded": [code_line(line) for line in found.superseded],
        "notes": [_note(note) for note in found.notes],
    }


def offers(found: Sequence[Offer]) -> c.OffersOut:
    """Best first."""
    return c.OffersOut(
        offers=[c.OfferOut(**ref(o.ref), display=o.display, source=o.source, confidence=o.confidence, matched=o.matched) for o in found]
    )


def _note(of: NoteBasis) -> dict[str, Any]:
    draft, text = of.draft, of.note.text
    note = None if text is None else ClinicalNote(text)
    sections = [{**span(s.span), "category": s.category, "heading": None if s.heading is None else span(s.heading)} for s in of.sections]
    made: dict[str, Any] = {"suggestions": [], "evaluation_management": None, "claim": None}
    if draft is not None and note is not None:
        made["suggestions"] = [
            {**ref(s.ref), "reasons": list(s.reasons), "evidence": [evidence(e, note) for e in s.evidence]} for s in draft.suggestions
        ]
        made["claim"] = None if draft.claim is None else claim(draft.claim)
        made["evaluation_management"] = evaluation_management(draft.evaluation_management, note)
    return {"note": of.note.number, "version": of.note.version, "sections": sections, **made}
