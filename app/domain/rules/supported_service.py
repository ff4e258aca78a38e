"""Every service has a diagnosis behind it."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter
from app.domain.finding import Finding, Severity
from app.domain.pointing import supported
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found


class SupportedService:
    """Every procedure line points to a diagnosis that supports it (CMS-1500 item 24E).

    Without any diagnosis the claim can't go; without one of the same part of the body, or stated beside the service, the
    line points to the first-listed one and a person looks.
    """

    id = "supported-service"
    citation = "CMS-1500 item 24E (Medicare Claims Processing Manual, chapter 26, 10.4)"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each service without support."""
        for line in coded.procedures:
            if not coded.diagnoses:
                yield found(self, Severity.BLOCK, [line], f"{line.ref.code} has no diagnosis to point to", query=QueryKind.CLINICAL_SIGNIFICANCE)
            elif line.ref.system is CodeSystem.CPT and not supported(line, coded):
                first = coded.diagnoses[0].ref.code
                message = f"No diagnosis on the claim plainly supports {line.ref.code}; it points to {first}"
                yield found(self, Severity.WARN, [line], message, query=QueryKind.CLINICAL_SIGNIFICANCE)
