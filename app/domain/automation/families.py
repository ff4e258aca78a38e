"""Families of codes: the unit that a threshold is certified for.

The narrow family of a diagnosis is its category of three characters, the wide one its chapter. Codes of a category share
meaning, wording and typical confusions, so that one threshold fits them; chapters pool what is too rare alone.
"""

from __future__ import annotations

from bisect import bisect_right

from app.domain.code import CodeRef, CodeSystem

# First category of each chapter of ICD-10-CM, with the number of the chapter.
_CHAPTERS = (
    ("A00", 1), ("C00", 2), ("D50", 3), ("E00", 4), ("F01", 5), ("G00", 6), ("H00", 7), ("H60", 8), ("I00", 9), ("J00", 10), ("K00", 11),
    ("L00", 12), ("M00", 13), ("N00", 14), ("O00", 15), ("P00", 16), ("Q00", 17), ("R00", 18), ("S00", 19), ("U00", 22), ("V00", 20), ("Z00", 21),
)  # fmt: skip
_FIRST = [first for first, _ in _CHAPTERS]
# First code of each part of CPT (category I), in the order of numbers.
_CPT = (
    (0, "anesthesia"), (10004, "surgery"), (70010, "radiology"), (80047, "pathology"), (90281, "medicine"), (99202, "visits"), (99500, "medicine"),
)  # fmt: skip
_CPT_FIRST = [first for first, _ in _CPT]


def narrow_family(ref: CodeRef) -> str:
    """The category of a diagnosis (E11); the first three characters of any other code."""
    return ref.code[:3]


def wide_family(ref: CodeRef) -> str:
    """The chapter of a diagnosis ("chapter 4"), the part of CPT ("surgery"), the letter of HCPCS ("letter J"), the section of ICD-10-PCS."""
    if ref.system is CodeSystem.ICD10CM:
        place = bisect_right(_FIRST, ref.code[:3]) - 1
        return f"chapter {_CHAPTERS[max(place, 0)][1]}"
    if ref.system is CodeSystem.CPT:
        if not ref.code.isdecimal():
            return "category II and III"
        return _CPT[max(bisect_right(_CPT_FIRST, int(ref.code)) - 1, 0)][1]
    return f"letter {ref.code[:1]}" if ref.system is CodeSystem.HCPCS else f"section {ref.code[:1]}"
