"""A code has to exist on the day."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter
from app.domain.finding import Check, Finding, Severity
from app.domain.rules.base import Data, found


class InForce:
    """A code is not in the release in force on the date of service or discharge (45 CFR 162.1002).

    A code of a system of which no release is loaded is reported as not checked.
    """

    id = "in-force"
    citation = "45 CFR 162.1002"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each such code."""
        for line in coded.lines:
            if line.code is not None:
                continue
            release = coded.releases.get(line.ref.system)
            if release is None:
                message = f"Not checked: no {line.ref.system} release is loaded"
                yield Finding(self.id, Severity.INFO, (line.ref,), message, self.citation, check=Check.NOT_CHECKED)
            else:
                day = coded.encounter.service_date
                when = "in force" if day is None else f"in force on {day}"
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} is not in {line.ref.system} {release}, the release {when}")
