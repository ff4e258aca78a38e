"""From the wire to the domain and back. Nothing else builds one from the other."""

from __future__ import annotations

from typing import Any

from app.api.schemas import codes as c
from app.api.schemas import request as q
from app.api.schemas.claims import claim, finding, ref, span
from app.api.schemas.visit import evaluation_management
from app.domain.candidate import Evidence
from app.domain.code import Code, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.finding import Check
from app.domain.note import ClinicalNote
from app.domain.suggestion import Alternative, AutoMark, CodingDraft, Status, Suggestion
from app.usecases.look_up_codes import CodeDetails
from app.usecases.ports import SearchHit
from app.usecases.suggest_codes import SuggestionRequest

# Six decimals are far finer than any calibration and keep bodies small.
_DECIMALS = 6
DEFAULT_LIMIT = 100


def suggestion_request(body: q.SuggestionsRequest) -> SuggestionRequest:
    """The request in the words of the domain. Raises EmptyNote and UnreadableText."""
    return SuggestionRequest(
        ClinicalNote(body.text),
        encounter_of(body.encounter),
        systems=None if body.code_systems is None else frozenset(map(CodeSystem, body.code_systems)),
        limit=DEFAULT_LIMIT if body.limit is None else body.limit,
        min_confidence=body.min_confidence or 0.0,
    )


def encounter_of(given: q.EncounterIn | None) -> Encounter:
    """The encounter in the words of the domain."""
    encounter = given or q.EncounterIn()
    patient = encounter.patient or q.PatientIn()
    return Encounter(Setting(encounter.setting or Setting.UNKNOWN), Sex(patient.sex or Sex.UNKNOWN), patient.age, encounter.service_date)


def suggestions_response(draft: CodingDraft, note: ClinicalNote) -> dict[str, Any]:
    """The draft with its evidence quoted from the note, of the shape of SuggestionsResponse.

    Plain dictionaries: hundreds of codes with their alternatives take a quarter of the time that models take. That they
    keep to the model is a test's business.
    """
    shown = _Shown(note)
    return {
        "bundle_id": draft.bundle_id,
        "releases": {system.value: name for system, name in draft.releases.items()},
        "codes": [shown.suggestion(s) for s in draft.having(Status.SUGGESTED)],
        "candidates": [shown.suggestion(s) for s in draft.having(Status.CANDIDATE)],
        "suppressed": [{**shown.suggestion(s), "rule": s.rule, "reason": s.reason} for s in draft.having(Status.SUPPRESSED)],
        "findings": [finding(f) for f in draft.findings if f.check is Check.FOUND],
        "claim": None if draft.claim is None else claim(draft.claim),
        "not_checked": [finding(f) for f in draft.findings if f.check is Check.NOT_CHECKED],
        "evaluation_management": evaluation_management(draft.evaluation_management, note),
    }


def search_response(hits: list[SearchHit]) -> c.SearchResponse:
    """Hits, best first."""
    return c.SearchResponse(codes=[c.HitOut(**_brief(h.code), score=round(h.score, 4), matched=h.matched) for h in hits])


def details_response(details: CodeDetails) -> c.DetailsResponse:
    """A code with its notes and its place in the classification."""
    code = details.code
    return c.DetailsResponse(
        **_noted(code),
        release=details.release.name,
        effective=details.release.effective,
        ancestors=[c.NotedCode(**_noted(a)) for a in details.ancestors],
        children=[c.BriefCode(**_brief(child)) for child in details.children],
        seventh_characters=dict(code.seventh_characters),
        units=code.units,
        dose=code.dose,
        laterality=code.laterality.value,
        modifiers=list(code.modifiers),
    )


class _Shown:
    """The suggestions of one draft; evidence and alternatives that several share are written once."""

    def __init__(self, note: ClinicalNote) -> None:
        self._note = note
        # By identity: the draft keeps all of them alive, and their own hash looks at every field.
        self._evidence: dict[int, dict[str, Any]] = {}
        self._alternatives: dict[int, dict[str, Any]] = {}

    def suggestion(self, s: Suggestion) -> dict[str, Any]:
        """A suggestion of the shape of SuggestionOut."""
        # A rule may keep a code among the candidates; its word is then one of the reasons.
        ruled = (f"{s.reason} ({s.rule})",) if s.rule and s.status is Status.CANDIDATE else ()
        return {
            **ref(s.ref),
            "display": s.display,
            "confidence": round(s.confidence, _DECIMALS),
            "evidence": [self._evidence.get(id(e)) or self._told(e) for e in s.evidence],
            "alternatives": [self._alternatives.get(id(a)) or self._other(a) for a in s.alternatives],
            "modifiers": list(s.modifiers),
            "units": s.units,
            "reasons": [*s.reasons, *ruled],
            "auto": None if s.auto is None else auto(s.auto),
        }

    def _told(self, e: Evidence) -> dict[str, Any]:
        told = self._evidence[id(e)] = evidence(e, self._note)
        return told

    def _other(self, a: Alternative) -> dict[str, Any]:
        other = self._alternatives[id(a)] = {**ref(a.ref), "display": a.display, "confidence": round(a.confidence, _DECIMALS)}
        return other


def evidence(e: Evidence, note: ClinicalNote) -> dict[str, Any]:
    """Words that support a code, of the shape of EvidenceOut."""
    return {
        **span(e.span),
        "text": note.quote(e.span),
        "section": e.section,
        "assertion": {
            "presence": e.assertion.presence.value,
            "temporality": e.assertion.temporality.value,
            "experiencer": e.assertion.experiencer.value,
            "cues": [span(cue) for cue in e.assertion.cues],
        },
    }


def auto(mark: AutoMark) -> dict[str, Any]:
    """The mark of a code that needs no person, of the shape of AutoOut."""
    return {
        "certificate": mark.certificate,
        "target": mark.target,
        "confidence_level": mark.confidence_level,
        "threshold": mark.threshold,
        "issued": mark.issued.isoformat(),
        "expires": mark.expires.isoformat(),
    }


def _brief(code: Code) -> dict[str, Any]:
    return {**ref(code.ref), "display": code.title, "billable": code.billable}


def _noted(code: Code) -> dict[str, Any]:
    return {**_brief(code), **{name: list(getattr(code, name)) for name in c.NOTES}}
