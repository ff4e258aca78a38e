"""Choices of a query from the code release, in clinical words: no codes, nothing "other" or "unspecified"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.domain.code import Code
from app.domain.query_kind import QueryKind

# A list that is longer than this is not read; the question is then an open one.
MOST_CHOICES = 8
_SIDES = (
    ("Right side", re.compile(r"\bright\b", re.IGNORECASE)),
    ("Left side", re.compile(r"\bleft\b", re.IGNORECASE)),
    ("Both sides", re.compile(r"\bbilateral\b", re.IGNORECASE)),
)
_ACUITIES = (
    ("Acute", re.compile(r"(?<!sub)\bacute\b(?! (?:on|and) chronic)", re.IGNORECASE)),
    ("Subacute", re.compile(r"\bsubacute\b", re.IGNORECASE)),
    ("Chronic", re.compile(r"(?<!on )(?<!and )\bchronic\b", re.IGNORECASE)),
    ("Acute on chronic", re.compile(r"\bacute (?:on|and) chronic\b", re.IGNORECASE)),
)
_ENCOUNTER = re.compile(r",? (?:initial|subsequent) encounter\b.*|, sequela\b.*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\[[^\]]*\]|\s*\([A-Z]\d[^)]*\)")
_TRAILING = re.compile(
    r",? (?:unspecified|not otherwise specified|not elsewhere classified|NOS|NEC)(?: (?:organism|whether|as to)\b.*)?$", re.IGNORECASE
)
_VAGUE = re.compile(r"\b(?:unspecified|other|not specified|elsewhere classified)\b", re.IGNORECASE)
# Body mass index in whole units, upper limit exclusive, and the diagnoses that go with it: adult categories of WHO and CDC.
BMI_DIAGNOSES = ((19, ("R63.6",)), (25, ()), (30, ("E66.3",)), (35, ("E66.811",)), (40, ("E66.812", "E66.01")), (999, ("E66.813", "E66.01")))


def leaves_side_open(documented: Code, families: Sequence[Sequence[Code]]) -> bool:
    """True for a code that says no side where its family has one for each."""
    return not any(pattern.search(documented.title) for _, pattern in _SIDES) and bool(_present(_SIDES, families))


def clinical(title: str) -> str:
    """A title of the classification in a clinician's words; "" for one that says nothing more."""
    plain = _TRAILING.sub("", _BRACKETS.sub("", _ENCOUNTER.sub("", title))).strip(" ,")
    return "" if _VAGUE.search(plain) else plain[:1].upper() + plain[1:]


def choices(kind: QueryKind, documented: Code, families: Sequence[Sequence[Code]], leaves: Iterable[Code]) -> tuple[str, ...]:
    """What the physician may choose from; none where the answer is better given in free text.

    `families`: the children of each heading above the documented code, nearest first, up to its category. `leaves`:
    every code of the category.
    """
    if kind is QueryKind.LATERALITY:
        return _present(_SIDES, families) or ("Right side", "Left side", "Both sides")
    if kind is QueryKind.ACUITY:
        return _present(_ACUITIES, [tuple(leaves)]) or ("Acute", "Chronic", "Acute on chronic")
    if kind in {QueryKind.TYPE, QueryKind.SPECIFICITY}:
        return _types(documented, families)
    return ()


def _present(axis: Sequence[tuple[str, re.Pattern[str]]], families: Sequence[Sequence[Code]]) -> tuple[str, ...]:
    """The values of an axis that the nearest family distinguishes by; at least two, else none."""
    for family in families:
        values = tuple(name for name, pattern in axis if any(pattern.search(code.title) for code in family))
        if len(values) > 1:
            return values
    return ()


def _types(documented: Code, families: Sequence[Sequence[Code]]) -> tuple[str, ...]:
    said = clinical(documented.title)
    for family in families:
        found = tuple(dict.fromkeys(words for words in (clinical(code.title) for code in family) if words and words != said))
        if len(found) > 1:
            return found if len(found) <= MOST_CHOICES else ()
    return ()


def bmi_diagnoses(code: str) -> tuple[str, ...]:
    """Codes of the diagnoses that a body mass index code (Z68.-) of an adult goes with; none for another code."""
    if not code.startswith("Z68.") or code.startswith("Z68.5"):
        return ()
    # Z68.1: 19.9 or less; Z68.20 to Z68.39: the value; Z68.41 to Z68.45: from 40 on.
    value = 18 if code == "Z68.1" else int(code[4:6])
    return next(diagnoses for limit, diagnoses in BMI_DIAGNOSES if value < limit)
