"""What was is not what is."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.assertion import Temporality
from app.domain.coded import CodedEncounter, CodedLine, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

# Beginnings of codes of a disease → the code for a patient who had it.
_HISTORY: tuple[tuple[tuple[str, ...], str], ...] = (
    (("C18",), "Z85.038"), (("C19", "C20", "C21"), "Z85.048"), (("C16",), "Z85.028"), (("C22",), "Z85.05"), (("C25",), "Z85.07"),
    (("C34",), "Z85.118"), (("C50",), "Z85.3"), (("C53",), "Z85.41"), (("C54", "C55"), "Z85.42"), (("C56",), "Z85.43"),
    (("C61",), "Z85.46"), (("C62",), "Z85.47"), (("C64",), "Z85.528"), (("C67",), "Z85.51"), (("C73",), "Z85.850"),
    (("C43",), "Z85.820"), (("C44",), "Z85.828"), (("C71",), "Z85.841"), (("C81",), "Z85.71"), (("C82", "C83", "C84", "C85"), "Z85.72"),
    (("I63", "G45"), "Z86.73"), (("I21", "I22"), "I25.2"),
    (("I26",), "Z86.711"), (("I82",), "Z86.718"), (("K25", "K26", "K27"), "Z87.11"), (("K63.5", "D12"), "Z86.0100"),
    (("N20",), "Z87.442"), (("J12", "J13", "J14", "J15", "J18"), "Z87.01"), (("A15",), "Z86.11"), (("O24.4",), "Z86.32"), (("N39.0",), "Z87.440"),
    (("F17",), "Z87.891"),
)  # fmt: skip
# Active disease, and the "personal history of" codes that contradict it.
_BOTH: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("F",), ("Z86.5",)), (("C18",), ("Z85.03",)), (("C34",), ("Z85.11",)), (("C50",), ("Z85.3",)), (("C61",), ("Z85.46",)),
    (("C67",), ("Z85.51",)), (("C73",), ("Z85.85",)), (("E0", "E1", "E2", "E4", "E5", "E6", "E7"), ("Z86.39",)), (("F17",), ("Z87.891",)),
    (("I",), ("Z86.79",)), (("G",), ("Z86.69",)), (("D5", "D6"), ("Z86.2",)), (("L",), ("Z87.2",)), (("M",), ("Z87.39",)), (("J",), ("Z87.09",)),
)  # fmt: skip
# Chapters of which only the very disease that the history names contradicts it.
_SAME: tuple[tuple[str, str], ...] = (("H", "Z86.69"), ("K", "Z87.19"), ("N", "Z87.448"), ("N", "Z87.42"))


class HistoryOf:
    """A disease of which the note speaks only as past is coded as history.

    A disease that is active is not coded as history too (Guidelines I.C.21.c.4, IV.J).
    """

    id = "history-of"
    citation = "ICD-10-CM Official Guidelines I.C.21.c.4 and IV.J"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each past disease coded as active, and for each history of what is active."""
        for line in coded.diagnoses:
            if not line.evidence or any(e.assertion.temporality is not Temporality.HISTORICAL for e in line.evidence):
                continue
            code = next((code for diseases, code in _HISTORY if line.ref.code.startswith(diseases)), None)
            if code is not None and coded.tabular.find(code) is not None:
                message = f"The note speaks of {line.ref.code} as past: {code}"
                yield found(self, Severity.WARN, [line], message, repair=Repair((line.ref,), (icd(code),), stated=True))
        for active, past in _BOTH:
            histories = coded.starting(*past)
            now = coded.starting(*active) if histories else ()
            for history in histories if now else ():
                words = {(e.span.begin, e.span.end) for e in history.evidence}
                same = [line for line in now if any((e.span.begin, e.span.end) in words for e in line.evidence)] or list(now)
                message = f"{same[0].ref.code} is active, so {history.ref.code} does not hold for it"
                yield found(self, Severity.WARN, [history, same[0]], message, repair=Repair(remove=(history.ref,), stated=_vague(history.ref.code)))
        for chapter, other in _SAME:
            for history in coded.starting(other):
                same = [line for line in coded.starting(chapter) if _share_words(line, history)]
                if same:
                    message = f"{same[0].ref.code} is active, so {history.ref.code} does not hold for it"
                    yield found(self, Severity.WARN, [history, same[0]], message, repair=Repair(remove=(history.ref,), stated=True))


def _share_words(line: CodedLine, history: CodedLine) -> bool:
    return any(e.span.overlaps(past.span) for e in line.evidence for past in history.evidence)


def _vague(code: str) -> bool:
    """True for a history of some other disease of a system, which the active disease explains."""
    return code in ("Z86.39", "Z86.79", "Z86.69", "Z86.2", "Z87.2", "Z87.39", "Z87.09", "Z86.59", "Z87.891")
