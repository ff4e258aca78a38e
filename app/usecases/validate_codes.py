"""A set of codes, whoever chose it, held against the rules: findings, order, pointers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Evidence
from app.domain.claim import Claim
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.composition.compose import arranged, claim_of, review
from app.domain.encounter import ANYWHERE, Encounter
from app.domain.errors import NoteTooLong
from app.domain.evidence import evidence_of
from app.domain.finding import Check, Finding, Severity
from app.domain.note import ClinicalNote
from app.domain.rules.base import ClaimRule, CodeRule
from app.domain.suggestion import Status, Suggestion
from app.usecases.compose_claim import TabularLists
from app.usecases.ports import CandidateSource, Catalog, NoteReader, Terminology
from app.usecases.suggest_codes import merge

# What these say of one code a rule of the claim says too.
_SAID_BY_THE_CLAIM = ("heading", "sex-conflict")


@dataclass(frozen=True, slots=True)
class ChosenCode:
    """A code that somebody chose, in claim order, with what belongs to a service."""

    ref: CodeRef
    modifiers: tuple[str, ...] = ()
    units: int = 1


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """Codes in claim order, each once, with what is known of the encounter, and the note where it is at hand."""

    codes: tuple[ChosenCode, ...]
    encounter: Encounter = ANYWHERE
    note: ClinicalNote | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """Findings, those of rules without data among them, and the same codes in the order they should have, with pointers.

    `releases`: what they were checked with.
    """

    findings: tuple[Finding, ...]
    claim: Claim
    releases: Mapping[CodeSystem, str]


class ValidateCodes:
    """Checks sets of codes. Safe to share between threads."""

    def __init__(
        self,
        *,
        reader: NoteReader,
        sources: Sequence[CandidateSource],
        terminology: Terminology,
        code_rules: Sequence[CodeRule],
        claim_rules: Sequence[ClaimRule],
        max_characters: int,
    ) -> None:
        self._reader, self._sources, self._terminology = reader, tuple(sources), terminology
        self._code_rules = tuple(rule for rule in code_rules if rule.id not in _SAID_BY_THE_CLAIM)
        self._claim_rules, self._max_characters = tuple(claim_rules), max_characters
        self._lists = TabularLists()

    def __call__(self, request: ValidationRequest) -> Validation:
        """Check the codes as they stand. Raises NoteTooLong, and ReleaseNotFound when no code release covers the date of service."""
        coded = self.coded(request)
        findings = (*review(coded, self._claim_rules), *self._judge(coded))
        ordered = arranged(coded, self._claim_rules)
        return Validation(findings, claim_of(ordered), coded.releases)

    def coded(self, request: ValidationRequest) -> CodedEncounter:
        """The codes with the words of the note that speak for each."""
        if request.note is not None and len(request.note.text) > self._max_characters:
            raise NoteTooLong(len(request.note.text), self._max_characters)
        catalog = self._terminology.catalog(request.encounter.service_date)
        analysis = None if request.note is None else self._reader.read(request.note)
        words = {} if analysis is None else self._words(analysis, request)
        lines = tuple(_line(chosen, catalog, words) for chosen in request.codes)
        releases = {system: release.name for system, release in catalog.releases.items()}
        return CodedEncounter(request.encounter, lines, self._lists.of(catalog), analysis, releases=releases)

    def _words(self, analysis: NoteAnalysis, request: ValidationRequest) -> dict[CodeRef, tuple[Evidence, ...]]:
        wanted = {chosen.ref for chosen in request.codes}
        found = merge(source.candidates(analysis, request.encounter) for source in self._sources)
        return {candidate.ref: evidence_of(analysis, candidate) for candidate in found if candidate.ref in wanted}

    def _judge(self, coded: CodedEncounter) -> list[Finding]:
        """What the rules of one code say by the words behind it, and which codes have none."""
        silent = tuple(line.ref for line in coded.lines if not line.evidence)
        out = []
        for rule in self._code_rules:
            for line in coded.lines:
                if not line.evidence or line.code is None:
                    continue
                ruling = rule.judge(Suggestion(line.ref, line.code.title, 1.0, Status.SUGGESTED, line.evidence), line.code, coded.encounter)
                if ruling is not None:
                    spans = tuple(e.span for e in line.evidence)
                    out.append(Finding(rule.id, Severity.WARN, (line.ref,), f"{line.ref.code}: {ruling.reason}", rule.citation, spans))
            if silent:
                why = "no note was given" if coded.note is None else "the note holds no words that are known to speak for them"
                out.append(Finding(rule.id, Severity.INFO, silent, f"Not checked: {why}", rule.citation, check=Check.NOT_CHECKED))
        return out


def _line(chosen: ChosenCode, catalog: Catalog, words: Mapping[CodeRef, tuple[Evidence, ...]]) -> CodedLine:
    return replace(CodedLine(chosen.ref, catalog.find(chosen.ref), 1.0, words.get(chosen.ref, ())), modifiers=chosen.modifiers, units=chosen.units)
