"""Modifiers that set two services apart."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Severity
from app.domain.rules.base import Data, found

_APART = {"59", "XE", "XP", "XS", "XU"}


class Modifier59:
    """59, XE, XP, XS and XU claim another session, practitioner, structure or service.

    They are never added to clear an edit (NCCI Policy Manual, chapter I, E).

    Where one stands, the record must show what it claims; the more specific X modifier is used instead of 59, and both never
    stand together.
    """

    id = "modifier-59"
    citation = "NCCI Policy Manual, chapter I, section E"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each line with such a modifier."""
        for line in coded.procedures:
            used = sorted(_APART & set(line.modifiers))
            if len(used) > 1:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has {' and '.join(used)}: one of them says it")
            elif used and len(coded.procedures) == 1:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has {used[0]} and stands alone: there is nothing to set it apart from")
            elif used:
                yield found(
                    self, Severity.WARN, [line], f"{line.ref.code} has {used[0]}: the record must show the other session, structure or service"
                )
