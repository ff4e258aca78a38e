"""Which codes the guidelines put first or last whatever the note dwells on."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

# Only first-listed or principal (I.C.21.c.16); Z51.0 and Z51.1- before the neoplasm they treat (I.C.2.e.2).
ONLY_FIRST = ("Z00", "Z01", "Z02", "Z04", "Z31.81", "Z31.82", "Z31.83", "Z31.84", "Z33.2", "Z34", "Z38", "Z39", "Z40", "Z42",
    "Z51.0", "Z51.1", "Z76.1", "Z76.2", "Z99.12",
)  # fmt: skip
# Reasons for an encounter, first when it was made for them: aftercare, follow-up, screening, procreation, donors, therapy.
REASONS = ("Z03", "Z05", "Z08", "Z09", "Z11", "Z12", "Z13", "Z30", "Z31", "Z32", "Z36", "Z37.9", "Z43", "Z44", "Z45", "Z46", "Z47", "Z48",
    "Z49", "Z51", "Z52",
)  # fmt: skip
# Chapters with priority over all others: pregnancy (I.C.15.a.1), the newborn's own (I.C.16.a.1).
CHAPTER_FIRST = ("O", "P")
# Never first: they only say more of another code (I.C.1.b, I.C.19.e.5.a and c, I.C.1.g.1.m): organisms, resistance, adverse effects,
# underdosing; the injury behind its sequela (I.B.10).
NEVER_FIRST = re.compile(r"B9[5-7]|T(?:3[6-9]|4\d|50)\.(?:..[56]|.[56])|R65|U09|[ST]\d[0-9A-Z]\.[0-9A-Z]{3}S")
# Status, history and circumstances: they inform, and come behind the conditions (I.C.21.c.3-4).
STATUS = ("Z14", "Z15", "Z16", "Z17", "Z18", "Z19", "Z20", "Z21", "Z22", "Z23", "Z28", "Z33.1", "Z37", "Z3A",
    "Z53", "Z55", "Z56", "Z57", "Z58", "Z59", "Z6",
    "Z7", "Z8", "Z9", "Y90", "Y93", "Y95",
)  # fmt: skip
EXTERNAL = ("V", "W", "X", "Y")
# Symptoms and signs, and pain coded as a symptom of what the chapter holds (I.B.4).
SYMPTOMS = ("R", "M25.5", "M54.2", "M54.5", "M54.6", "M54.9", "M79.6", "H57.1", "N64.4", "G89", "H92.0", "H93.1", "M79.1", "N50.81")


class Rank(IntEnum):
    """Groups of a claim in order."""

    FIRST = 0
    CHAPTER = 1
    CONDITION = 2
    MORE = 3
    STATUS = 4
    EXTERNAL = 5


# Every round of a claim asks for each of its codes.
@lru_cache(maxsize=50_000)
def rank(code: str) -> Rank:
    """The group of a diagnosis code."""
    if code.startswith(EXTERNAL) and not code.startswith(("Y90", "Y95")):
        return Rank.EXTERNAL
    if code.startswith(ONLY_FIRST):
        return Rank.FIRST
    if code.startswith(STATUS):
        return Rank.STATUS
    if code.startswith(CHAPTER_FIRST):
        return Rank.CHAPTER
    return Rank.MORE if NEVER_FIRST.match(code) else Rank.CONDITION


def is_symptom(code: str) -> bool:
    """True for a symptom, sign or abnormal finding."""
    return code.startswith(SYMPTOMS)
