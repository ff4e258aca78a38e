"""What is said of a note in the end: codes to bill, candidates, suppressed codes, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.candidate import Evidence
from app.domain.claim import Claim
from app.domain.code import CodeRef, CodeSystem
from app.domain.em.evaluation import EvaluationManagement
from app.domain.encounter import Encounter
from app.domain.finding import Finding
from app.domain.note_profile import Profile


class Status(StrEnum):
    """`suggested`: to bill. `candidate`: seen, not billed. `suppressed`: kept back by a named rule."""

    SUGGESTED = "suggested"
    CANDIDATE = "candidate"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another code that the same words, or a sibling of the code, could mean. `confidence` is 0 for one not weighed."""

    ref: CodeRef
    display: str
    confidence: float


@dataclass(frozen=True, slots=True)
class AutoMark:
    """A code that needs no person, as far as a certificate goes; see automation/certificate.py for what each value means."""

    certificate: str
    target: float
    confidence_level: float
    threshold: float
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code with its calibrated confidence in [0, 1], the words that support it (best first, never none), and why.

    `rule` and `reason` are set for a suppressed code, and for one that a rule keeps among the candidates. `modifiers` and
    `units` are those that the note supports; a code's own list holds the modifiers that it may take. `auto`: the certificate
    that marked the code when it was suggested. `site_phrases`: ids of those that speak
    for the code.
    """

    ref: CodeRef
    display: str
    confidence: float
    status: Status
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...] = ()
    modifiers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    rule: str = ""
    reason: str = ""
    units: int = 1
    auto: AutoMark | None = None
    site_phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodingDraft:
    """All that is known before coders decide. Suggestions of one status are ordered best first.

    `claim` is None where the rules of a claim are off: the setting is unknown, or the caller asked for none.
    `evaluation_management` is the level of the visit; None for a note that is not of a visit. `profile`: its words and sections, counted.
    """

    encounter: Encounter
    bundle_id: str
    releases: Mapping[CodeSystem, str]
    suggestions: tuple[Suggestion, ...]
    findings: tuple[Finding, ...] = field(default=())
    claim: Claim | None = None
    evaluation_management: EvaluationManagement | None = None
    profile: Profile | None = None

    def having(self, status: Status) -> tuple[Suggestion, ...]:
        """The suggestions of one status, best first."""
        return tuple(s for s in self.suggestions if s.status is status)
