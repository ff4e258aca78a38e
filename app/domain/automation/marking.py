"""Marks suggested codes that need no person, as far as certificates go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from app.domain.automation.certificate import Certificate, CertificateState
from app.domain.encounter import Setting
from app.domain.suggestion import AutoMark, CodingDraft, Status, Suggestion


def marked(draft: CodingDraft, certificates: Iterable[Certificate], now: datetime) -> CodingDraft:
    """The draft with a mark on every suggested code that an active certificate of its bundle and release covers."""
    fitting = [c for c in certificates if c.state(now) is CertificateState.ACTIVE and c.fits(draft.bundle_id, draft.releases)]
    if not fitting:
        return draft
    suggestions = tuple(_marked(s, fitting, draft.encounter.setting) for s in draft.suggestions)
    return replace(draft, suggestions=suggestions)


def _marked(s: Suggestion, certificates: Iterable[Certificate], setting: Setting) -> Suggestion:
    # A phrase of the site has its say beside the bundle that was certified, and may be newer than the audits.
    if s.status is not Status.SUGGESTED or s.site_phrases:
        return s
    found = next((c for c in certificates if c.marks(s.ref, s.confidence, setting)), None)
    return (
        s
        if found is None
        else replace(s, auto=AutoMark(found.id, found.target, found.confidence_level, found.threshold, found.issued, found.expires))
    )
