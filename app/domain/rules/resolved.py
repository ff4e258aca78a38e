"""What is resolved is not coded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

_RESOLVED = re.compile(r"\b(?:resolved|no longer (?:present|active|has|having|an issue)|in the past and (?:gone|cured)|has cleared)\b")
_NOT_YET = re.compile(r"\b(?:not (?:yet )?(?:fully |completely )?resolved|unresolved|until resolved|resolving|partially resolved)\b")


class Resolved:
    """Outside inpatient care a condition that the note calls resolved, and nothing else, is not coded (Guidelines IV.I-J).

    Chronic conditions that are treated or bear on care are coded as long as they do.
    """

    id = "resolved"
    citation = "ICD-10-CM Official Guidelines IV.I and IV.J"
    needs = frozenset({Data.NOTE, Data.SETTING})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each condition whose every mention is called resolved."""
        if coded.encounter.setting.value == "inpatient":
            return
        for line in coded.diagnoses:
            if not line.ref.code.startswith(("Z", "V", "W", "X", "Y")) and line.evidence and _gone(line, coded):
                message = f"The note calls {line.ref.code} resolved: it is not coded as a current condition"
                yield found(self, Severity.WARN, [line], message, repair=Repair(remove=(line.ref,), stated=True))


def _gone(line: CodedLine, coded: CodedEncounter) -> bool:
    """True when one sentence alone tells of the condition, and calls it resolved."""
    if coded.note is None or len(set(coded.sentences_of(line))) != 1:
        return False
    words = coded.words_about(line)
    return _RESOLVED.search(words) is not None and _NOT_YET.search(words) is None
