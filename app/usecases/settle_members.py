"""Which member of a family of services the words of a query mean: "excision of a benign lesion of the back, 1.5 cm" is one code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.domain.analysis import NoteAnalysis, Sentence
from app.domain.code import PROCEDURE_SYSTEMS, CodeRef
from app.domain.encounter import OLDEST_AGE, Encounter
from app.domain.family import Chosen, Family, Unknown
from app.domain.family_choice import members_supported
from app.domain.nearness import Nearness
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.domain.words import Words
from app.usecases.ports import DetailReading

# The family that is meant is that of one of the first hits.
_FIRST = 3
_AGE = re.compile(r"\baged?\s*(?P<years>\d{1,3})\b|\b(?P<old>\d{1,3})[\s-]*(?:yo|y/o|years?[\s-]old)\b", re.IGNORECASE)


class SettleMembers:
    """Finds the members of families that a query tells. Safe to share between threads."""

    def __init__(self, families: Iterable[Family], reader: DetailReading) -> None:
        self._by_ref: dict[CodeRef, Family] = {ref: family for family in families for ref in family.refs}
        self._reader = reader

    def __call__(self, query: str, found: Sequence[CodeRef]) -> list[tuple[CodeRef, CodeRef]]:
        """(hit, member): for the first of `found`, best first, that are of a family, the member which the query tells, where it tells one."""
        services = [ref for ref in found if ref.system in PROCEDURE_SYSTEMS][:_FIRST]
        families = {family: ref for ref in reversed(services) if (family := self._by_ref.get(ref)) is not None}
        if not families:
            return []
        note = ClinicalNote(query)
        whole = TextSpan(0, len(query))
        analysis = NoteAnalysis(note, Words((), (), (), ()), (Sentence(whole, 0, 0),), (Section("", None, whole),), ())
        near = Nearness(analysis, self._reader.read(analysis))
        age = _AGE.search(query)
        years = None if age is None else int(age["years"] or age["old"])
        encounter = Encounter(age=years if years is not None and years <= OLDEST_AGE else None)
        out: list[tuple[CodeRef, CodeRef]] = []
        for family, ref in families.items():
            verdict = members_supported(family, [whole], near, encounter)
            told: list[Chosen] = [] if isinstance(verdict, Unknown) else [one for one in verdict if one.spans or one.told]
            out += [(ref, one.ref) for one in told[:1]]
        return out
