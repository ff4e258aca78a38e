"""Imaging guidance that a service holds already."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_Ranges = tuple[tuple[int, int], ...]
# Services whose CPT code says "with imaging guidance", by the codes of guidance that they hold.
_FLUOROSCOPY: _Ranges = (
    (22510, 22515), (27096, 27096), (62321, 62321), (62323, 62323), (62325, 62325), (62327, 62327), (64479, 64484), (64490, 64495),
    (64624, 64625), (64633, 64636),
)  # fmt: skip
_ULTRASOUND: _Ranges = (
    (10005, 10006), (19083, 19084), (20604, 20604), (20606, 20606), (20611, 20611), (32555, 32555), (32557, 32557), (49083, 49083),
    (64415, 64417), (64445, 64448),
)  # fmt: skip
_TOMOGRAPHY: _Ranges = (
    (10009, 10010), (27096, 27096), (32555, 32555), (32557, 32557), (49083, 49083), (62321, 62321), (62323, 62323), (62325, 62325),
    (62327, 62327), (64479, 64484), (64490, 64495),
)  # fmt: skip
_HELD = {
    "76942": ("ultrasound", _ULTRASOUND),
    "77002": ("fluoroscopy", _FLUOROSCOPY),
    "77003": ("fluoroscopy", _FLUOROSCOPY),
    "77012": ("computed tomography", _TOMOGRAPHY),
    "77021": ("magnetic resonance", ((10011, 10012), (19085, 19086))),
}
_SURGERY = ((10004, 69990),)


class IncludedGuidance:
    """Guidance by imaging is part of a service whose code names it (CPT; NCCI Policy Manual, chapter IX, A).

    Beside such a service its code comes off. Where another procedure of the day may have needed it, a person looks.
    """

    id = "included-guidance"
    citation = "NCCI Policy Manual, chapter IX, section A, and CPT"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code of guidance beside a service that holds it."""
        services = [line for line in coded.procedures if line.ref.system is CodeSystem.CPT and line.ref.code.isdigit()]
        for line in services:
            how, ranges = _HELD.get(line.ref.code, ("", ()))
            holding = [other for other in services if _within(other, ranges)]
            if not holding:
                continue
            others = [other for other in services if _within(other, _SURGERY) and other not in holding]
            message = f"{holding[0].ref.code} holds its guidance by {how}: {line.ref.code} is not billed beside it"
            if others:
                yield found(self, Severity.WARN, [line, holding[0]], f"{message}, unless it was for {others[0].ref.code}")
            else:
                yield found(self, Severity.WARN, [line, holding[0]], message, repair=Repair(remove=(line.ref,), stated=True))


def _within(line: CodedLine, ranges: _Ranges) -> bool:
    return any(low <= int(line.ref.code) <= high for low, high in ranges)
