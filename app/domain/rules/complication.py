"""Complications of care."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Severity
from app.domain.query_kind import QueryKind
from app.domain.rules.base import Data, found

_CODES = ("T80", "T81", "T82", "T83", "T84", "T85", "T86", "T87", "T88", "D78", "E89", "G97", "H59", "H95", "I97", "J95", "K91", "L76", "M96", "N99")
_LINK = re.compile(
    r"\b(?:complicat\w*|due to|secondary to|caused by|result(?:ing)? from|related to|attributed to"
    r"|from (?:the )?(?:surgery|procedure|catheter|implant|device)"
    r"|fail(?:ed|ure|ing)|loosen\w*|infected|infection of|leak\w*"
    r"|dehisc\w*|reject\w*|malfunction\w*|pain(?:ful)?|hardware|broken|displace\w*|migrat\w*|thrombosed"
    r"|clotted|post[- ]?op(?:erative)?|postprocedural|surgical site|iatrogenic|accidental"
    r"|removal of (?:[a-z]+ ){0,2}(?:hardware|implant|plate|screws?))\b"
)


class Complication:
    """A complication code needs a documented link between the care and the condition; following it in time is no link (Guidelines I.B.16)."""

    id = "complication"
    citation = "ICD-10-CM Official Guidelines I.B.16"
    needs = frozenset({Data.NOTE})

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each complication code without a link near its evidence, or anywhere where it has none."""
        for line in coded.starting(*_CODES):
            if not _linked(line, coded):
                message = f"{line.ref.code} says that care caused it; the note does not: ask for the link"
                yield found(self, Severity.WARN, [line], message, query=QueryKind.CAUSAL_LINK)


def _linked(line: CodedLine, coded: CodedEncounter) -> bool:
    whole = "" if coded.note is None else coded.note.note.text.lower()
    return _LINK.search(coded.words_about(line) or whole) is not None
