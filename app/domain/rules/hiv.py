"""HIV."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

# Conditions that make an HIV infection the disease (CDC's list of AIDS-defining conditions, by category).
_DEFINING = ("A15", "A17", "A18", "A19", "A31", "A07.2", "A07.3", "A81.2", "B20", "B25", "B37.1", "B37.81", "B38", "B39",
    "B45", "B58", "B59", "C46", "C53",
    "C83.3", "C83.7", "R64",
)  # fmt: skip


class Hiv:
    """HIV is coded once: B20 for the disease, for good; Z21 only without symptoms; R75 only while inconclusive (Guidelines I.C.1.a)."""

    id = "hiv"
    citation = "ICD-10-CM Official Guidelines I.C.1.a.2"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each code that another takes in, and for a defining condition beside Z21."""
        disease, status = coded.starting("B20"), coded.starting("Z21")
        for line in (*status, *coded.starting("R75")):
            other = disease[0] if disease else status[0] if status and line not in status else None
            if other is not None:
                message = f"{other.ref.code} stands for HIV; {line.ref.code} is not coded with it"
                yield found(self, Severity.WARN, [line, other], message, repair=Repair(remove=(line.ref,), stated=True))
        defining = coded.starting(*_DEFINING)
        if status and defining and not disease:
            message = f"{defining[0].ref.code} in a patient with HIV makes it the disease, B20, if a provider says so"
            yield found(self, Severity.WARN, [status[0], defining[0]], message)
