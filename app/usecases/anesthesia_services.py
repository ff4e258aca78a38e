"""What a record of anesthesia bills, and what the surgeon's note does not."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.anesthesia import MINUTES, RECORD, STATUS, Crosswalk, is_anesthesia
from app.domain.candidate import Candidate, ScoredCandidate
from app.domain.code import Code, CodeRef
from app.domain.nearness import Nearness
from app.domain.rules.base import Ruling
from app.domain.suggestion import Status
from app.usecases.code_detail import PLAIN, CodeDetail

_RULE = "anesthesia-record"
_NO_RECORD = Ruling(_RULE, Status.SUPPRESSED, "the anesthesiologist's service, and this is no record of anesthesia")


def bill_anesthesia(
    crosswalk: Crosswalk,
    by_ref: dict[CodeRef, ScoredCandidate],
    details: dict[CodeRef, CodeDetail],
    near: Nearness,
    done: Callable[[Candidate], bool],
) -> None:
    """Put anesthesia services in the place of operations in a record of anesthesia, and keep them back in every other note.

    `by_ref` and `details` are of the services of one note and are changed; `done`: whether the note says that a service was done.
    """
    if not near.all(RECORD):
        for ref in by_ref:
            if is_anesthesia(ref):
                details[ref] = CodeDetail(ruling=_NO_RECORD)
        return
    anesthesia = {ref: s.candidate for ref, s in by_ref.items() if is_anesthesia(ref)}
    billed = {ref for ref, candidate in anesthesia.items() if done(candidate)}
    # "Will schedule anesthesia for knee arthroscopy" speaks of the anesthesia, and of the operation only as its reason.
    not_done = [m.span for ref, candidate in anesthesia.items() if ref not in billed for m in candidate.matches]
    for ref, operation in list(by_ref.items()):
        goes_with = crosswalk.of(ref)
        if all(any(span.covers(m.span) for span in not_done) for m in operation.candidate.matches):
            continue
        if goes_with is None or not done(operation.candidate) or details.get(ref, PLAIN).ruling is not None:
            continue
        details[ref] = CodeDetail(ruling=Ruling(_RULE, Status.SUPPRESSED, f"the surgeon's service: here {goes_with.code} is billed for it"))
        known = by_ref.get(goes_with)
        if known is None or known.confidence < operation.confidence:
            by_ref[goes_with] = ScoredCandidate(Candidate(goes_with, operation.candidate.matches), operation.confidence)
            details[goes_with] = CodeDetail(reasons=(f"goes with {ref.code}",))
            billed.add(goes_with)
    services = sorted((by_ref[ref] for ref in billed), key=lambda s: (-s.confidence, s.candidate.ref))
    for i, service in enumerate(services):
        ref = service.candidate.ref
        known_detail = details.get(ref, PLAIN)
        if i:
            why = f"one anesthesia service a session, that of the operation with the highest base units: {services[0].candidate.ref.code} is likelier"
            details[ref] = CodeDetail(known_detail.units, known_detail.modifiers, known_detail.reasons, Ruling(_RULE, Status.CANDIDATE, why))


def anesthesia_line(code: Code, detail: CodeDetail, near: Nearness) -> CodeDetail:
    """Minutes as units (CMS-1500, item 24G) and the modifier of the physical status, where the record tells them."""
    minutes = next((int(float(d.value)) for d in near.all(MINUTES)), 0)
    status = next((str(d.value) for d in near.all(STATUS)), "")
    reasons = (*detail.reasons, f"anesthesia time {minutes} minutes, told as units") if minutes else detail.reasons
    modifiers = (*detail.modifiers, status) if status in code.modifiers else detail.modifiers
    return CodeDetail(minutes or 1, modifiers, reasons, detail.ruling)
