"""Which diagnoses support a service (CMS-1500 item 24E)."""

from __future__ import annotations

import re

from app.domain.claim import MOST_POINTERS
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.precedence import Rank, rank

# CPT ranges (first, last) and the beginnings of diagnosis codes of the same part of the body or purpose. Ours, from the
# headings of both code sets.
_AFFINITY: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (10030, 19499, ("L", "C43", "C44", "C50", "D0", "D17", "D22", "D23", "D24", "N6", "S", "T2", "R22", "R23")),
    (20000, 29999, ("M", "S", "T8", "Q6", "Q7", "R26", "C40", "C41")),
    (30000, 32999, ("J", "C3", "R04", "R05", "R06", "R91", "S2", "Q3", "D38")),
    (33010, 37799, ("I", "Q2", "T82", "N18", "R00", "R07", "Z95", "Z45")),
    (38100, 38999, ("C7", "C8", "C9", "D7", "D5", "D6", "R59")),
    (40490, 49999, ("K", "C0", "C1", "C2", "D12", "D13", "R1", "Q4", "Z12.1", "Z86.0", "Z80.0")),
    (50010, 53899, ("N0", "N1", "N2", "N3", "C64", "C65", "C66", "C67", "C68", "R3", "Q6")),
    (54000, 55899, ("N4", "N5", "C60", "C61", "C62", "C63", "Z30.2")),
    (56405, 58999, ("N7", "N8", "N9", "C5", "D06", "D25", "D26", "D27", "Z30", "R87")),
    (59000, 59899, ("O", "Z3", "P")),
    (60000, 60699, ("E0", "E2", "E3", "C73", "C74", "C75", "D34", "D35")),
    (61000, 64999, ("G", "M4", "M5", "C7", "I6", "S0", "S1", "Q0", "R51", "D3")),
    (65091, 68899, ("H0", "H1", "H2", "H3", "H4", "H5", "E11.3", "S05", "C69")),
    (69000, 69990, ("H6", "H7", "H8", "H9")),
    (90460, 90759, ("Z23", "Z00")),
    (90785, 90899, ("F", "R45", "Z6", "Z7")),
    (91010, 91299, ("K", "R1")),
    (92002, 92499, ("H0", "H1", "H2", "H3", "H4", "H5", "E11.3", "Z01.0")),
    (92502, 92700, ("H6", "H7", "H8", "H9", "R4", "J3")),
    (92920, 93998, ("I", "R00", "R07", "R55", "R94.3", "Z95")),
    (94002, 94799, ("J", "R05", "R06", "G47")),
    (95004, 95199, ("J3", "J4", "L2", "L5", "T78", "Z88", "Z91.0")),
    (95700, 96020, ("G", "R2", "R4", "R56", "M5")),
    (96401, 96549, ("Z51.1", "C", "D4")),
    (97597, 97610, ("L", "E08.62", "E09.62", "E10.62", "E11.62", "E13.62", "I7", "I8", "S", "T")),
    (97010, 97799, ("M", "S", "R26", "R29", "I69")),
)  # fmt: skip
_VISIT = re.compile(r"99[2-4]\d\d")
_RIGHT, _LEFT = re.compile(r"\bright\b", re.IGNORECASE), re.compile(r"\bleft\b", re.IGNORECASE)


def pointers(service: CodedLine, coded: CodedEncounter) -> tuple[CodeRef, ...]:
    """The diagnoses of the claim that support a service, best first, at most MOST_POINTERS; the first-listed one where nothing else does."""
    diagnoses = coded.diagnoses
    if not diagnoses:
        return ()
    scored = [(_support(service, line, place, coded), place, line.ref) for place, line in enumerate(diagnoses)]
    best = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], s[1]))[:MOST_POINTERS]
    return tuple(ref for _, _, ref in best) or (diagnoses[0].ref,)


def supported(service: CodedLine, coded: CodedEncounter) -> bool:
    """True when a diagnosis on the claim supports a service by its words or its part of the body."""
    return any(_support(service, line, 1, coded) > 0 for line in coded.diagnoses)


def _support(service: CodedLine, diagnosis: CodedLine, place: int, coded: CodedEncounter) -> float:
    group = rank(diagnosis.ref.code)
    if group is Rank.EXTERNAL:
        return 0.0
    first = 0.5 if place == 0 else 0.0
    if service.ref.system is CodeSystem.CPT and _VISIT.fullmatch(service.ref.code):
        # A visit is for the problems that were assessed, in claim order.
        return first + (0.0 if group is Rank.STATUS else 2.0 - 0.01 * place)
    value = 2.0 * akin(service.ref, diagnosis.ref.code) + _near(service, diagnosis, coded)
    if value > 0 and _other_side(service, diagnosis):
        return 0.0
    return value + first if value > 0 and group is not Rank.STATUS else value if value >= 2.0 else 0.0


def akin(service: CodeRef, diagnosis: str) -> bool:
    """True when a CPT code and a diagnosis code are of the same part of the body or purpose."""
    if service.system is not CodeSystem.CPT or not service.code.isdigit():
        return False
    number = int(service.code)
    return any(low <= number <= high and diagnosis.startswith(codes) for low, high, codes in _AFFINITY)


def _near(service: CodedLine, diagnosis: CodedLine, coded: CodedEncounter) -> float:
    """2 for words in one sentence, 1.5 for neighbouring sentences of one section, else 0.5 for one section of conclusions."""
    if coded.note is None or not service.evidence or not diagnosis.evidence:
        return 0.0
    here, there = coded.sentences_of(service), coded.sentences_of(diagnosis)
    apart = min([abs(a - b) for a in here for b in there])
    return 2.0 if apart == 0 else 1.5 if apart == 1 else 0.0


def _other_side(service: CodedLine, diagnosis: CodedLine) -> bool:
    """True when the service has a side modifier and the diagnosis names the other side."""
    if diagnosis.code is None or not ("RT" in service.modifiers or "LT" in service.modifiers):
        return False
    title = diagnosis.code.title
    right, left = bool(_RIGHT.search(title)), bool(_LEFT.search(title))
    return ("RT" in service.modifiers and left and not right) or ("LT" in service.modifiers and right and not left)
