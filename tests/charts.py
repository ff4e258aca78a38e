"""Charts for tests, with codes and words invented."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from app.domain import chart_work
from app.domain.assertion import ASSERTED
from app.domain.candidate import Evidence
from app.domain.chart import Chart, ChartNote, NoteDraft
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import TextSpan
from app.domain.review import Accept, Reject, RejectReason, Replace, Verdict
from app.domain.suggestion import Alternative, CodingDraft, Status, Suggestion

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LEASE = timedelta(minutes=15)
TEXT = "Type 2 diabetes with neuropathy. Hypertension. Right knee pain. Knee injection performed. No chest pain."
ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
DM, HTN, KNEE, CHEST = CodeRef(ICD, "E11.40"), CodeRef(ICD, "I10"), CodeRef(ICD, "M25.561"), CodeRef(ICD, "R07.9")
INJECTION, VISIT = CodeRef(CPT, "20610"), CodeRef(CPT, "99213")
ENCOUNTER = Encounter(Setting.OUTPATIENT, Sex.FEMALE, 67, NOW.date())
_WORDS = {DM: "Type 2 diabetes with neuropathy", HTN: "Hypertension", KNEE: "Right knee pain", INJECTION: "Knee injection", CHEST: "chest pain"}
_SUGGESTED = ((DM, 0.94, Status.SUGGESTED), (HTN, 0.97, Status.SUGGESTED), (INJECTION, 0.88, Status.SUGGESTED), (KNEE, 0.3, Status.CANDIDATE))


def suggestion(ref: CodeRef, confidence: float, status: Status, text: str = TEXT) -> Suggestion:
    begin = text.index(_WORDS[ref])
    evidence = (Evidence(TextSpan(begin, begin + len(_WORDS[ref])), "assessment", ASSERTED),)
    rule, reason = ("negated", "the note denies it") if status is Status.SUPPRESSED else ("", "")
    others = (Alternative(CodeRef(ICD, "E11.9"), "Type 2 diabetes mellitus without complications", 0.2),) if ref == DM else ()
    return Suggestion(ref, f"title of {ref.code}", confidence, status, evidence, others, rule=rule, reason=reason)


def draft(text: str = TEXT) -> CodingDraft:
    found = [suggestion(ref, confidence, status, text) for ref, confidence, status in _SUGGESTED if _WORDS[ref] in text]
    if "No chest pain" in text:
        found.append(suggestion(CHEST, 0.1, Status.SUPPRESSED, text))
    return CodingDraft(ENCOUNTER, "fa4e000000000001", {ICD: "2026-04", CPT: "catalogue"}, tuple(found))


_DRAFTS = (NoteDraft(1, 1, NOW, draft()),)


def chart(**changes: object) -> Chart:
    given: dict[str, object] = {
        "id": secrets.token_hex(12),
        "external_id": "visit-1",
        "source": "ehr",
        "received_at": NOW,
        "encounter": ENCOUNTER,
        "notes": (ChartNote(1, 1, "Progress note", TEXT, NOW, "ehr"),),
        "drafts": _DRAFTS,
        "priority": 0.5,
        "random_slice": False,
    }
    return Chart(**{**given, **changes})  # type: ignore[arg-type]


E119 = CodeRef(ICD, "E11.9")
USUAL = (Accept(HTN), Replace(DM, E119, "Type 2 diabetes mellitus without complications"), Accept(INJECTION), Accept(KNEE))


def finalized(*, by: str = "coder-1", at: datetime = NOW, verdicts: tuple[Verdict, ...] = USUAL, override: str = "", **changes: object) -> Chart:
    """A chart with three suggested codes, decided and finalised: by default one is replaced and a candidate is accepted."""
    it = chart(**changes)
    for verdict in verdicts:
        it = chart_work.decide(it, verdict, by, at, lease=LEASE)
    return chart_work.finalize(it, (), by, at, override=override)


REFUSED = (Reject(HTN, RejectReason.NOT_TREATED), Accept(DM), Accept(INJECTION))
