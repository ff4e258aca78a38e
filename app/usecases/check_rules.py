"""Running the public cases of rules: each rule must speak where it should, and keep quiet where it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate, Evidence
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.encounter import Setting, Sex
from app.domain.evidence import evidence_of
from app.domain.finding import Check, Finding, Repair, Severity
from app.domain.rule_case import CaseCode, Expectation, RuleCase
from app.domain.rules.base import AnyRule, ClaimRule, CodeRule, Data
from app.domain.suggestion import Status, Suggestion
from app.domain.tabular.tabular import Tabular
from app.usecases.ports import CandidateSource, NoteReader, Terminology


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case that was run. `said`: what the rule said; `problem`: why the case does not hold, "" when it does."""

    case: RuleCase
    said: tuple[str, ...]
    problem: str

    @property
    def holds(self) -> bool:
        """True when the rule did what the case expects."""
        return not self.problem


class CheckRules:
    """Runs cases with the reader, the terms and the releases that serve notes. Safe to share between threads."""

    def __init__(self, *, reader: NoteReader, terms: CandidateSource, terminology: Terminology) -> None:
        self._reader, self._terms, self._terminology = reader, terms, terminology

    def __call__(self, rules: Mapping[str, AnyRule], cases: Iterable[RuleCase]) -> Iterator[Outcome]:
        """The outcome of each case, in order. Raises ReleaseNotFound for a date of service that no release covers."""
        for case in cases:
            coded = self.coded(case)
            rule = rules[case.rule]
            needs = frozenset[Data]() if isinstance(rule, CodeRule) else rule.needs
            missing = sorted(needs - _known(case))
            said = [] if missing else rulings([rule], coded) if isinstance(rule, CodeRule) else _checked(rule, coded)
            problem = f"the case lacks what the rule needs: {', '.join(missing)}" if missing else _problem(case, coded, said)
            yield Outcome(case, tuple(finding.message for finding in said), problem)

    def coded(self, case: RuleCase) -> CodedEncounter:
        """The codes of a case with the words of its note that speak for them. Raises ReleaseNotFound."""
        catalog = self._terminology.catalog(case.encounter.service_date)
        analysis = None if case.note is None else self._reader.read(case.note)
        found = {} if analysis is None else {c.ref: c for c in self._terms.candidates(analysis, case.encounter)}

        def line(code: CaseCode) -> CodedLine:
            return CodedLine(code.ref, catalog.find(code.ref), evidence=_evidence(code, analysis, found), modifiers=code.modifiers)

        releases = {system: release.name for system, release in catalog.releases.items()}
        return CodedEncounter(
            case.encounter, tuple(map(line, case.codes)), Tabular(catalog.find), analysis, seen=tuple(map(line, case.seen)), releases=releases
        )


def _evidence(code: CaseCode, analysis: NoteAnalysis | None, found: Mapping[CodeRef, Candidate]) -> tuple[Evidence, ...]:
    """Where the note speaks of a code; of a heading, where it speaks of a code below it."""
    if analysis is None:
        return ()
    ref = code.ref
    below = (c for r, c in found.items() if ref.system is CodeSystem.ICD10CM and r.system is ref.system and r.code.startswith(ref.code))
    candidate = found.get(ref) or max(below, key=lambda c: (max(m.worth for m in c.matches), c.ref), default=None)
    return () if candidate is None else evidence_of(analysis, candidate)


def _known(case: RuleCase) -> frozenset[Data]:
    encounter = case.encounter
    given = {
        Data.NOTE: case.note is not None,
        Data.SETTING: encounter.setting is not Setting.UNKNOWN,
        Data.SEX: encounter.sex is not Sex.UNKNOWN,
        Data.AGE: encounter.age is not None,
        Data.SERVICE_DATE: encounter.service_date is not None,
    }
    return frozenset(data for data, known in given.items() if known)


def rulings(rules: Sequence[CodeRule], coded: CodedEncounter) -> list[Finding]:
    """What rules of single codes say of each code with evidence, as findings."""
    said = []
    for line in coded.lines:
        if line.code is None or not line.evidence:
            continue
        suggestion = Suggestion(line.ref, line.code.title, line.confidence, Status.SUGGESTED, line.evidence)
        for rule in rules:
            ruling = rule.judge(suggestion, line.code, coded.encounter)
            if ruling is not None:
                said.append(Finding(rule.id, Severity.WARN, (line.ref,), ruling.reason, rule.citation, repair=Repair(remove=(line.ref,))))
    return said


def _checked(rule: ClaimRule, coded: CodedEncounter) -> list[Finding]:
    """What a rule of the claim found; what it could not check is no finding."""
    return [finding for finding in rule.check(coded) if finding.check is Check.FOUND]


def _problem(case: RuleCase, coded: CodedEncounter, said: Sequence[Finding]) -> str:
    if case.expect is Expectation.PASS:
        return f"it should keep quiet and says: {said[0].message}" if said else ""
    if not said:
        return "it should speak and keeps quiet"
    if case.finding and not any(case.finding.casefold() in finding.message.casefold() for finding in said):
        return f"no message holds {case.finding!r}; it says: {said[0].message}"
    repaired = _repaired(coded, said)
    if case.repaired and repaired != frozenset(case.repaired):
        return f"its repair leaves {', '.join(sorted(ref.code for ref in repaired))}"
    return ""


def _repaired(coded: CodedEncounter, said: Sequence[Finding]) -> frozenset[CodeRef]:
    refs = {line.ref for line in coded.lines}
    for repair in (finding.repair for finding in said if finding.repair is not None):
        refs = (refs - set(repair.remove)) | set(repair.add)
    return frozenset(refs)
