"""The specific code takes the place of the unspecified one."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_CATEGORY = 3
# Different conditions share these categories, so that the unspecified one may stand beside another.
_APART = ("S", "T", "Z", "C", "D", "R", "V", "W", "X", "Y", "O", "Q")


class MoreSpecific:
    """An unspecified code stands beside a specific one of the same category.

    The condition is coded once, as specifically as it is documented (Guidelines I.B.2, I.B.18).

    The specific code stays unless the unspecified one is far surer.
    """

    id = "more-specific"
    citation = "ICD-10-CM Official Guidelines I.B.2 and I.B.18"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each such pair."""
        families: dict[str, list[CodedLine]] = {}
        for line in coded.diagnoses:
            if not line.ref.code.startswith(_APART) and line.code is not None and line.code.billable:
                families.setdefault(line.ref.code[:_CATEGORY], []).append(line)
        for family in [family for family in families.values() if len(family) > 1]:
            vague = [line for line in family if _unspecified(line)]
            clear = [line for line in family if not _unspecified(line)]
            for line in vague:
                for other in clear:
                    message = f"{line.ref.code} says less than {other.ref.code} of the same condition"
                    repair = Repair(one_of=(other.ref, line.ref), prefer=other.ref)
                    yield found(self, Severity.WARN, [line, other], message, repair=repair)


def _unspecified(line: CodedLine) -> bool:
    code, title = line.ref.code, "" if line.code is None else line.code.title.lower()
    return code.endswith("9") and ("unspecified" in title or "without complications" in title) and code[_CATEGORY:] in (".9", ".90", ".909", ".99")
