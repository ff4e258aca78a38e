"""What the note concludes is coded."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.code import CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_CONCLUSIONS = frozenset(
    {
        "postoperative_diagnosis",
        "preoperative_diagnosis",
        "discharge_diagnosis",
        "diagnosis",
        "assessment",
        "assessment_and_plan",
        "impression",
        "indication",
        "plan",
        "chief_complaint",
    }
)
# Half of what a code needs by itself: here the section speaks for it, and nothing else explains the words.
_ENOUGH = 0.15


class UncodedProblem:
    """A problem that the note states where it concludes, or as the reason for the visit, has no code on the claim.

    Its best reading is put on (Guidelines IV.G, IV.J, III).

    Of several readings of the same words the likeliest is taken. Words that a code on the claim already explains are left
    alone, and so are readings of almost no confidence.
    """

    id = "uncoded-problem"
    citation = "ICD-10-CM Official Guidelines III, IV.G and IV.J"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each problem."""
        taken = [e.span for line in coded.diagnoses for e in line.evidence]
        for line in sorted(coded.seen, key=lambda o: (-o.confidence, o.ref)):
            if line.confidence < _ENOUGH or line.ref.system is not CodeSystem.ICD10CM or line.code is None or not line.code.billable:
                continue
            if not _concluded(line) or any(e.span.overlaps(span) for e in line.evidence for span in taken):
                continue
            taken.extend(e.span for e in line.evidence)
            message = f"The note states {line.code.title.lower()} where it concludes, and nothing on the claim says so: {line.ref.code}"
            yield found(self, Severity.INFO, [line], message, repair=Repair(add=(line.ref,), stated=True))


def _concluded(line: CodedLine) -> bool:
    return any(e.section in _CONCLUSIONS and e.assertion.affirmed for e in line.evidence)
